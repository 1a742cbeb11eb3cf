"""How the operations on products are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from catalog.filters import (
    BY_KIND,
    CHOICES,
    DEFAULT_ORDERING,
    MAX_CHOICES,
    MAX_SEARCH,
    ORDERINGS,
    PAGING,
    REFERENCES,
    SWITCHES,
)
from catalog.spec_filters import CONDITION, MAX_CONDITIONS
from electroports.openapi import NOT_MODIFIED

DESCRIPTIONS = {
    "search": "Words, of which every one must match: in the name, brand, category, specifications, SKU, connectors or "
    "description. Beginnings of words count, case and accents do not, typing errors are mended, and synonyms "
    "are known. Left blank, it asks for nothing.",
    "kind": "Kinds: any of them.",
    "category": "Slugs or ids: any of them, each with its whole sub-tree.",
    "brand": "Slugs or ids: any of them.",
    "min_price": "Lowest price, in KES.",
    "max_price": "Highest price, in KES.",
    "connector": "Codes or ids of connectors: products with a port of any of them, wireless ones too.",
    "condition": "Conditions: products with a variant in any of them.",
    "in_stock": "Only what can be bought now, or only what cannot.",
    "on_sale": "Only what costs less than the price that it is compared with, or only what has none to compare.",
    "event": "Sale events by slug or id: products that are in any of them, whether it holds now, is over or to come.",
    "rating": "Lowest average rating, 1 to 5.",
    "spec": "Conditions on specification fields (`/api/spec-fields`), all of which must hold: `ram:8..` (a number or a "
    "range, bounds included: `6`, `6..7`, `6..`, `..7`, in the field's unit), `screen_panel:OLED|AMOLED` (any of these "
    "choices), `nfc:true`. A product whose value is not known does not answer.",
    "accessory_type": "Types: any of them.",
    "min_watts": "Lowest power, in watts.",
    "max_watts": "Highest power, in watts.",
    "min_length": "Shortest length, in metres.",
    "max_length": "Longest length, in metres.",
    "form_factor": "Form factors: any of them.",
    "connectivity": "Ways to connect: any of them.",
    "noise_cancelling": "With active noise cancelling, or without.",
    "microphone": "With a microphone, or without.",
    "min_battery_hours": "Shortest battery life, in hours.",
}

CARD_EXAMPLE = {
    "id": 12,
    "slug": "anker-735-charger",
    "kind": "accessory",
    "name": "Anker 735 Charger",
    "brand": {"id": 3, "name": "Anker", "slug": "anker"},
    "category": {"id": 24, "name": "Wall chargers", "slug": "wall-chargers"},
    "price": "6499.00",
    "compare_at_price": None,
    "compare_at_basis": None,
    "event": None,
    "currency": "KES",
    "on_sale": False,
    "availability": "in_stock",
    "conditions": ["new"],
    "rating": {"average": None, "count": 0},
    "image": {
        "url": "/media/products/display/anker-735-charger.webp",
        "thumbnail": "/media/products/thumbnail/anker-735-charger.webp",
        "alt": "Anker 735 Charger",
    },
}
TRAIT_EXAMPLES: dict[str | None, dict[str, Any]] = {
    None: {},
    "accessory": {"accessory_type": "charger", "length_m": None, "watts": "65.0"},
    "sound_device": {
        "form_factor": "over_ear",
        "connectivity": ["bluetooth", "wired"],
        "impedance_ohms": 48,
        "driver_mm": "30.0",
        "battery_hours": "40.0",
        "noise_cancelling": True,
        "microphone": True,
    },
}
PAGE_EXAMPLE = {
    "description": "Three ports and 65 W in the size of a phone charger.",
    "specs": [{"name": "Ports", "value": "2 × USB-C, 1 × USB-A"}],
    "typed_specs": [
        {
            "code": "output_power",
            "name": "Power",
            "group": "Battery & charging",
            "type": "number",
            "value": 65,
            "unit": "W",
            "display": "65 W",
        }
    ],
    "ports": [
        {
            "name": "USB-C",
            "connector": {"code": "usb-c", "name": "USB-C"},
            "gender": "receptacle",
            "quantity": 2,
            "carries": [
                {
                    "carrying": "power",
                    "protocol": "usb-pd",
                    "name": "USB Power Delivery",
                    "direction": "out",
                    "limit": 65.0,
                    "unit": "W",
                }
            ],
            "joined_to": [],
        }
    ],
    "power_budget": {"watts": 65.0, "splits": [{"devices": 2, "watts": [45.0, 20.0]}]},
    "variants": [
        {
            "id": 31,
            "sku": "ANK-735-65W",
            "name": "Black",
            "options": [{"name": "Colour", "value": "Black"}],
            "condition": "new",
            "price": "6499.00",
            "compare_at_price": None,
            "compare_at_basis": None,
            "event": None,
            "price_excl_vat": "5602.59",
            "vat_amount": "896.41",
            "availability": "in_stock",
            "images": [],
        }
    ],
    "images": [],
    "in_the_box": ["Charger"],
    "warranty_months": 18,
    "related": [{**CARD_EXAMPLE, "id": 13, "slug": "anker-736-charger", "name": "736 Charger", "reason": "same_ports"}],
}


AMOUNT = {"type": "string", "pattern": r"^[0-9]{1,10}(\.[0-9]{1,2})?$"}
RATING = {"type": "string", "pattern": r"^([1-4](\.[0-9]{1,2})?|5(\.00?)?)$"}
SPEC_CONDITION = {"type": "string", "pattern": f"^{CONDITION}$", "example": "ram:8.."}
SEARCH_TEXT = {"type": "string", "maxLength": MAX_SEARCH, "pattern": r"^[^\u0000]*$"}
SLUG_OR_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,80}$"}


def query_parameter(name: str) -> OpenApiParameter:
    """Return the description of one filter of a list; several values are comma separated."""
    if name == "ordering":
        return OpenApiParameter(
            name,
            OpenApiTypes.STR,
            enum=ORDERINGS,
            default=DEFAULT_ORDERING,
            description="What comes first: the newest, the cheapest, the best rated, the first by name, the most "
            "popular. `-` turns an ordering round. A search is by relevance by default; without a search, that is "
            "popularity.",
        )
    if name == "search":
        return OpenApiParameter(name, SEARCH_TEXT, description=DESCRIPTIONS[name])
    if name in SWITCHES:
        return OpenApiParameter(name, OpenApiTypes.BOOL, description=DESCRIPTIONS[name])
    if name in CHOICES or name in REFERENCES:
        item = {"type": "string", "enum": sorted(CHOICES[name])} if name in CHOICES else SLUG_OR_ID
        several = {"type": "array", "items": item, "minItems": 1}
        if name not in CHOICES:
            several["maxItems"] = MAX_CHOICES
        return OpenApiParameter(name, several, style="form", explode=False, description=DESCRIPTIONS[name])
    if name == "spec":
        conditions = {
            "type": "array",
            "items": SPEC_CONDITION,
            "minItems": 1,
            "maxItems": MAX_CONDITIONS,
            "uniqueItems": True,
        }
        return OpenApiParameter(name, conditions, style="form", explode=False, description=DESCRIPTIONS[name])
    return OpenApiParameter(name, RATING if name == "rating" else AMOUNT, description=DESCRIPTIONS[name])


def list_schema(what: str, kind: str | None, card: type[Serializer[Any]]) -> dict[str, Any]:
    """Return the description of a list operation."""
    names = [*sorted(BY_KIND[kind] - PAGING), "ordering"]
    example = {**CARD_EXAMPLE, **TRAIT_EXAMPLES[kind], "kind": kind or "accessory"}
    return {
        "summary": f"List {what}",
        "description": f"The {what} in the shop window that answer to all filters. An unknown one is 400. "
        "Follow `next` to walk on: it never skips or repeats a product, and the last page costs what the first does.",
        "parameters": [query_parameter(name) for name in names],
        "responses": {
            200: OpenApiResponse(
                card(many=True),
                "One page.",
                examples=[OpenApiExample("One product", value=example)],
            ),
            304: NOT_MODIFIED,
            404: OpenApiResponse(description="There is no such page."),
        },
        "auth": [],
    }


def detail_schema(what: str, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """Return the description of the operation that reads one product."""
    kind = {"accessory": "accessory", "sound device": "sound_device"}.get(what)
    example = {**CARD_EXAMPLE, **PAGE_EXAMPLE, **TRAIT_EXAMPLES[kind], "kind": kind or "accessory"}
    return {
        "summary": f"Read one {what}",
        "description": f"One {what}, whole: by its id or its slug.",
        "parameters": [id_or_slug_parameter()],
        "responses": {
            200: OpenApiResponse(serializer, "The product.", examples=[OpenApiExample("A product", value=example)]),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }


def id_or_slug_parameter() -> OpenApiParameter:
    """Return the description of the path parameter by which a row is addressed."""
    return OpenApiParameter(
        "id_or_slug",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        OpenApiParameter.PATH,
        description="The id or the slug.",
    )
