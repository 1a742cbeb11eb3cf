"""The back office of orders."""

from orders.admin.orders import PAYMENT_COLOURS, OrderAdmin
from orders.admin.promotions import PromotionAdmin

__all__ = ["PAYMENT_COLOURS", "OrderAdmin", "PromotionAdmin"]
