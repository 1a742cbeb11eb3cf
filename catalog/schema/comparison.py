"""How comparing is described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.schema.products import CARD_EXAMPLE, SLUG_OR_ID
from catalog.serializers.comparison import MAX_COMPARED, MIN_COMPARED, ComparisonSerializer
from electroports.openapi import NOT_MODIFIED

ROW_EXAMPLE = {
    "code": "output_power",
    "name": "Power",
    "type": "number",
    "unit": "W",
    "better": "higher",
    "values": [{"value": 65, "display": "65 W"}, None],
    "differs": False,
    "best": [],
}


def comparison_schema() -> dict[str, Any]:
    """Return the description of the operation that compares products."""
    ids = OpenApiParameter(
        "ids",
        {
            "type": "array",
            "items": SLUG_OR_ID,
            "minItems": MIN_COMPARED,
            "maxItems": MAX_COMPARED,
            "uniqueItems": True,
        },
        style="form",
        explode=False,
        required=True,
        description=f"Products by id or slug: {MIN_COMPARED} to {MAX_COMPARED} of them, each once.",
    )
    other = {**CARD_EXAMPLE, "id": 13, "slug": "anker-737-charger", "name": "Anker 737 Charger"}
    example = {
        "currency": "KES",
        "products": [CARD_EXAMPLE, other],
        "groups": [{"name": "Battery & charging", "rows": [ROW_EXAMPLE]}],
    }
    return {
        "summary": "Compare products",
        "description": "A table of what is known of each product, in the fields' units, grouped and in the order of "
        "pages; what differs, and which is best.",
        "parameters": [ids],
        "responses": {
            200: OpenApiResponse(
                ComparisonSerializer, "The table.", examples=[OpenApiExample("Two chargers", value=example)]
            ),
            304: NOT_MODIFIED,
            404: OpenApiResponse(
                description="Not all of them are in the shop window; `errors` name those that are not."
            ),
        },
        "auth": [],
        "filters": False,
    }
