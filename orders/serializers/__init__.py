"""The bodies that this app takes, and the shapes that things are shown in."""

from orders.serializers.amounts import MoneyField
from orders.serializers.carts import (
    CartInput,
    CartLineInput,
    CartLineSerializer,
    CartProblemSerializer,
    CartSerializer,
)
from orders.serializers.delivery import CountiesSerializer, DeliveryOptionsSerializer
from orders.serializers.orders import (
    AddressInput,
    CancelInput,
    ClaimedSerializer,
    ContactInput,
    ContactSerializer,
    CouponAnswerSerializer,
    ItemInput,
    LineEventSerializer,
    OrderAddressSerializer,
    OrderEventSerializer,
    OrderItemSerializer,
    OrderSerializer,
    PlacedOrderSerializer,
    PlaceOrderInput,
    PromotionTakenSerializer,
    QuotedItemSerializer,
    QuoteSerializer,
)

__all__ = [
    "AddressInput",
    "CancelInput",
    "CartInput",
    "CartLineInput",
    "CartLineSerializer",
    "CartProblemSerializer",
    "CartSerializer",
    "ClaimedSerializer",
    "ContactInput",
    "ContactSerializer",
    "CountiesSerializer",
    "CouponAnswerSerializer",
    "DeliveryOptionsSerializer",
    "ItemInput",
    "LineEventSerializer",
    "MoneyField",
    "OrderAddressSerializer",
    "OrderEventSerializer",
    "OrderItemSerializer",
    "OrderSerializer",
    "PlaceOrderInput",
    "PlacedOrderSerializer",
    "PromotionTakenSerializer",
    "QuoteSerializer",
    "QuotedItemSerializer",
]
