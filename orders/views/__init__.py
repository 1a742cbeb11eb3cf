"""The HTTP face of orders."""

from orders.views.delivery import DeliveryViewSet
from orders.views.orders import OrderViewSet

__all__ = ["DeliveryViewSet", "OrderViewSet"]
