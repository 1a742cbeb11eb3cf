"""The shapes of brands and categories."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.serializers.fields import CountField, NamedSerializer


@extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/Category"}})
class CategoriesField(serializers.ListField):
    """Categories of the same shape."""


class BrandSerializer(NamedSerializer):
    """A brand and how many of its products are in the shop window."""

    description = serializers.CharField(allow_blank=True)
    product_count = CountField()


class CategorySerializer(NamedSerializer):
    """A node of the category tree; `product_count` includes all below it."""

    description = serializers.CharField(allow_blank=True)
    product_count = CountField()
    children = CategoriesField()
