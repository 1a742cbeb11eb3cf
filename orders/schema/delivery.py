"""How the operations on delivery are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from electroports.counties import LONGEST
from electroports.openapi import NOT_MODIFIED
from orders.serializers import CountiesSerializer, DeliveryOptionsSerializer

COUNTY_EXAMPLE = {"code": "047", "name": "Nairobi", "slug": "nairobi"}
STATION_SNAPSHOT_EXAMPLE = {
    "code": "cbd-kencom",
    "name": "Kencom counter",
    "county": "Nairobi",
    "town": "Nairobi CBD",
    "address": "Moi Avenue",
    "landmark": "By the Kencom bus stage",
    "phone": "",
}
WEEKDAY = [["08:00", "18:00"]]
STATION_EXAMPLE = {
    **STATION_SNAPSHOT_EXAMPLE,
    "hours": {
        **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), WEEKDAY),
        "sat": [["09:00", "16:00"]],
        "sun": [],
        "holiday": [],
    },
    "hours_note": "",
    "is_open": True,
    "closes_at": "2026-03-02T18:00:00+03:00",
    "opens_at": None,
    "max_grams": 20000,
    "max_value": "150000.00",
}
OPTIONS_EXAMPLE = {
    "county": COUNTY_EXAMPLE,
    "currency": "KES",
    "methods": [
        {
            "code": "pickup-station",
            "name": "Pick-up station",
            "kind": "pickup_station",
            "description": "Fetch it at a counter near you.",
            "price": "150.00",
            "price_from": "150.00",
            "free_from": "5000.00",
            "bands": [
                {"up_to_grams": 5000, "value_from": "0.00", "price": "150.00"},
                {"up_to_grams": 5000, "value_from": "5000.00", "price": "0.00"},
                {"up_to_grams": 20000, "value_from": "0.00", "price": "250.00"},
            ],
            "max_grams": 20000,
            "earliest_on": "2026-03-03",
            "latest_on": "2026-03-05",
            "order_before": "2026-03-02T15:00:00+03:00",
            "stations": [STATION_EXAMPLE],
        }
    ],
}

PARAMETERS = [
    OpenApiParameter(
        "county",
        {"type": "string", "minLength": 1, "maxLength": LONGEST},
        description="Where it goes: a county by its name, slug or code, in any usual spelling. Without it there are no "
        "prices but `price_from`, and no stations but the shop's own.",
    ),
    OpenApiParameter(
        "value",
        {"type": "string", "pattern": r"^[0-9]{1,10}(\.[0-9]{1,2})?$"},
        description="What the goods cost in KES, after discounts; 0 if it is left out.",
    ),
    OpenApiParameter(
        "grams",
        {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        description="What the goods weigh in grams; 0 if it is left out.",
    ),
]
OPTIONS: dict[str, Any] = {
    "summary": "List the ways of delivery",
    "description": "How the shop delivers to a county, what that costs, and when it arrives: couriers, pick-up "
    "stations with their opening hours, pick-up in the shop. What cannot take an order of this weight and value is "
    "left out. The price of an order is computed anew when it is placed.",
    "parameters": PARAMETERS,
    "responses": {
        200: OpenApiResponse(
            DeliveryOptionsSerializer,
            "The ways of delivery, in the shop's order.",
            examples=[OpenApiExample("In Nairobi", OPTIONS_EXAMPLE)],
        ),
        304: NOT_MODIFIED,
    },
    "auth": [],
}
COUNTIES: dict[str, Any] = {
    "summary": "List the counties",
    "description": "Kenya's 47 counties by name, all on one page.",
    "responses": {
        200: OpenApiResponse(
            CountiesSerializer,
            "All of them.",
            examples=[
                OpenApiExample("One row", {"count": 1, "next": None, "previous": None, "results": [COUNTY_EXAMPLE]})
            ],
        ),
        304: NOT_MODIFIED,
    },
    "auth": [],
}
