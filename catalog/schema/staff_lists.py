"""How the lists of staff are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.models import Product
from catalog.schema.writes import PRODUCT_EXAMPLE, VARIANT_EXAMPLE
from catalog.serializers.writes import ListedProductSerializer
from catalog.staff_lists import MAX_SEARCH

IN_A_ROW = ("id", "slug", "kind", "name", "brand", "category", "is_published", "popularity", "created_at", "updated_at")
OF_A_VARIANT = ("id", "sku", "name", "price", "compare_at_price", "currency", "is_active")
LISTED_EXAMPLE = {
    **{name: PRODUCT_EXAMPLE[name] for name in IN_A_ROW},
    "variants": [{name: VARIANT_EXAMPLE[name] for name in OF_A_VARIANT}],
}
SLUG_OR_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,80}$"}
LIST_PRODUCTS: dict[str, Any] = {
    "summary": "List products as staff",
    "description": "Products as they are stored, published or not, the newest first, each with its variants and what "
    "these cost without an event. They are counted, and pages numbered, up to 10,000; `next` walks on. Needs "
    "`catalog.view_product`.",
    "parameters": [
        OpenApiParameter(
            "search",
            {
                "type": "string",
                "minLength": 1,
                "maxLength": MAX_SEARCH,
                "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$",
            },
            description="Words, each a part of the name or the beginning of a SKU; all have to be there.",
        ),
        OpenApiParameter("is_published", OpenApiTypes.BOOL, description="Only those that are, or are not."),
        OpenApiParameter("kind", enum=Product.Kind.values, description="Only those of a kind."),
        OpenApiParameter("brand", SLUG_OR_ID, description="The id or slug of a brand."),
        OpenApiParameter("category", SLUG_OR_ID, description="The id or slug of a category; with all below it."),
        OpenApiParameter(
            "updated_since",
            OpenApiTypes.DATETIME,
            description="Only those that changed then or later, themselves or a variant: a time with its offset.",
        ),
    ],
    "responses": {
        200: OpenApiResponse(
            ListedProductSerializer(many=True), "One page.", examples=[OpenApiExample("A product", LISTED_EXAMPLE)]
        ),
        404: OpenApiResponse(description="There is no such page."),
    },
}
