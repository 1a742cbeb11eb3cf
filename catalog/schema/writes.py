"""How the writes of staff are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.schema.products import id_or_slug_parameter
from catalog.serializers.writes import (
    NewProductInput,
    NewVariantInput,
    ProductChanges,
    StaffProductSerializer,
    StaffVariantSerializer,
    VariantChanges,
)
from electroports.addresses import ID_PATTERN
from electroports.openapi import KEY_REUSED, idempotency_key

VARIANT_EXAMPLE = {
    "id": 31,
    "product": 12,
    "sku": "ANK-735-65W",
    "name": "Black",
    "options": [{"name": "Colour", "value": "Black"}],
    "condition": "new",
    "price": "6499.00",
    "compare_at_price": None,
    "shipping_grams": 350,
    "max_per_customer": 2,
    "currency": "KES",
    "is_active": True,
    "position": 0,
}
IMAGE_EXAMPLE = {
    "id": 88,
    "product": 12,
    "variant": None,
    "alt": "Anker 735 Charger, front",
    "position": 0,
    "width": 1600,
    "height": 1600,
    "url": "/media/products/display/anker-735-charger.webp",
    "thumbnail": "/media/products/thumbnail/anker-735-charger.webp",
    "is_rendered": True,
}
ETAG = '"b2d34c6f8a7b9c0d5f1c0a9b"'
PRODUCT_EXAMPLE = {
    "id": 12,
    "slug": "anker-735-charger",
    "kind": "accessory",
    "name": "Anker 735 Charger",
    "brand": {"id": 3, "name": "Anker", "slug": "anker"},
    "category": {"id": 24, "name": "Wall chargers", "slug": "wall-chargers"},
    "description": "Three ports and 65 W in the size of a phone charger.",
    "specs": [{"name": "Ports", "value": "2 × USB-C, 1 × USB-A"}],
    "typed_specs": {"output_power": "65"},
    "in_the_box": ["Charger"],
    "warranty_months": 18,
    "released_on": "2022-07-26",
    "popularity": 80,
    "is_published": True,
    "tax_class": None,
    "accessory_type": "charger",
    "length_m": None,
    "watts": "65.0",
    "variants": [{**VARIANT_EXAMPLE, "etag": ETAG}],
    "images": [{**IMAGE_EXAMPLE, "etag": ETAG}],
    "created_at": "2026-03-02T09:30:00+03:00",
    "updated_at": "2026-03-02T09:30:00+03:00",
}

NEW_VARIANT_EXAMPLE = {
    "sku": "ANK-735-65W",
    "options": [{"name": "Colour", "value": "Black"}],
    "price": "6499.00",
}
NEW_PRODUCT_EXAMPLE = {
    "kind": "accessory",
    "name": "Anker 735 Charger",
    "brand": 3,
    "category": 24,
    "accessory_type": "charger",
    "watts": "65.0",
    "specs": [{"name": "Ports", "value": "2 × USB-C, 1 × USB-A"}],
    "variants": [NEW_VARIANT_EXAMPLE],
}

IDEMPOTENCY_KEY = idempotency_key(every="request", repeated="does nothing.")
IN_USE = OpenApiResponse(description="`in_use`: it was ordered, or has stock or had some.")


def id_parameter(what: str) -> OpenApiParameter:
    """Return the description of the path parameter by which a row is addressed."""
    return OpenApiParameter(
        "id",
        {"type": "string", "pattern": f"^{ID_PATTERN}$"},
        OpenApiParameter.PATH,
        description=f"The id of the {what}.",
    )


READ_PRODUCT: dict[str, Any] = {
    "summary": "Read a product as staff",
    "description": "A product as it is stored, published or not, with all its variants and pictures, each under its "
    "own `etag`. The ETag of the answer goes into the If-Match of a change. Needs `catalog.view_product`.",
    "parameters": [id_or_slug_parameter()],
    "responses": {
        200: OpenApiResponse(
            StaffProductSerializer, "The product.", examples=[OpenApiExample("A product", PRODUCT_EXAMPLE)]
        )
    },
}
CHANGE_PRODUCT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Change a product",
    "description": "Changes the fields that are given, and answers with the product as staff read it. If-Match takes "
    "the ETag of the staff's reading; that of the public page is another. Needs `catalog.change_product`.",
    "parameters": [id_or_slug_parameter()],
    "request": ProductChanges,
    "responses": {
        200: OpenApiResponse(
            StaffProductSerializer, "The product, changed.", examples=[OpenApiExample("A product", PRODUCT_EXAMPLE)]
        )
    },
    "examples": [
        OpenApiExample("Other words", {"name": "Anker 735 Charger", "warranty_months": 24}, request_only=True)
    ],
}
CREATE_PRODUCT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Create a product",
    "description": "Puts a product into the shop with at least one variant. Without a `slug` it gets that of its name. "
    "Typed fields are those of its `kind`. Stock comes by movements. Needs `catalog.add_product` and "
    "`catalog.add_variant`.",
    "parameters": [IDEMPOTENCY_KEY],
    "request": NewProductInput,
    "responses": {
        201: OpenApiResponse(
            StaffProductSerializer, "The product.", examples=[OpenApiExample("A product", PRODUCT_EXAMPLE)]
        ),
        422: KEY_REUSED,
    },
    "examples": [OpenApiExample("A charger", NEW_PRODUCT_EXAMPLE, request_only=True)],
}
DELETE_PRODUCT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Delete a product",
    "description": "Deletes a product with its variants and pictures, unless it was ordered or ever had stock: that "
    "one is unpublished instead (`is_published`). Needs `catalog.delete_product`.",
    "parameters": [id_or_slug_parameter()],
    "responses": {204: None, 409: IN_USE},
}
VARIANT_ANSWER = {"examples": [OpenApiExample("A variant", VARIANT_EXAMPLE)]}
CREATE_VARIANT: dict[str, Any] = {
    "tags": ["staff"],
    "summary": "Add a variant",
    "description": "Adds what is bought of a product: a colour, a size, a condition. It stands after the others unless "
    "`position` says otherwise. Needs `catalog.add_variant`.",
    "parameters": [id_or_slug_parameter(), IDEMPOTENCY_KEY],
    "request": NewVariantInput,
    "responses": {201: OpenApiResponse(StaffVariantSerializer, "The variant.", **VARIANT_ANSWER), 422: KEY_REUSED},
    "examples": [OpenApiExample("Black", NEW_VARIANT_EXAMPLE, request_only=True)],
}
READ_VARIANT: dict[str, Any] = {
    "summary": "Read a variant as staff",
    "description": "A variant as it is stored, active or not. Needs `catalog.view_variant`.",
    "parameters": [id_parameter("variant")],
    "responses": {200: OpenApiResponse(StaffVariantSerializer, "The variant.", **VARIANT_ANSWER)},
}
CHANGE_VARIANT: dict[str, Any] = {
    "summary": "Change a variant",
    "description": "Changes the fields that are given, the price too. A name that was made of the options follows "
    "them. Orders keep what they were placed with. Needs `catalog.change_variant`.",
    "parameters": [id_parameter("variant")],
    "request": VariantChanges,
    "responses": {200: OpenApiResponse(StaffVariantSerializer, "The variant, changed.", **VARIANT_ANSWER)},
    "examples": [
        OpenApiExample("A lower price", {"price": "5999.00", "compare_at_price": "6499.00"}, request_only=True)
    ],
}
DELETE_VARIANT: dict[str, Any] = {
    "summary": "Delete a variant",
    "description": "Deletes a variant, unless it was ordered or ever had stock: that one is taken off the shelf "
    "instead (`is_active`). Needs `catalog.delete_variant`.",
    "parameters": [id_parameter("variant")],
    "responses": {204: None, 409: IN_USE},
}
