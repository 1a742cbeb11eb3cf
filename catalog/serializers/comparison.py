"""The shape of a comparison of products."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.comparison import MONEY
from catalog.models import SpecField
from catalog.serializers.fields import IdField
from catalog.serializers.products import ProductCardSerializer
from catalog.serializers.specs import VALUE, SpecCodeField

MIN_COMPARED, MAX_COMPARED = 2, 8
COMPARED_TYPES = [*SpecField.Type.choices, (MONEY, "Money")]


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": ["object", "null"],
            "description": "What is known of one product: for programs, in the row's unit, and for people.",
            "required": ["value", "display"],
            "properties": {"value": VALUE, "display": {"type": "string"}},
        },
        "minItems": MIN_COMPARED,
        "maxItems": MAX_COMPARED,
    }
)
class ComparedValuesField(serializers.ListField):
    """A value for each product, or null."""


class ComparisonRowSerializer(serializers.Serializer[Any]):
    """One row: a value for each product in the order of `products`, null where nothing is known.

    `differs`: two known values are not equal. `best`: the ids of the products with the best value by `better`, several
    if they are as good; empty where no direction says, or where all known values are as good.
    """

    code = SpecCodeField()
    name = serializers.CharField()
    type = serializers.ChoiceField(COMPARED_TYPES)
    unit = serializers.CharField(allow_blank=True)
    better = serializers.ChoiceField(SpecField.Better.choices)
    values = ComparedValuesField()
    differs = serializers.BooleanField()
    best = serializers.ListField(child=IdField(), max_length=MAX_COMPARED)


class ComparisonGroupSerializer(serializers.Serializer[Any]):
    """Rows under one heading. The first group is what the shop says: price, rating, availability, warranty."""

    name = serializers.CharField()
    rows = ComparisonRowSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """Products side by side."""

    currency = serializers.RegexField("^[A-Z]{3}$")
    products = serializers.ListField(child=ProductCardSerializer(), min_length=MIN_COMPARED, max_length=MAX_COMPARED)
    groups = ComparisonGroupSerializer(many=True)
