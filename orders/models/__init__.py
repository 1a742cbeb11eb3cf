"""What was bought: orders with their lines and timeline, what was paid, and what requests were answered."""

from orders.models.answers import IdempotencyRecord
from orders.models.carts import CART_TOKEN_PATTERN, Cart, CartAnswer, CartLine, cart_token_digest, new_cart_token
from orders.models.counting import PairCount
from orders.models.delivery import DeliveryMethod, DeliveryRate, Holiday, PickupStation
from orders.models.messages import OrderMessage
from orders.models.orders import (
    NUMBER_ALPHABET,
    Allocation,
    Order,
    OrderEvent,
    OrderLine,
    random_order_number,
)
from orders.models.payments import LedgerEntry, Payment, PaymentAnswer, ProviderMessage, Refund
from orders.models.promotions import Promotion, PromotionUse
from orders.models.reconciliations import Reconciliation
from orders.models.tokens import ProviderToken

__all__ = [
    "CART_TOKEN_PATTERN",
    "NUMBER_ALPHABET",
    "Allocation",
    "Cart",
    "CartAnswer",
    "CartLine",
    "DeliveryMethod",
    "DeliveryRate",
    "Holiday",
    "IdempotencyRecord",
    "LedgerEntry",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderMessage",
    "PairCount",
    "Payment",
    "PaymentAnswer",
    "PickupStation",
    "Promotion",
    "PromotionUse",
    "ProviderMessage",
    "ProviderToken",
    "Reconciliation",
    "Refund",
    "cart_token_digest",
    "new_cart_token",
    "random_order_number",
]
