"""How the operations on carts are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from electroports.addresses import ID_PATTERN
from electroports.openapi import KEY_REUSED, idempotency_key
from orders.carts import HEADER
from orders.schema.headers import CART_TOKEN, IF_MATCH_TOO
from orders.schema.orders import ANYBODY, LINE_EXAMPLE, PRICE_EXAMPLE
from orders.serializers import CartInput, CartLineInput, CartSerializer, ItemInput

TOKEN_EXAMPLE = "p3bVQ0t8xTgX1m5cYh2Jd6Zk9LwRnAuEqW4sD7fG0hI"  # noqa: S105  # of nobody
CART_EXAMPLE = {
    "lines": [
        {
            "id": 8,
            **LINE_EXAMPLE,
            "slug": "anker-735-charger",
            "image": {"url": "/media/a.webp", "thumbnail": "/media/t.webp", "alt": "Anker 735 Charger"},
            "added_price": "6799.00",
            "availability": "in_stock",
            "max_per_customer": None,
            "added_at": "2026-03-02T09:30:00+03:00",
        }
    ],
    "quantity": 2,
    "grams": 400,
    "problems": [
        {
            "code": "price_changed",
            "line": 8,
            "message": "Anker 735 Charger (Black) costs less than before.",
            "blocks_order": False,
            "old_price": "6799.00",
            "new_price": "6499.00",
            "limit": None,
        }
    ],
    "can_be_ordered": True,
    "coupon": None,
    "delivery_choice": None,
    **PRICE_EXAMPLE,
    "delivery": None,
    "updated_at": "2026-03-02T09:30:00+03:00",
    "token": None,
    "compatibility": None,
}

NEW_TOKEN = OpenApiParameter(
    HEADER,
    {"type": "string"},
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The token of a guest's cart that was just made: keep it, and send it from now on.",
)
IDEMPOTENCY_KEY = idempotency_key(
    every="addition",
    repeated="adds nothing. A guest without a token has no keys yet: each such call makes a cart.",
)
COMPATIBILITY = OpenApiParameter(
    "compatibility", bool, description="Whether to say what plugs into what, as `/api/compatibility/check` does."
)
LINE_ID = OpenApiParameter(
    "id", {"type": "string", "pattern": f"^{ID_PATTERN}$"}, OpenApiParameter.PATH, description="The line's id."
)
CHANGED = OpenApiResponse(description="`precondition_failed`: it is not the cart that If-Match names.")
OVER_LIMIT = OpenApiResponse(description="`over_customer_limit`: a customer may not buy so many of it.")


def whole_cart(text: str) -> OpenApiResponse:
    """Return the description of an answer that is the whole cart."""
    return OpenApiResponse(CartSerializer, text, examples=[OpenApiExample("A cart", CART_EXAMPLE)])


READ: dict[str, Any] = {
    "summary": "Read the cart",
    "description": "The caller's cart at the prices of now. A guest without a token has an empty one, and nothing is "
    "written. Its ETag names what it says, for If-Match.",
    "parameters": [CART_TOKEN, COMPATIBILITY],
    "responses": {200: whole_cart("The cart.")},
    "auth": ANYBODY,
}
CHANGE: dict[str, Any] = {
    "summary": "Enter a coupon, or a delivery to estimate",
    "description": "Keeps a coupon code with the cart; `problems` say why it does not apply, if so. Keeps a way of "
    "delivery, which `delivery` estimates; an order says itself how it is delivered.",
    "parameters": [CART_TOKEN, IF_MATCH_TOO, NEW_TOKEN],
    "request": CartInput,
    "responses": {200: whole_cart("The cart."), 412: CHANGED},
    "examples": [
        OpenApiExample("A coupon", {"coupon": "KARIBU"}, request_only=True),
        OpenApiExample("A delivery", {"delivery": {"method": "courier", "county": "Nairobi"}}, request_only=True),
    ],
    "auth": ANYBODY,
}
EMPTY: dict[str, Any] = {
    "summary": "Empty the cart",
    "description": "Takes everything out, the coupon too.",
    "parameters": [CART_TOKEN, IF_MATCH_TOO],
    "responses": {200: whole_cart("The empty cart."), 412: CHANGED},
    "auth": ANYBODY,
}
MERGE: dict[str, Any] = {
    "summary": "Merge a guest's cart into the customer's",
    "description": "What any call of the cart does with an access token and a guest's token: quantities are added, up "
    "to what an order takes and a customer may buy, and the guest's cart is no more. Doing it twice is doing it once.",
    "parameters": [CART_TOKEN],
    "request": None,
    "responses": {200: whole_cart("The customer's cart.")},
}
ADD: dict[str, Any] = {
    "summary": "Put something into the cart",
    "description": "Adds units of a variant, or of a product that has a single one; what is there of it adds up. A "
    "guest without a cart gets one, and its token. Nothing is held: what is short is told in `problems`.",
    "parameters": [CART_TOKEN, IF_MATCH_TOO, IDEMPOTENCY_KEY, NEW_TOKEN],
    "request": ItemInput,
    "responses": {201: whole_cart("The cart."), 409: OVER_LIMIT, 412: CHANGED, 422: KEY_REUSED},
    "examples": [OpenApiExample("Two chargers", {"variant": 31, "quantity": 2}, request_only=True)],
    "auth": ANYBODY,
}
CHANGE_LINE: dict[str, Any] = {
    "summary": "Change how many are wanted",
    "description": "Sets the quantity of a line. The price of now becomes that at which it was added.",
    "parameters": [LINE_ID, CART_TOKEN, IF_MATCH_TOO],
    "request": CartLineInput,
    "responses": {200: whole_cart("The cart."), 409: OVER_LIMIT, 412: CHANGED},
    "examples": [OpenApiExample("Three", {"quantity": 3}, request_only=True)],
    "auth": ANYBODY,
}
REMOVE_LINE: dict[str, Any] = {
    "summary": "Take a line out of the cart",
    "description": "Takes a line out, whatever its quantity.",
    "parameters": [LINE_ID, CART_TOKEN, IF_MATCH_TOO],
    "responses": {200: whole_cart("The cart."), 412: CHANGED},
    "auth": ANYBODY,
}
