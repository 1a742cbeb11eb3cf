"""How bulk calls are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from catalog.actions.upsert_products import MAX_ROWS
from catalog.schema.writes import IDEMPOTENCY_KEY
from catalog.serializers.bulk import BulkReportSerializer, BulkRowInput, PriceInput, PricesSetSerializer
from electroports.openapi import KEY_REUSED

REPORT_EXAMPLE = {
    "mode": "valid_rows",
    "dry_run": False,
    "rows": 3,
    "written": 2,
    "refused": 1,
    "products": {"created": 1, "changed": 1, "unchanged": 0},
    "variants": {"created": 1, "changed": 1, "unchanged": 0},
    "error_count": 1,
    "errors": [
        {
            "index": 2,
            "sku": "ANK-735-RED",
            "field": "price",
            "code": "required",
            "message": "price is missing, for the SKU is new.",
        }
    ],
}
PRICE_ROW = {"sku": "ANK-735-65W", "price": "5999.00", "compare_at_price": "6499.00", "stock": {"NBO": 40}}
NEW_ROW = {
    "sku": "ANK-747-150W",
    "product": "anker-747-charger",
    "kind": "accessory",
    "brand": "Anker",
    "category": "wall-chargers",
    "name": "Anker 747 Charger",
    "accessory_type": "charger",
    "watts": "150",
    "price": "12999.00",
}
PRICES: dict[str, Any] = {
    "summary": "Set the prices of many variants",
    "description": "Up to 10,000 variants, by SKU or id, each with the price that it has as far as the caller knows. "
    "All prices are written, or none: if any is another by now, the answer is 409 `price_moved`, and `errors` says of "
    "each of these rows (`17.expected_price`) what it costs. Prices are the regular ones, without an event. Needs "
    "`catalog.change_variant`.",
    "parameters": [IDEMPOTENCY_KEY],
    "request": serializers.ListSerializer(child=PriceInput(), allow_empty=False, max_length=MAX_ROWS),
    "responses": {
        200: OpenApiResponse(
            PricesSetSerializer, "What was done.", examples=[OpenApiExample("Done", {"changed": 2, "unchanged": 0})]
        ),
        409: OpenApiResponse(description="`price_moved`: somebody else changed a price since."),
        422: KEY_REUSED,
    },
    "examples": [  # each is put into a list
        OpenApiExample(
            "By SKU",
            {"sku": "ANK-735-65W", "price": "5999.00", "expected_price": "6499.00"},
            request_only=True,
        ),
        OpenApiExample(
            "By id",
            {"variant": 31, "price": "5999.00", "expected_price": "6499.00", "compare_at_price": None},
            request_only=True,
        ),
    ],
}
BULK: dict[str, Any] = {
    "summary": "Create and change many products by SKU",
    "description": "Up to 10,000 rows in one call, each about one SKU; the names are the columns of catalogue files. A"
    " row changes what it gives, and creates the variant, and its product, where there is none. Nothing is deleted, "
    "and what no row names stays. By default all rows are written or none: 400 then, with `17.price` for the field of "
    "the 18th row. In the mode `valid_rows` those that can be are written, and `errors` names the others; one that is "
    "refused for its product takes the other rows of that product with it. `dry_run` answers as the call itself would,"
    " with the same 400 too, and writes nothing. At most 1,000 errors are shown, and `error_count` counts them all. "
    "Rows with `stock` need the permission to change stock levels too. Needs `catalog.add_product`, "
    "`catalog.change_product`, `catalog.add_variant` and `catalog.change_variant`.",
    "parameters": [
        OpenApiParameter(
            "mode",
            OpenApiTypes.STR,
            enum=["all_or_nothing", "valid_rows"],
            default="all_or_nothing",
            description="What becomes of the rows that can be taken if others cannot.",
        ),
        OpenApiParameter("dry_run", OpenApiTypes.BOOL, description="Write nothing, and answer as if it were written."),
        IDEMPOTENCY_KEY,
    ],
    "request": serializers.ListSerializer(child=BulkRowInput(), allow_empty=False, max_length=MAX_ROWS),
    "responses": {
        200: OpenApiResponse(
            BulkReportSerializer, "What was done.", examples=[OpenApiExample("A report", REPORT_EXAMPLE)]
        ),
        422: KEY_REUSED,
    },
    "examples": [  # each is put into a list
        OpenApiExample("A new product", NEW_ROW, request_only=True),
        OpenApiExample("A price and what lies there", PRICE_ROW, request_only=True),
    ],
}
