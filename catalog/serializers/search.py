"""The shapes of facets and completions. The answers are made in `catalog.facets` and `catalog.views.searching`."""

from typing import Any

from rest_framework import serializers

from catalog.models import Product, Variant
from catalog.serializers.fields import CountField, IdField, MoneyField, NamedSerializer
from catalog.serializers.products import ProductCardSerializer


class CorrectionSerializer(serializers.Serializer[Any]):
    """A word of a query, and what was sought instead."""

    written = serializers.CharField()
    meant = serializers.CharField()


class SearchSerializer(serializers.Serializer[Any]):
    """How a search was understood."""

    query = serializers.CharField()
    corrected = serializers.CharField(allow_null=True)
    corrections = CorrectionSerializer(many=True)


class KindCountSerializer(serializers.Serializer[Any]):
    """A kind, for the filter `kind`."""

    value = serializers.ChoiceField(Product.Kind.choices)
    count = CountField(help_text="Products.")


class ConditionCountSerializer(serializers.Serializer[Any]):
    """A condition, for the filter `condition`."""

    value = serializers.ChoiceField(Variant.Condition.choices)
    count = CountField(help_text="Products.")


class BrandCountSerializer(NamedSerializer):
    """A brand, for the filter `brand`."""

    count = CountField(help_text="Products.")


class CategoryCountSerializer(NamedSerializer):
    """A category with its sub-tree, for the filter `category`."""

    parent_id = IdField(allow_null=True)
    count = CountField(help_text="Products.")


class ConnectorCountSerializer(serializers.Serializer[Any]):
    """A connector."""

    id = IdField()
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField()
    count = CountField(help_text="Products.")


class PriceBandSerializer(serializers.Serializer[Any]):
    """A band of prices, for the filters `min_price` and `max_price`: both ends are in it."""

    min = MoneyField()
    max = MoneyField(allow_null=True)
    count = CountField(help_text="Products.")


class RatingCountSerializer(serializers.Serializer[Any]):
    """An average rating so high or higher, for the filter `rating`."""

    value = serializers.IntegerField(min_value=1, max_value=4)
    count = CountField(help_text="Products.")


class FacetCountsSerializer(serializers.Serializer[Any]):
    """The counts of each facet, under all filters but its own. What would leave nothing is left out."""

    kind = KindCountSerializer(many=True)
    brand = BrandCountSerializer(many=True)
    category = CategoryCountSerializer(many=True)
    condition = ConditionCountSerializer(many=True)
    price = PriceBandSerializer(many=True)
    rating = RatingCountSerializer(many=True)
    connector = ConnectorCountSerializer(many=True)


class FacetsSerializer(serializers.Serializer[Any]):
    """How many products answer to the filters, and how many each further choice would leave."""

    count = CountField()
    search = SearchSerializer(required=False, help_text="There when something was searched for.")
    facets = FacetCountsSerializer()


class BrandSuggestionSerializer(NamedSerializer):
    """A brand."""

    product_count = CountField()


class CategorySuggestionSerializer(NamedSerializer):
    """A category; its products are those of its sub-tree."""

    parent_id = IdField(allow_null=True)
    product_count = CountField()


class SuggestionsSerializer(serializers.Serializer[Any]):
    """What may have been meant by what was typed so far."""

    query = serializers.CharField(allow_blank=True)
    corrected = serializers.CharField(allow_null=True)
    products = ProductCardSerializer(many=True)
    brands = BrandSuggestionSerializer(many=True)
    categories = CategorySuggestionSerializer(many=True)
