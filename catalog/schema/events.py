"""How the operations on sale events and price histories are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.event_documents import EventState
from catalog.schema.products import CARD_EXAMPLE, id_or_slug_parameter
from catalog.schema.writes import IDEMPOTENCY_KEY
from catalog.serializers.events import (
    EventChanges,
    EventInput,
    PriceHistorySerializer,
    SaleEventPageSerializer,
    SaleEventSerializer,
    StaffEventSerializer,
)
from electroports.openapi import KEY_REUSED, NOT_MODIFIED

EVENT_EXAMPLE = {
    "id": 4,
    "slug": "black-friday-2026",
    "name": "Black Friday",
    "text": "Four days, thousands of prices.",
    "banner": {"url": "/media/events/display/black-friday-2026.webp", "alt": "Black Friday: 27 to 30 November"},
    "state": "now",
    "starts_at": "2026-11-27T00:00:00+03:00",
    "ends_at": "2026-12-01T00:00:00+03:00",
    "percent": 20,
    "fixed_price": None,
    "currency": "KES",
    "product_count": 1,
}
CARD_IN_EVENT = {
    **CARD_EXAMPLE,
    "price": "5199.20",
    "compare_at_price": "6499.00",
    "compare_at_basis": "prior_price",
    "on_sale": True,
    "event": {"id": 4, "name": "Black Friday", "slug": "black-friday-2026", "ends_at": "2026-12-01T00:00:00+03:00"},
}
PAGE_EXAMPLE = {
    **EVENT_EXAMPLE,
    "categories": [{"id": 24, "name": "Wall chargers", "slug": "wall-chargers"}],
    "brands": [],
    "products": [CARD_IN_EVENT],
}
WRITTEN = {
    "name": "Black Friday",
    "slug": "black-friday-2026",
    "text": "Four days, thousands of prices.",
    "banner_alt": "",
    "starts_at": "2026-11-27T00:00:00+03:00",
    "ends_at": "2026-12-01T00:00:00+03:00",
    "percent": 20,
    "fixed_price": None,
    "is_published": True,
    "products": [12],
    "categories": [24],
    "brands": [],
    "prices": [{"variant": 31, "price": "4999.00"}],
}
STAFF_EXAMPLE = {"id": 4, **WRITTEN, "banner": None, "currency": "KES"}
HISTORY_EXAMPLE = {
    "product": 12,
    "currency": "KES",
    "variants": [
        {
            "variant": 31,
            "sku": "ANK-735-65W",
            "name": "Black",
            "price": "5199.20",
            "lowest_30_days": "5199.20",
            "prices": [
                {"since": "2026-03-02T09:30:00+03:00", "price": "6499.00", "event": None},
                {"since": "2026-11-27T00:00:00+03:00", "price": "5199.20", "event": 4},
            ],
        }
    ],
}
FORBIDDEN = OpenApiResponse(description="`permission_denied`: this account may not do this.")
CHANGED = OpenApiResponse(description="`precondition_failed`: somebody changed it since it was read.")
NO_VERSION = OpenApiResponse(description="`precondition_required`: If-Match is missing.")
STAFF = OpenApiResponse(
    StaffEventSerializer, "The event as staff read it.", examples=[OpenApiExample("It", STAFF_EXAMPLE)]
)
NO_PAGE = OpenApiResponse(description="There is no such page.")

LIST_EVENTS: dict[str, Any] = {
    "summary": "List sale events",
    "description": "Published sale events: first those that hold, by what ends next; then those to come, by what "
    "begins next; then those that are over, the last one first. An event begins and ends to the second, and the "
    "answer with it.",
    "parameters": [
        OpenApiParameter("state", {"type": "string", "enum": EventState.values}, description="Only these."),
    ],
    "responses": {
        200: OpenApiResponse(
            SaleEventSerializer(many=True), "One page.", examples=[OpenApiExample("One row", value=EVENT_EXAMPLE)]
        ),
        304: NOT_MODIFIED,
        404: NO_PAGE,
    },
    "auth": [],
}
READ_EVENT: dict[str, Any] = {
    "summary": "Read one sale event",
    "description": "One published event, by its id or its slug, with the categories and brands that it is over and "
    "its 24 most popular products at their prices of now; `/api/products?event=` lists all of them, with all filters.",
    "parameters": [id_or_slug_parameter()],
    "responses": {
        200: OpenApiResponse(
            SaleEventPageSerializer, "The event.", examples=[OpenApiExample("An event", value=PAGE_EXAMPLE)]
        ),
        304: NOT_MODIFIED,
    },
    "auth": [],
}
CREATE_EVENT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Make a sale event",
    "description": "Makes an event, a draft unless `is_published`. It lowers by `percent` (1 to 90) or to "
    "`fixed_price` whatever `products`, `categories` (with all below them) and `brands` name; `prices` set those of "
    "single variants and go before the rest. The lowest of several events holds, and none ever raises a price. An "
    "event over more than 1,000 products begins ten minutes from now at the earliest, a little later for more. Needs "
    "`catalog.add_saleevent`.",
    "parameters": [IDEMPOTENCY_KEY],
    "request": EventInput,
    "examples": [OpenApiExample("An event", WRITTEN, request_only=True)],
    "responses": {201: STAFF, 403: FORBIDDEN, 422: KEY_REUSED},
}
CHANGE_EVENT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Change a sale event",
    "description": "Changes the fields that are given; lists replace what was there. Prices follow at once. Of an "
    "event that has begun the beginning stays, also after it was unpublished, and of one that is over all that made "
    "prices: it is history. If-Match takes the ETag of `/api/staff/events/{id_or_slug}`. Needs "
    "`catalog.change_saleevent`.",
    "parameters": [id_or_slug_parameter()],
    "request": EventChanges,
    "examples": [OpenApiExample("Its end", {"ends_at": "2026-11-30T00:00:00+03:00"}, request_only=True)],
    "responses": {200: STAFF, 403: FORBIDDEN, 412: CHANGED, 428: NO_VERSION},
}
DELETE_EVENT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Delete a sale event",
    "description": "Deletes an event that has lowered no price yet. Needs `catalog.delete_saleevent`.",
    "parameters": [id_or_slug_parameter()],
    "responses": {
        204: OpenApiResponse(description="It is gone."),
        403: FORBIDDEN,
        409: OpenApiResponse(
            description="`event_has_begun`: its prices are history; let it end earlier, or unpublish it."
        ),
        412: CHANGED,
        428: NO_VERSION,
    },
}
READ_STAFF_EVENT: dict[str, Any] = {
    "summary": "Read a sale event as staff",
    "description": "An event as it is stored, draft or not, with everything that it is over. The ETag goes into the "
    "If-Match of a change. Needs `catalog.view_saleevent`.",
    "parameters": [id_or_slug_parameter()],
    "responses": {200: STAFF, 403: FORBIDDEN},
}
PRICE_HISTORY: dict[str, Any] = {
    "summary": "Read the price history of a product",
    "description": "What each variant cost in the last 365 days, sale events included, and the lowest price of the "
    "last 30 days. `compare_at_price` of a product in an event comes from here: the lowest price that applied in the "
    "30 days before the reduction began (Directive 98/6/EC, article 6a).",
    "parameters": [id_or_slug_parameter()],
    "responses": {
        200: OpenApiResponse(
            PriceHistorySerializer,
            "The price history.",
            examples=[OpenApiExample("A product in an event", value=HISTORY_EXAMPLE)],
        ),
        304: NOT_MODIFIED,
    },
    "auth": [],
}
