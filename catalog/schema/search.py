"""How searching is described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from catalog.filters import MAX_SEARCH
from electroports.pagination import KeysetPagination

SEARCH_TEXT = {"type": "string", "maxLength": MAX_SEARCH, "pattern": r"^[^\u0000]*$"}
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


def search_parameter() -> OpenApiParameter:
    """Return the description of the parameter that searches."""
    return OpenApiParameter(
        "search",
        SEARCH_TEXT,
        description="Words, of which every one must match: in the name, brand, category, specifications, SKU, "
        "connectors or description. Beginnings of words count, case and accents do not, typing errors are mended, "
        "and synonyms are known. Left blank, it asks for nothing.",
    )


class SearchedPagination(KeysetPagination):
    """The list document of products, which says how a search was understood. It only describes: the window pages."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of the list document."""
        document = super().get_paginated_response_schema(schema)
        return {**document, "properties": {**document["properties"], "search": SEARCH_DOCUMENT}}
