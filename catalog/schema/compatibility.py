"""How the operations on compatibility are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.ports import Carrying
from catalog.schema.products import CARD_EXAMPLE, id_or_slug_parameter, query_parameter
from catalog.serializers.compatibility import (
    CARRYING,
    BasketInput,
    CheckSerializer,
    ConnectSerializer,
    FittingCardSerializer,
)
from electroports.openapi import NOT_MODIFIED

FILTERS = (
    "kind",
    "category",
    "brand",
    "connector",
    "accessory_type",
    "form_factor",
    "in_stock",
    "min_price",
    "max_price",
)
CHARGES_SLOWLY = {
    "code": "charges_slowly",
    "text": "Charges at 20 W of 65 W.",
    "figures": {"protocol": "USB Power Delivery", "watts": 20.0, "of": 65.0, "by": 0},
}
CHARGES = {
    "code": "charges",
    "text": "Charges at 65 W.",
    "figures": {"protocol": "USB Power Delivery", "watts": 65.0},
}
CABLE = {
    **CARD_EXAMPLE,
    "id": 40,
    "slug": "anker-322-usb-c-to-usb-c-cable-60w",
    "name": "Anker 322 USB-C to USB-C Cable (60 W)",
    "price": "1299.00",
}
CHAIN = {"price": "1299.00", "verdict": "works", "reasons": [CHARGES], "products": [CABLE]}
CHARGER, LAPTOP = ({"id": 12, "slug": "charger", "name": "Charger"}, {"id": 7, "slug": "laptop", "name": "Laptop"})
SLUG_OR_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,80}$"}


def compatible_schema() -> dict[str, Any]:
    """Return the description of the list of what fits a product."""
    return {
        "operation_id": "list_compatible_products",
        "summary": "List what plugs into a product",
        "description": "The products in the shop window of which a port goes into a port of this one and does "
        "something for it: what works first, then what is limited, the most popular first. Each says how well and "
        "why. What needs a cable or an adapter between the two is a question for "
        "`/api/compatibility/connect`.",
        "parameters": [
            id_or_slug_parameter(),
            *(query_parameter(name) for name in FILTERS),
            OpenApiParameter("verdict", enum=["works", "limited"], description="Only what works, or what is limited."),
            OpenApiParameter("carrying", enum=CARRYING, description="Only what is of use for this one thing."),
        ],
        "responses": {
            200: OpenApiResponse(
                FittingCardSerializer(many=True),
                "One page.",
                examples=[
                    OpenApiExample(
                        "A charger that is too weak",
                        value={**CARD_EXAMPLE, "verdict": "limited", "reasons": [CHARGES_SLOWLY]},
                    )
                ],
            ),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }


def connect_schema() -> dict[str, Any]:
    """Return the description of how two products are connected."""
    return {
        "operation_id": "connect_products",
        "summary": "Connect two products",
        "description": "The cheapest chain of up to three cables and adapters in stock that carries one thing between "
        "two products. An empty chain means that they fit directly. Where the cheapest limits something, the cheapest "
        "that does not stands second. Without a chain, `reasons` say why, and `out_of_stock` is one that would do.",
        "parameters": [
            OpenApiParameter("from", SLUG_OR_ID, required=True, description="The id or slug of the one product."),
            OpenApiParameter("to", SLUG_OR_ID, required=True, description="The id or slug of the other product."),
            OpenApiParameter("carrying", enum=CARRYING, required=True, description="What is to go through."),
        ],
        "responses": {
            200: OpenApiResponse(
                ConnectSerializer,
                "How they are connected, or why not.",
                examples=[
                    OpenApiExample(
                        "A charger and a laptop",
                        value={
                            "from": CHARGER,
                            "to": LAPTOP,
                            "carrying": Carrying.POWER.value,
                            "verdict": "works",
                            "chains": [CHAIN],
                            "reasons": [],
                            "out_of_stock": None,
                        },
                    )
                ],
            ),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }


def check_schema() -> dict[str, Any]:
    """Return the description of the check of a basket."""
    return {
        "operation_id": "check_compatibility",
        "summary": "Check a basket",
        "description": "What of a basket fits what, over its own cables and adapters; what charges what and how fast "
        "when all is charged at once; and, of what fits nothing, which cables and adapters in stock would mend it.",
        "request": BasketInput,
        "responses": {
            200: OpenApiResponse(
                CheckSerializer,
                "What was found. Nothing is kept.",
                examples=[
                    OpenApiExample(
                        "A charger and a laptop, without a cable",
                        value={
                            "verdict": "no",
                            "items": [{"product": CHARGER, "verdict": "no"}, {"product": LAPTOP, "verdict": "no"}],
                            "pairs": [],
                            "charging": [],
                            "missing": [
                                {
                                    "product": 12,
                                    "for": 7,
                                    "carrying": "power",
                                    "mend": CHAIN,
                                    "reasons": [
                                        {
                                            "code": "no_matching_port",
                                            "text": "No port of the one fits the other.",
                                            "figures": {"one": ["usb-c"], "other": ["usb-c"]},
                                        }
                                    ],
                                }
                            ],
                        },
                    )
                ],
            )
        },
        "examples": [
            OpenApiExample(
                "A charger and two phones",
                value={"items": [{"product": 12}, {"variant": 31, "quantity": 2}]},
                request_only=True,
            )
        ],
        "auth": [],
    }
