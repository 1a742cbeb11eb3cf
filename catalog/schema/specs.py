"""How the operations on specifications are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from catalog.schema.products import query_parameter
from catalog.serializers import SpecFieldSerializer
from electroports.openapi import NOT_MODIFIED

SPEC_FIELD_EXAMPLE = {
    "id": 1,
    "code": "screen_size",
    "name": "Screen size",
    "group": "Display",
    "type": "number",
    "unit": "in",
    "decimals": 2,
    "minimum": "1",
    "maximum": "40",
    "choices": [],
    "is_multiple": False,
    "is_filterable": True,
    "better": "none",
    "categories": ["phones-and-tablets", "computers"],
}


def spec_field_list_schema() -> dict[str, Any]:
    """Return the description of the operation that lists the specification fields."""
    return {
        "summary": "List specification fields",
        "description": "The fields of typed specifications in the order in which pages show them: type, unit, choices, "
        "whether lists can be filtered by them (`spec`), and whether more or less is better. With a category, those "
        "that products in it can have.",
        "parameters": [query_parameter("category")],
        "responses": {
            200: OpenApiResponse(
                SpecFieldSerializer(many=True),
                "One page.",
                examples=[OpenApiExample("One field", value=SPEC_FIELD_EXAMPLE)],
            ),
            304: NOT_MODIFIED,
            404: OpenApiResponse(description="There is no such page."),
        },
        "auth": [],
    }
