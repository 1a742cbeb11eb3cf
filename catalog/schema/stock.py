"""How the calls about stock are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.models import StockMovement
from catalog.schema.writes import IDEMPOTENCY_KEY
from catalog.serializers.stock import MovedSerializer, MovementInput, StockLevelSerializer, StockMovementSerializer
from electroports.addresses import ID_PATTERN
from electroports.openapi import KEY_REUSED

LEVEL_EXAMPLE = {
    "id": 61,
    "product": 12,
    "variant": 31,
    "sku": "ANK-735-65W",
    "location": "NBO",
    "on_hand": 40,
    "allocated": 3,
    "available": 37,
}
MOVEMENT_EXAMPLE = {
    "id": 9120,
    "type": "receipt",
    "variant": 31,
    "sku": "ANK-735-65W",
    "location": "NBO",
    "on_hand_change": 25,
    "allocated_change": 0,
    "reference": "Delivery note 4711",
    "acting_user": "wanjiku",
    "created_at": "2026-03-02T09:30:00+03:00",
}
SKU = OpenApiParameter(
    "sku",
    {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[A-Z0-9]+(-[A-Z0-9]+)*$"},
    description="The SKU of one variant.",
)
LOCATION = OpenApiParameter(
    "location",
    {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^[A-Z0-9][A-Z0-9-]{0,9}$"},
    description="The code of one location.",
)
PRODUCT = OpenApiParameter(
    "product",
    {"type": "string", "pattern": f"^{ID_PATTERN}$"},
    description="The id of one product.",
)
TYPE = OpenApiParameter("type", enum=StockMovement.Type.values, description="One type of movement.")
NO_PAGE = OpenApiResponse(description="There is no such page.")
LEVELS: dict[str, Any] = {
    "summary": "List stock levels",
    "description": "Exact stock, variant by variant and location by location, the newest level first. Levels are "
    "counted, and pages numbered, up to 10,000; `next` walks on. Needs "
    "`catalog.view_stocklevel`.",
    "parameters": [SKU, LOCATION, PRODUCT],
    "responses": {
        200: OpenApiResponse(
            StockLevelSerializer(many=True), "One page.", examples=[OpenApiExample("A level", LEVEL_EXAMPLE)]
        ),
        404: NO_PAGE,
    },
}
MOVEMENTS: dict[str, Any] = {
    "summary": "List stock movements",
    "description": "The books of the stock, the newest movement first. Movements are counted, and pages numbered, up "
    "to 10,000; `next` walks on. Needs `catalog.view_stockmovement`.",
    "parameters": [SKU, LOCATION, TYPE],
    "responses": {
        200: OpenApiResponse(
            StockMovementSerializer(many=True), "One page.", examples=[OpenApiExample("A movement", MOVEMENT_EXAMPLE)]
        ),
        404: NO_PAGE,
    },
}
MOVE: dict[str, Any] = {
    "summary": "Move stock",
    "description": "Takes in what was delivered (`receipt`), corrects what lies on the shelf (`adjustment`), or "
    "carries units to another location (`transfer`), with the movement that says who and why. No order loses what it "
    "holds: what would leave less than is spoken for is 400 `invalid_adjustment`. Send an Idempotency-Key, for a "
    "receipt that is sent twice is counted twice. Needs `catalog.change_stocklevel`.",
    "parameters": [IDEMPOTENCY_KEY],
    "request": MovementInput,
    "responses": {
        201: OpenApiResponse(
            MovedSerializer,
            "What lies there now.",
            examples=[OpenApiExample("After a receipt", {"levels": [LEVEL_EXAMPLE]})],
        ),
        422: KEY_REUSED,
    },
    "examples": [
        OpenApiExample(
            "A receipt",
            {
                "type": "receipt",
                "sku": "ANK-735-65W",
                "location": "NBO",
                "quantity": 25,
                "reference": "Delivery note 4711",
            },
            request_only=True,
        ),
        OpenApiExample(
            "Counted",
            {"type": "adjustment", "sku": "ANK-735-65W", "location": "NBO", "change": -2, "reference": "Counted"},
            request_only=True,
        ),
        OpenApiExample(
            "To Mombasa",
            {
                "type": "transfer",
                "sku": "ANK-735-65W",
                "location": "NBO",
                "to": "MSA",
                "quantity": 5,
                "reference": "Van of Tuesday",
            },
            request_only=True,
        ),
    ],
}
