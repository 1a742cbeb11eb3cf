"""What was bought: orders with their lines and timeline, what was paid, and what requests were answered."""

from orders.models.answers import IdempotencyRecord
from orders.models.counting import PairCount
from orders.models.delivery import DeliveryMethod, DeliveryRate, Holiday, PickupStation
from orders.models.orders import (
    NUMBER_ALPHABET,
    Allocation,
    Order,
    OrderEvent,
    OrderLine,
    random_order_number,
)
from orders.models.payments import LedgerEntry, Payment, PaymentAnswer, ProviderMessage, Refund
from orders.models.tokens import ProviderToken

__all__ = [
    "NUMBER_ALPHABET",
    "Allocation",
    "DeliveryMethod",
    "DeliveryRate",
    "Holiday",
    "IdempotencyRecord",
    "LedgerEntry",
    "Order",
    "OrderEvent",
    "OrderLine",
    "PairCount",
    "Payment",
    "PaymentAnswer",
    "PickupStation",
    "ProviderMessage",
    "ProviderToken",
    "Refund",
    "random_order_number",
]
