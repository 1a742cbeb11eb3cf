"""How the writes of staff are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from catalog.schema.products import id_or_slug_parameter
from catalog.serializers.writes import ProductChanges, StaffProductSerializer

VARIANT_EXAMPLE = {
    "id": 31,
    "product": 12,
    "sku": "ANK-735-65W",
    "name": "Black",
    "options": [{"name": "Colour", "value": "Black"}],
    "condition": "new",
    "price": "6499.00",
    "compare_at_price": None,
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
    "in_the_box": ["Charger"],
    "warranty_months": 18,
    "released_on": "2022-07-26",
    "popularity": 80,
    "is_published": True,
    "accessory_type": "charger",
    "length_m": None,
    "watts": "65.0",
    "variants": [{**VARIANT_EXAMPLE, "etag": ETAG}],
    "images": [{**IMAGE_EXAMPLE, "etag": ETAG}],
    "created_at": "2026-03-02T09:30:00+03:00",
    "updated_at": "2026-03-02T09:30:00+03:00",
}

READ_PRODUCT: dict[str, Any] = {
    "summary": "Read a product as staff",
    "description": "A product as it is stored, published or not, with all its variants and pictures, each under its "
    "own `etag`. The ETag of the answer goes into the If-Match of a change. Needs `catalog.view_product`.",
    "parameters": [id_or_slug_parameter()],
    "responses": {
        200: OpenApiResponse(StaffProductSerializer, "It.", examples=[OpenApiExample("A product", PRODUCT_EXAMPLE)])
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
