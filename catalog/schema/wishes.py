"""How the operations on wishlists and notices are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer

from catalog.models import Notice, Wishlist
from catalog.schema.products import CARD_EXAMPLE, id_or_slug_parameter
from catalog.schema.reviews import NO_PAGE, answered
from catalog.serializers.wishes import (
    BackInStockInput,
    NoticeSerializer,
    PriceDropInput,
    SharedWishlistSerializer,
    WishInput,
    WishlistInput,
    WishlistItemSerializer,
    WishlistSerializer,
)
from electroports.addresses import ID_PATTERN

CARD = {**CARD_EXAMPLE, "kind": "accessory"}
ITEM_EXAMPLE = {
    "id": 8,
    "product_id": CARD_EXAMPLE["id"],
    "product": CARD,
    "variant": {"id": 31, "sku": "ANK-735-65W", "name": "Black"},
    "created_at": "2026-03-02T09:30:00+03:00",
}
TOKEN_EXAMPLE = "p3bVQ0t8xTgX1m5cYh2Jd6Zk9LwRnAuE"  # noqa: S105
SHARED_EXAMPLE = {"title": "Birthday", "owner_name": "Wanjiku", "count": 1, "items": [ITEM_EXAMPLE]}
OWN_EXAMPLE = {**SHARED_EXAMPLE, "share_token": TOKEN_EXAMPLE, "max_items": Wishlist.MAX_ITEMS}
NOTICE_EXAMPLE = {
    "id": 5,
    "kind": "price_drop",
    "product_id": CARD_EXAMPLE["id"],
    "product": CARD,
    "variant": None,
    "target_price": "5999.00",
    "status": "waiting",
    "created_at": "2026-03-02T09:30:00+03:00",
    "sent_at": None,
}


def row_id(what: str) -> OpenApiParameter:
    """Return the description of the path parameter that names a row."""
    return OpenApiParameter(
        "id", {"type": "string", "pattern": f"^{ID_PATTERN}$"}, OpenApiParameter.PATH, description=f"The {what}'s id."
    )


def wishlist_schema() -> dict[str, Any]:
    """Return the description of the operation that reads the caller's wishlist."""
    return {
        "summary": "Read the caller's wishlist",
        "description": f"The caller's wishlist, the newest wish first, whole: it has at most {Wishlist.MAX_ITEMS}.",
        "responses": {200: answered(WishlistSerializer, "A shared wishlist", OWN_EXAMPLE, "The wishlist.")},
    }


def describe_wishlist_schema() -> dict[str, Any]:
    """Return the description of the operation that names a wishlist."""
    return {
        "summary": "Name the caller's wishlist",
        "description": "Sets its title, and the name under which whoever has the link sees it. Both are empty unless "
        "the owner fills them: the link shows nothing else about the owner.",
        "request": WishlistInput,
        "responses": {200: answered(WishlistSerializer, "A shared wishlist", OWN_EXAMPLE, "The wishlist.")},
        "examples": [OpenApiExample("A title", {"title": "Birthday", "owner_name": "Wanjiku"}, request_only=True)],
    }


def add_wish_schema() -> dict[str, Any]:
    """Return the description of the operation that puts something on the wishlist."""
    return {
        "summary": "Wish for something",
        "description": "Puts a product, or one of its variants, on the caller's wishlist. What is there already stays "
        "there once.",
        "request": WishInput,
        "responses": {
            201: answered(WishlistItemSerializer, "An item", ITEM_EXAMPLE, "The item."),
            409: OpenApiResponse(description="`wishlist_full`: remove something first."),
        },
        "examples": [OpenApiExample("A variant", {"variant": 31}, request_only=True)],
    }


def remove_wish_schema() -> dict[str, Any]:
    """Return the description of the operation that takes something off the wishlist."""
    return {
        "summary": "Remove a wish",
        "description": "Takes an item off the caller's wishlist.",
        "parameters": [row_id("item")],
        "responses": {204: None},
    }


def share_schema() -> dict[str, Any]:
    """Return the description of the operation that makes a link."""
    return {
        "summary": "Share the caller's wishlist",
        "description": "Gives the wishlist a new link that cannot be guessed, and ends an earlier one.",
        "request": None,
        "responses": {201: answered(WishlistSerializer, "A shared wishlist", OWN_EXAMPLE, "The wishlist.")},
    }


def stop_sharing_schema() -> dict[str, Any]:
    """Return the description of the operation that takes the link away."""
    return {
        "summary": "Stop sharing the wishlist",
        "description": "Takes the link away: it leads nowhere from then on.",
        "request": None,
        "responses": {204: None},
    }


def shared_wishlist_schema() -> dict[str, Any]:
    """Return the description of the operation that reads a wishlist by its link."""
    token = OpenApiParameter(
        "id",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        OpenApiParameter.PATH,
        description="The link's token.",
    )
    return {
        "summary": "Read a shared wishlist",
        "description": "The wishlist whose owner gave out this token: what is in the shop of it, and nothing about the "
        "owner but the title and name that they chose.",
        "parameters": [token],
        "responses": {200: answered(SharedWishlistSerializer, "A wishlist", SHARED_EXAMPLE, "The wishlist.")},
        "auth": [],
    }


def notify_schema() -> dict[str, Any]:
    """Return the description of the operation that asks for a notice."""
    return {
        "summary": "Ask for a notice",
        "description": "The caller is told once, by e-mail, when the product or variant is in stock again, or costs "
        "less than now or than a target. Asked for again, it is the same notice with the new target.",
        "parameters": [id_or_slug_parameter()],
        "request": PolymorphicProxySerializer(
            component_name="AskForNotice",
            serializers=[BackInStockInput, PriceDropInput],
            resource_type_field_name=None,
        ),
        "responses": {
            201: answered(NoticeSerializer, "A price drop", NOTICE_EXAMPLE, "The notice."),
            409: OpenApiResponse(
                description=f"`already_in_stock`, or `too_many_notices`: one waits for {Notice.MAX_OPEN} at most."
            ),
        },
        "examples": [
            OpenApiExample("Back in stock", {"kind": "back_in_stock"}, request_only=True),
            OpenApiExample("Under a target", {"kind": "price_drop", "target_price": "5999.00"}, request_only=True),
        ],
    }


def notices_schema() -> dict[str, Any]:
    """Return the description of the operation that lists the caller's notices."""
    return {
        "summary": "List the caller's notices",
        "description": "What the caller asked to be told, newest first; what was sent stays for 90 days.",
        "responses": {
            200: answered(NoticeSerializer(many=True), "A price drop", NOTICE_EXAMPLE, "One page."),
            404: NO_PAGE,
        },
    }


def forget_notice_schema() -> dict[str, Any]:
    """Return the description of the operation that deletes a notice."""
    return {
        "summary": "Delete a notice",
        "description": "The caller is not told, or no longer sees that they were.",
        "parameters": [row_id("notice")],
        "responses": {204: None},
    }
