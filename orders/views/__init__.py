"""The HTTP face of orders."""

from orders.views.orders import OrderViewSet

__all__ = ["OrderViewSet"]
