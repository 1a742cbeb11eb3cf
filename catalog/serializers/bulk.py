"""The shapes of bulk calls. Their rows are read by `catalog.files.json_rows`, by the rules of catalogue files."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Product, Variant
from catalog.models.product import MAX_SHIPPING_GRAMS, MOST_PER_CUSTOMER
from catalog.serializers.fields import CountField
from catalog.serializers.writes import (
    MAX_ITEMS,
    AmountField,
    KeyField,
    PairsField,
    TextField,
    TraitsInput,
    TypedSpecTexts,
)
from catalog.serializers.writes import WholeField as Whole
from electroports.serializers import StrictBooleanField, StrictSerializer, WholeNumberField


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        "description": "Units on hand by the code of the location: what is to lie there, by a movement that says so.",
    }
)
class StockFigures(serializers.DictField):
    """Units on hand by location code."""


class BulkRowInput(TraitsInput, StrictSerializer):
    """What is to become of one SKU, and of its product. What is left out stays, or is as usual for what is new."""

    sku = serializers.CharField(max_length=40)
    product = serializers.CharField(max_length=80, required=False, help_text="The slug; needed for a new SKU.")
    kind = serializers.ChoiceField(Product.Kind.choices, required=False)
    brand = serializers.CharField(max_length=80, required=False, help_text="Its name.")
    category = serializers.CharField(max_length=80, required=False, help_text="Its slug.")
    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    specs = PairsField(required=False)
    typed_specs = TypedSpecTexts(required=False)
    in_the_box = serializers.ListField(child=TextField(max_length=500), max_length=MAX_ITEMS, required=False)
    warranty_months = Whole(most=2**15 - 1, required=False)
    released_on = serializers.DateField(required=False, allow_null=True)
    popularity = Whole(required=False)
    is_published = StrictBooleanField(required=False)
    tax_class = serializers.CharField(
        max_length=20, required=False, allow_null=True, help_text="Its code; null for the default one."
    )
    options = PairsField(required=False)
    condition = serializers.ChoiceField(Variant.Condition.choices, required=False)
    price = AmountField(required=False)
    compare_at_price = AmountField(required=False, allow_null=True)
    shipping_grams = WholeNumberField(min_value=1, max_value=MAX_SHIPPING_GRAMS, required=False, allow_null=True)
    max_per_customer = WholeNumberField(min_value=1, max_value=MOST_PER_CUSTOMER, required=False, allow_null=True)
    stock = StockFigures(required=False)
    is_active = StrictBooleanField(required=False)


class PriceInput(StrictSerializer):
    """What a variant is to cost, and what it costs as far as the caller knows."""

    exactly_one_of = ("sku", "variant")

    sku = serializers.CharField(max_length=40, required=False)
    variant = KeyField(required=False, help_text="Its id.")
    price = AmountField()
    expected_price = AmountField(help_text="What it costs now, without an event.")
    compare_at_price = AmountField(required=False, allow_null=True, help_text="Stays, if it is not given.")


class PricesSetSerializer(serializers.Serializer[Any]):
    """How many variants cost something else now, and how many what they did."""

    changed = CountField()
    unchanged = CountField()


class BulkCountsSerializer(serializers.Serializer[Any]):
    """How many were created, changed, and left as they are."""

    created = CountField()
    changed = CountField()
    unchanged = CountField()


class BulkErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field of a row, or with the row (`field` is null)."""

    index = CountField()
    sku = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class BulkReportSerializer(serializers.Serializer[Any]):
    """What a bulk call did; with `dry_run`, what it would do."""

    mode = serializers.ChoiceField(["all_or_nothing", "valid_rows"])
    dry_run = serializers.BooleanField()
    rows = CountField()
    written = CountField()
    refused = CountField()
    products = BulkCountsSerializer()
    variants = BulkCountsSerializer()
    error_count = CountField()
    errors = BulkErrorSerializer(many=True)  # type: ignore[assignment]  # a name of the framework's own
