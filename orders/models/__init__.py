"""What was bought: orders with their lines and timeline, and what requests were answered."""

from orders.models.answers import IdempotencyRecord
from orders.models.counting import PairCount
from orders.models.orders import (
    NUMBER_ALPHABET,
    Allocation,
    Order,
    OrderEvent,
    OrderLine,
    random_order_number,
)

__all__ = [
    "NUMBER_ALPHABET",
    "Allocation",
    "IdempotencyRecord",
    "Order",
    "OrderEvent",
    "OrderLine",
    "PairCount",
    "random_order_number",
]
