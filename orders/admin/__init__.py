"""The back office of orders, and of the money for them."""

from orders.admin.delivery import DeliveryMethodAdmin, HolidayAdmin, PickupStationAdmin
from orders.admin.messages import ProviderMessageAdmin
from orders.admin.money import PAYMENT_COLOURS
from orders.admin.orders import OrderAdmin
from orders.admin.outbox import OrderMessageAdmin
from orders.admin.payments import LedgerEntryAdmin, PaymentAdmin
from orders.admin.promotions import PromotionAdmin
from orders.admin.refunds import RefundAdmin

__all__ = [
    "PAYMENT_COLOURS",
    "DeliveryMethodAdmin",
    "HolidayAdmin",
    "LedgerEntryAdmin",
    "OrderAdmin",
    "OrderMessageAdmin",
    "PaymentAdmin",
    "PickupStationAdmin",
    "PromotionAdmin",
    "ProviderMessageAdmin",
    "RefundAdmin",
]
