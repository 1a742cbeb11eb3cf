"""How searching is described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.filters import BY_KIND, PAGING
from catalog.schema.products import CARD_EXAMPLE, SEARCH_TEXT, query_parameter
from catalog.serializers import FacetsSerializer, SuggestionsSerializer
from catalog.suggestions import NAMES, SUGGESTED
from electroports.openapi import NOT_MODIFIED
from electroports.pagination import KeysetPagination

SEARCH_DOCUMENT: dict[str, Any] = {
    "type": "object",
    "description": "There when something was searched for.",
    "required": ["query", "corrected", "corrections"],
    "properties": {
        "query": {"type": "string", "description": "What was searched for.", "example": "samsng galaxy"},
        "corrected": {
            "type": ["string", "null"],
            "description": "The query as it was understood, if words of it had to be corrected to find anything.",
            "example": "samsung galaxy",
        },
        "corrections": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["written", "meant"],
                "properties": {"written": {"type": "string"}, "meant": {"type": "string"}},
            },
            "example": [{"written": "samsng", "meant": "samsung"}],
        },
    },
}


class SearchedPagination(KeysetPagination):
    """The list document of products, which says how a search was understood. It only describes: the window pages."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of the list document."""
        document = super().get_paginated_response_schema(schema)
        return {**document, "properties": {**document["properties"], "search": SEARCH_DOCUMENT}}


FACETS_EXAMPLE = {
    "count": 3,
    "search": {
        "query": "samsng",
        "corrected": "samsung",
        "corrections": [{"written": "samsng", "meant": "samsung"}],
    },
    "facets": {
        "kind": [{"value": "device", "count": 2}, {"value": "accessory", "count": 1}],
        "brand": [{"id": 5, "name": "Samsung", "slug": "samsung", "count": 3}],
        "category": [{"id": 4, "name": "Smartphones", "slug": "smartphones", "parent_id": 1, "count": 2}],
        "condition": [{"value": "new", "count": 3}],
        "price": [{"min": "2500.00", "max": "4999.99", "count": 1}, {"min": "100000.00", "max": None, "count": 2}],
        "rating": [{"value": 4, "count": 2}],
        "connector": [{"id": 7, "code": "usb-c", "name": "USB-C", "count": 3}],
    },
}


def facets_schema() -> dict[str, Any]:
    """Return the description of the operation that counts per filter value."""
    names = sorted(BY_KIND[None] - PAGING)
    return {
        "summary": "Count products per filter value",
        "description": "Under the filters of the list of products (`search` too): how many each brand, category (with "
        "its sub-tree), kind, condition, price band, rating and connector has. Each facet counts without its own "
        "filter, so that its other values show what they would give. Values that would leave nothing are left out.",
        "parameters": [query_parameter(name) for name in names],
        "responses": {
            200: OpenApiResponse(
                FacetsSerializer, "The counts.", examples=[OpenApiExample("Samsung", value=FACETS_EXAMPLE)]
            ),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }


def suggest_schema() -> dict[str, Any]:
    """Return the description of the operation that completes what is being typed."""
    named = {"id": 5, "name": "Samsung", "slug": "samsung", "product_count": 55}
    category = {"id": 4, "name": "Smartphones", "slug": "smartphones", "parent_id": 1, "product_count": 90}
    example = {
        "query": "sams",
        "corrected": None,
        "products": [CARD_EXAMPLE],
        "brands": [named],
        "categories": [category],
    }
    return {
        "summary": "Complete what is being typed",
        "description": f"At most {SUGGESTED} products by relevance, and {NAMES} brands and {NAMES} categories by their "
        "names, that what was typed so far may become. Nothing typed, nothing suggested.",
        "parameters": [OpenApiParameter("q", SEARCH_TEXT, description="What was typed so far.")],
        "responses": {
            200: OpenApiResponse(
                SuggestionsSerializer, "What it may become.", examples=[OpenApiExample("Four letters", value=example)]
            ),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }
