"""The bodies that this app takes, and the shapes that things are shown in."""

from orders.serializers.orders import (
    MAX_ID,
    AddressInput,
    CancelInput,
    ContactInput,
    ContactSerializer,
    ItemInput,
    LineEventSerializer,
    MoneyField,
    OrderAddressSerializer,
    OrderEventSerializer,
    OrderItemSerializer,
    OrderSerializer,
    PlacedOrderSerializer,
    PlaceOrderInput,
    QuotedItemSerializer,
    QuoteSerializer,
)

__all__ = [
    "MAX_ID",
    "AddressInput",
    "CancelInput",
    "ContactInput",
    "ContactSerializer",
    "ItemInput",
    "LineEventSerializer",
    "MoneyField",
    "OrderAddressSerializer",
    "OrderEventSerializer",
    "OrderItemSerializer",
    "OrderSerializer",
    "PlaceOrderInput",
    "PlacedOrderSerializer",
    "QuoteSerializer",
    "QuotedItemSerializer",
]
