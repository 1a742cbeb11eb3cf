"""How the operations on brands and categories are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.serializers import Serializer

from catalog.schema.products import id_or_slug_parameter
from electroports.openapi import NOT_MODIFIED


def simple_list_schema(what: str, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """Return the description of an operation that lists a small collection."""
    roots = " A page has the roots of the tree, each whole with all below it." if what == "categories" else ""
    return {
        "summary": f"List {what}",
        "description": f"The {what}, with how many products in the shop window each has.{roots}",
        "responses": {
            200: OpenApiResponse(
                serializer(many=True),
                "One page.",
                examples=[OpenApiExample("One row", value=named_example(what))],
            ),
            304: NOT_MODIFIED,
            404: OpenApiResponse(description="There is no such page."),
        },
        "auth": [],
    }


def simple_detail_schema(what: str, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """Return the description of an operation that reads one row of a small collection."""
    return {
        "summary": f"Read one {what}",
        "description": f"One {what}, by its id or its slug.",
        "parameters": [id_or_slug_parameter()],
        "responses": {
            200: OpenApiResponse(
                serializer, f"The {what}.", examples=[OpenApiExample("One row", value=named_example(what))]
            ),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }


def named_example(what: str) -> dict[str, Any]:
    """Return an example of a brand or a category."""
    if what.startswith("brand"):
        return {"id": 3, "name": "Anker", "slug": "anker", "description": "", "product_count": 14}
    return {
        "id": 21,
        "name": "Charging",
        "slug": "charging",
        "description": "",
        "product_count": 31,
        "children": [],
    }
