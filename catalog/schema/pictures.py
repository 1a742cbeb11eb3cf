"""How the calls about pictures are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from catalog.schema.products import id_or_slug_parameter
from catalog.schema.writes import IDEMPOTENCY_KEY, IMAGE_EXAMPLE, PRODUCT_EXAMPLE, id_parameter
from catalog.serializers.pictures import PictureChanges, PictureInput, PictureOrderInput
from catalog.serializers.writes import StaffImageSerializer, StaffProductSerializer
from electroports.openapi import KEY_REUSED

ANSWER: dict[str, Any] = {"examples": [OpenApiExample("A picture", IMAGE_EXAMPLE)]}
ADD: dict[str, Any] = {
    "summary": "Add a picture",
    "description": "Takes a JPEG, PNG or WebP of at most 15 MB and 40 megapixels that does not move, as a form. It is "
    "encoded anew, upright: of what was uploaded only the pixels are kept, not where, when or by whom it was taken. "
    "Smaller WebP renditions are made by a job soon after. A refused picture is 400 with the reason as the code of "
    "`file`: `not_an_image`, `unsupported_format`, `too_many_pixels`, `animated`, `truncated`, `too_large`. Needs "
    "`catalog.add_productimage`.",
    "parameters": [id_or_slug_parameter(), IDEMPOTENCY_KEY],
    "request": {"multipart/form-data": PictureInput},
    "responses": {201: OpenApiResponse(StaffImageSerializer, "The picture.", **ANSWER), 422: KEY_REUSED},
    "examples": [
        OpenApiExample(
            "A photograph",
            {"file": "(the bytes)", "alt": "Anker 735 Charger, front"},
            request_only=True,
            media_type="multipart/form-data",
        )
    ],
}
ORDER: dict[str, Any] = {
    "summary": "Order the pictures of a product",
    "description": "Puts all pictures of a product into the order of the list; the first is the one in lists. If-Match "
    "takes the ETag of the product as staff read it. Needs `catalog.change_productimage`.",
    "parameters": [id_or_slug_parameter()],
    "request": PictureOrderInput,
    "responses": {
        200: OpenApiResponse(
            StaffProductSerializer, "The product.", examples=[OpenApiExample("A product", PRODUCT_EXAMPLE)]
        )
    },
    "examples": [OpenApiExample("The second first", {"images": [89, 88]}, request_only=True)],
}
READ: dict[str, Any] = {
    "summary": "Read a picture as staff",
    "description": "A picture as it is stored. Needs `catalog.view_productimage`.",
    "parameters": [id_parameter("picture")],
    "responses": {200: OpenApiResponse(StaffImageSerializer, "The picture.", **ANSWER)},
}
CHANGE: dict[str, Any] = {
    "summary": "Change a picture",
    "description": "Changes what is said of a picture: its text, its variant, its place. Needs "
    "`catalog.change_productimage`.",
    "parameters": [id_parameter("picture")],
    "request": PictureChanges,
    "responses": {200: OpenApiResponse(StaffImageSerializer, "The picture, changed.", **ANSWER)},
    "examples": [OpenApiExample("Better words", {"alt": "Anker 735 Charger, its three ports"}, request_only=True)],
}
DELETE: dict[str, Any] = {
    "summary": "Delete a picture",
    "description": "Deletes a picture; its files go soon after. Needs `catalog.delete_productimage`.",
    "parameters": [id_parameter("picture")],
    "responses": {204: None},
}
