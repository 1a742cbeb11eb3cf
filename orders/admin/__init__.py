"""The back office of orders."""

from orders.admin.orders import PAYMENT_COLOURS, OrderAdmin

__all__ = ["PAYMENT_COLOURS", "OrderAdmin"]
