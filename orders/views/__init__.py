"""The HTTP face of orders."""

from orders.views.carts import CartLineViewSet, CartViewSet
from orders.views.delivery import DeliveryViewSet
from orders.views.orders import OrderViewSet

__all__ = ["CartLineViewSet", "CartViewSet", "DeliveryViewSet", "OrderViewSet"]
