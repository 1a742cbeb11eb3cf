"""How the calls of staff that describe ports are described."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from catalog.schema.products import id_or_slug_parameter
from catalog.serializers.port_writes import PortsInput, StaffPortsSerializer

CHARGER = {
    "ports": [
        {
            "name": "USB-C",
            "connector": "usb-c",
            "gender": "receptacle",
            "quantity": 2,
            "carries": [
                {"protocol": "usb-pd", "direction": "out", "limit": 65.0},
                {"protocol": "usb-5v", "direction": "out", "limit": 15.0},
            ],
            "joined_to": [],
        },
        {
            "name": "Mains plug",
            "connector": "bs-1363",
            "gender": "plug",
            "quantity": 1,
            "carries": [{"protocol": "mains", "direction": "in", "limit": None}],
            "joined_to": [],
        },
    ],
    "power_budget": {"watts": 65.0, "splits": [{"devices": 2, "watts": [45.0, 20.0]}]},
}
ADAPTER = {
    "ports": [
        {
            "name": "USB-C end",
            "connector": "usb-c",
            "gender": "plug",
            "joined_to": [
                {
                    "port": "HDMI end",
                    "carries": [{"protocol": "dp", "becomes": "hdmi", "direction": "out", "limit": 14.4}],
                }
            ],
        },
        {"name": "HDMI end", "connector": "hdmi-a", "gender": "receptacle"},
    ]
}
ANSWER = {
    200: OpenApiResponse(StaffPortsSerializer, "They.", examples=[OpenApiExample("A charger", CHARGER)]),
}

READ_PORTS: dict[str, Any] = {
    "summary": "Read the ports of a product as staff",
    "description": "The ports of a product, published or not, in the form in which they are sent: what is read can be "
    "sent back as it is. A way between two ports stands at the one from which it was described. The ETag goes into "
    "the If-Match of a change. Needs `catalog.view_product`.",
    "parameters": [id_or_slug_parameter()],
    "responses": ANSWER,
}
SET_PORTS: dict[str, Any] = {
    "summary": "Describe the ports of a product",
    "description": "Replaces all ports of a product, the ways between them and the power that they share, and answers "
    "with them. They stand on its page in the order in which they are sent. A way is said at one of its two ends; "
    "`becomes` is what `protocol` is at the other end, if an adapter turns one into another. Figures are kept to "
    "three places, the power of all outputs to one. Needs `catalog.change_product`.",
    "parameters": [id_or_slug_parameter()],
    "request": PortsInput,
    "responses": ANSWER,
    "examples": [
        OpenApiExample("A charger", CHARGER, request_only=True),
        OpenApiExample("An adapter from USB-C to HDMI", ADAPTER, request_only=True),
    ],
}
DELETE_PORTS: dict[str, Any] = {
    "summary": "Delete the ports of a product",
    "description": "Takes away all ports of a product, the ways between them and the power that they share: the shop "
    "then says nothing of what can be plugged into it. Needs `catalog.change_product`.",
    "parameters": [id_or_slug_parameter()],
    "responses": {204: None},
}
