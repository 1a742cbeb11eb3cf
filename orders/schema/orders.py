"""How the operations on orders are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from electroports.openapi import KEY_REUSED, idempotency_key
from orders.schema.headers import CART_TOKEN, IF_MATCH_TOO
from orders.serializers import (
    CancelInput,
    ClaimedSerializer,
    OrderEventSerializer,
    OrderSerializer,
    PlacedOrderSerializer,
    PlaceOrderInput,
    QuoteSerializer,
)

REQUEST_EXAMPLE = {
    "items": [{"variant": 31, "quantity": 2}],
    "contact": {"name": "Wanjiku Kamau", "email": "wanjiku@example.com", "phone": "0712345678"},
    "address": {
        "recipient": "Wanjiku Kamau",
        "phone": "0712345678",
        "county": "Nairobi",
        "town": "Westlands",
        "street": "Mpaka Road",
        "landmark": "Opposite the petrol station",
    },
    "delivery": {"method": "courier-nairobi"},
    "note": "Call before you come.",
}
DELIVERY_EXAMPLE = {
    "code": "courier-nairobi",
    "name": "Nairobi and around next day",
    "kind": "courier",
    "station": None,
    "earliest_on": "2026-03-03",
    "latest_on": "2026-03-04",
}
LINE_EXAMPLE = {
    "product": 12,
    "variant": 31,
    "sku": "ANK-735-65W",
    "name": "Anker 735 Charger (Black)",
    "unit_price": "6499.00",
    "regular_price": "6499.00",
    "event": None,
    "quantity": 2,
    "discount": "0.00",
    "total": "12998.00",
    "vat": "1792.83",
    "tax_rate": "16.00",
}
PRICE_EXAMPLE = {
    "subtotal": "12998.00",
    "discount": "0.00",
    "delivery": "0.00",
    "rounding": "0.00",
    "vat": "1792.83",
    "total": "12998.00",
    "currency": "KES",
    "promotions": [],
}
QUOTE_EXAMPLE = {
    "items": [LINE_EXAMPLE],
    **PRICE_EXAMPLE,
    "delivery_method": None,
    "coupons": [{"code": "KARIBU", "applied": False, "reason": "coupon_min_spend"}],
}
EVENT_EXAMPLE = {
    "type": "placed",
    "from_status": None,
    "to_status": "pending",
    "actor": "customer",
    "reason": "",
    "created_at": "2026-03-02T09:30:00+03:00",
}
ORDER_EXAMPLE = {
    "id": 1041,
    "number": "EP-7K3QXM",
    "status": "pending",
    "payment_status": "unpaid",
    **PRICE_EXAMPLE,
    "items": [{"id": 2210, **LINE_EXAMPLE}],
    "delivery": "250.00",
    "vat": "1827.31",
    "total": "13248.00",
    "paid": "0.00",
    "refunded": "0.00",
    "due": "13248.00",
    "contact": {"name": "Wanjiku Kamau", "email": "wanjiku@example.com", "phone": "+254712345678"},
    "address": {**REQUEST_EXAMPLE["address"], "phone": "+254712345678"},  # type: ignore[dict-item]
    "delivery_method": DELIVERY_EXAMPLE,
    "note": "Call before you come.",
    "events": [EVENT_EXAMPLE],
    "created_at": "2026-03-02T09:30:00+03:00",
    "expires_at": "2026-03-02T10:00:00+03:00",
}

ID = OpenApiParameter(
    "id",
    {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9-]*$"},
    OpenApiParameter.PATH,
    description="The order's id, or its public number.",
)
TOKEN = OpenApiParameter(
    "token",
    {"type": "string", "minLength": 1, "maxLength": 200},
    description="The link token that a guest got when they placed this order.",
)
IDEMPOTENCY_KEY = idempotency_key(every="order", repeated="orders nothing.")
# Anybody may call it, and whoever signs in is known: an operation with both alternatives.
ANYBODY: list[dict[str, list[str]]] = [{"jwtAuth": []}, {}]

SHORT = OpenApiResponse(
    description="`insufficient_stock`: fewer are left than were asked for; `over_customer_limit`: a customer may not "
    "buy so many. Nothing was ordered."
)
NOT_LEGAL = OpenApiResponse(description="`illegal_transition`: too late, or it has been done already.")

PLACE: dict[str, Any] = {
    "summary": "Place an order",
    "description": "Orders what `items` name, at the shop's prices, and holds it until `expires_at`. A signed-in "
    "customer needs to send nothing but `items`; a guest also a `contact` with e-mail and phone, and gets a `token` "
    "that opens this one order. An item names a variant, or a product that has a single one; the same one twice "
    "becomes one line. With `cart` in place of `items`, the whole cart is ordered, with its coupon unless another is "
    "named, and is empty then; `items.0` in errors is its first line. `delivery` names one of `/api/delivery/options`: "
    "a courier needs an `address`, pick-up stations a `station`. Without it nothing is charged for delivery, and it is "
    "left to be agreed.",
    "parameters": [IDEMPOTENCY_KEY, CART_TOKEN, IF_MATCH_TOO],
    "request": PlaceOrderInput,
    "responses": {
        201: OpenApiResponse(
            PlacedOrderSerializer,
            "The order. With `Idempotent-Replayed: true`, the one that was placed before.",
            examples=[OpenApiExample("A pending order", ORDER_EXAMPLE)],
        ),
        409: SHORT,
        412: OpenApiResponse(description="`precondition_failed`: it is not the cart that If-Match names."),
        422: KEY_REUSED,
    },
    "examples": [
        OpenApiExample("The smallest", {"items": [{"variant": 31, "quantity": 2}]}, request_only=True),
        OpenApiExample("The cart", {"cart": True}, request_only=True),
        OpenApiExample(
            "To be fetched",
            {
                "items": [{"variant": 31, "quantity": 2}],
                "delivery": {"method": "pickup-station", "station": "cbd-koja"},
            },
            request_only=True,
        ),
        OpenApiExample("A guest's", REQUEST_EXAMPLE, request_only=True),
    ],
    "auth": ANYBODY,
}
QUOTE: dict[str, Any] = {
    "summary": "Ask what an order would cost",
    "description": "Prices and checks the very body that an order takes, writes nothing and holds nothing. A guest "
    "need not say who they are; for a courier, `delivery.county` will do instead of an address.",
    "parameters": [CART_TOKEN],
    "request": PlaceOrderInput,
    "responses": {
        200: OpenApiResponse(QuoteSerializer, "The price.", examples=[OpenApiExample("A quote", QUOTE_EXAMPLE)]),
        409: SHORT,
    },
    "examples": [OpenApiExample("Two chargers", {"items": [{"variant": 31, "quantity": 2}]}, request_only=True)],
    "auth": ANYBODY,
}
LIST: dict[str, Any] = {
    "summary": "List the caller's orders",
    "description": "The caller's own orders, newest first.",
    "responses": {
        200: OpenApiResponse(
            OrderSerializer(many=True), "One page.", examples=[OpenApiExample("An order", ORDER_EXAMPLE)]
        ),
        404: OpenApiResponse(description="There is no such page."),
    },
}
READ: dict[str, Any] = {
    "summary": "Read an order",
    "description": "One order of the caller, or the guest's order that `token` opens. Any other is 404.",
    "parameters": [ID, TOKEN],
    "responses": {
        200: OpenApiResponse(OrderSerializer, "The order.", examples=[OpenApiExample("A pending order", ORDER_EXAMPLE)])
    },
    "auth": ANYBODY,
}
CLAIM: dict[str, Any] = {
    "summary": "Claim orders of a guest",
    "description": "Takes the orders that were placed without an account, with the e-mail address that the caller has "
    "shown to be theirs, into the account. This happens by itself when the address is verified; call it for orders "
    "that were placed as a guest after that. Nothing is sent. The links of these orders go on working.",
    "request": None,
    "responses": {
        200: OpenApiResponse(
            ClaimedSerializer,
            "How many there were.",
            examples=[OpenApiExample("One order", {"claimed": 1})],
        ),
        409: OpenApiResponse(description="`email_not_verified`."),
    },
}
CANCEL: dict[str, Any] = {
    "summary": "Cancel an order",
    "description": "Calls the order off, until it is shipped, and gives its stock back.",
    "parameters": [ID, TOKEN],
    "request": CancelInput,
    "responses": {
        200: OpenApiResponse(
            OrderSerializer,
            "The order, cancelled.",
            examples=[OpenApiExample("A cancelled order", {**ORDER_EXAMPLE, "status": "cancelled"})],
        ),
        409: NOT_LEGAL,
    },
    "examples": [OpenApiExample("With a reason", {"reason": "Ordered the wrong colour."}, request_only=True)],
    "auth": ANYBODY,
}
CONFIRMATION: dict[str, Any] = {
    "summary": "Read an order's confirmation",
    "description": "The order as a PDF on A4: lines, sums, VAT by rate, as it is now. It is no invoice.",
    "parameters": [ID, TOKEN],
    "responses": {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The document.")},
    "auth": ANYBODY,
}
EVENTS: dict[str, Any] = {
    "summary": "Read an order's timeline",
    "description": "Everything that happened to the order, oldest first.",
    "parameters": [ID, TOKEN],
    "responses": {
        200: OpenApiResponse(
            OrderEventSerializer(many=True), "One page.", examples=[OpenApiExample("An event", EVENT_EXAMPLE)]
        )
    },
    "auth": ANYBODY,
}
