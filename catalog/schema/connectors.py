"""How the operations on connectors are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.serializers import ConnectorPinoutSerializer, ConnectorSerializer
from electroports.openapi import NOT_MODIFIED

CONNECTOR_EXAMPLE = {
    "id": 15,
    "code": "jack-3-5-trrs",
    "name": "3.5 mm TRRS",
    "family": "audio",
    "shape": "gendered",
    "is_wireless": False,
    "pin_count": 4,
    "description": "The headset jack: stereo sound and a microphone.",
}
PINS_EXAMPLE = [
    {"pin": "Tip", "signal": "L", "description": "Left channel"},
    {"pin": "Ring 1", "signal": "R", "description": "Right channel"},
    {"pin": "Ring 2", "signal": "GND", "description": "Ground"},
    {"pin": "Sleeve", "signal": "MIC", "description": "Microphone"},
]


def connector_list_schema() -> dict[str, Any]:
    """Return the description of the operation that lists the kinds of connectors."""
    return {
        "summary": "List connectors",
        "description": "The kinds of connectors that ports have, wireless ones too, by family and name. `pin_count` is "
        "the number of contacts as the connector's standard counts them.",
        "responses": {
            200: OpenApiResponse(
                ConnectorSerializer(many=True),
                "One page.",
                examples=[OpenApiExample("One row", value=CONNECTOR_EXAMPLE)],
            ),
            304: NOT_MODIFIED,
            404: OpenApiResponse(description="There is no such page."),
        },
        "auth": [],
    }


def connector_detail_schema() -> dict[str, Any]:
    """Return the description of the operation that reads one connector with its pin-out."""
    example = {**CONNECTOR_EXAMPLE, "pins": PINS_EXAMPLE}
    code = OpenApiParameter(
        "id_or_code",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        OpenApiParameter.PATH,
        description="The id or the code.",
    )
    return {
        "summary": "Read one connector",
        "description": "One kind of connector, by its id or its code, with its pin-out: what each contact carries.",
        "parameters": [code],
        "responses": {
            200: OpenApiResponse(
                ConnectorPinoutSerializer,
                "The connector with its pins.",
                examples=[OpenApiExample("A headset jack", value=example)],
            ),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }
