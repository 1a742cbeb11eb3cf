"""The shapes of sale events and of price histories, and what staff send to change events."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog.event_documents import EventState
from catalog.models import SaleEvent
from catalog.serializers.fields import CountField, IdField, MoneyField, NamedSerializer, UrlField
from catalog.serializers.products import ProductCardSerializer
from catalog.serializers.writes import SLUG, AmountField, KeyField
from electroports.serializers import LineField, StrictBooleanField, StrictSerializer

MAX_LINKS = 1000
YEARS = (2000, 2200)
MOMENT_LENGTH = 40


class BannerSerializer(serializers.Serializer[Any]):
    """An event's picture."""

    url = UrlField()
    alt = serializers.CharField()


class SaleEventSerializer(serializers.Serializer[Any]):
    """A sale event. At `starts_at` it holds already, at `ends_at` no longer."""

    id = IdField()
    slug = serializers.SlugField(max_length=80)
    name = serializers.CharField(max_length=80)
    text = serializers.CharField(allow_blank=True)
    banner = BannerSerializer(allow_null=True)
    state = serializers.ChoiceField(EventState.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    percent = serializers.IntegerField(
        min_value=SaleEvent.MIN_PERCENT, max_value=SaleEvent.MAX_PERCENT, allow_null=True
    )
    fixed_price = MoneyField(allow_null=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
    product_count = CountField()


class SaleEventPageSerializer(SaleEventSerializer):
    """A sale event with what it is over, and the most popular of its products; `/api/products?event=` lists all."""

    categories = NamedSerializer(many=True)
    brands = NamedSerializer(many=True)
    products = ProductCardSerializer(many=True)


class PricePointSerializer(serializers.Serializer[Any]):
    """From when on a variant cost how much; `event` is the id of the event that lowered the price."""

    since = serializers.DateTimeField()
    price = MoneyField()
    event = serializers.IntegerField(min_value=1, allow_null=True)


class VariantHistorySerializer(serializers.Serializer[Any]):
    """What a variant cost, oldest first; the last price is that of now."""

    variant = IdField()
    sku = serializers.CharField(max_length=40)
    name = serializers.CharField(allow_blank=True)
    price = MoneyField()
    lowest_30_days = MoneyField(help_text="The lowest price that applied at any moment of the last 30 days.")
    prices = PricePointSerializer(many=True)


class PriceHistorySerializer(serializers.Serializer[Any]):
    """The prices of a product's variants in the last 365 days."""

    product = IdField()
    currency = serializers.RegexField("^[A-Z]{3}$")
    variants = VariantHistorySerializer(many=True)


@extend_schema_field({"type": "string", "format": "date-time", "maxLength": MOMENT_LENGTH})
class MomentField(serializers.DateTimeField):
    """A time between the years 2000 and 2200; without an offset it is the shop's. Fractions of a second are cut off."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return the time; raises ValidationError."""
        if not isinstance(value, str) or len(value) > MOMENT_LENGTH:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss[+HH:MM]")
        moment = super().to_internal_value(value)
        if not YEARS[0] <= moment.year < YEARS[1]:
            raise serializers.ValidationError(f"Give a year from {YEARS[0]} to {YEARS[1] - 1}.", code="out_of_range")
        return moment.replace(microsecond=0)


class PercentField(serializers.IntegerField):
    """A whole number. Text of digits is none."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError for text, true and false."""
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class EventPriceInput(StrictSerializer):
    """What a single variant costs in the event."""

    variant = KeyField()
    price = AmountField()


class KeysField(serializers.ListField):
    """Ids of rows, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=KeyField(), max_length=MAX_LINKS, **kwargs)


class EventChanges(StrictSerializer):
    """What of an event is to change. A list replaces what was there."""

    name = LineField(max_length=80, required=False)
    slug = serializers.RegexField(SLUG, max_length=80, required=False)
    text = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    banner_alt = LineField(max_length=200, allow_blank=True, required=False)
    starts_at = MomentField(required=False)
    ends_at = MomentField(required=False)
    percent = PercentField(
        min_value=SaleEvent.MIN_PERCENT, max_value=SaleEvent.MAX_PERCENT, allow_null=True, required=False
    )
    fixed_price = AmountField(allow_null=True, required=False)
    is_published = StrictBooleanField(required=False)
    products = KeysField(required=False)
    categories = KeysField(required=False)
    brands = KeysField(required=False)
    prices: Any = serializers.ListSerializer(child=EventPriceInput(), max_length=MAX_LINKS, required=False)

    def validate_prices(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a variant that comes twice, and a price of nothing."""
        seen: set[int] = set()
        for position, row in enumerate(value):
            if row["variant"] in seen:
                repeated = ErrorDetail("This variant comes twice.", code="repeated")
                raise serializers.ValidationError({str(position): {"variant": [repeated]}})
            if row["price"] <= Decimal(0):
                nothing = ErrorDetail("A price is more than nothing.", code="not_positive")
                raise serializers.ValidationError({str(position): {"price": [nothing]}})
            seen.add(row["variant"])
        return value


class EventInput(EventChanges):
    """A new event. It is a draft unless it says that it is published."""

    name = LineField(max_length=80)
    slug = serializers.RegexField(SLUG, max_length=80)
    starts_at = MomentField()
    ends_at = MomentField()


class EventPriceSerializer(serializers.Serializer[Any]):
    """What a single variant costs in the event."""

    variant = IdField()
    price = MoneyField()


class StaffEventSerializer(serializers.Serializer[Any]):
    """An event as it is stored, draft or not."""

    id = IdField()
    slug = serializers.SlugField(max_length=80)
    name = serializers.CharField(max_length=80)
    text = serializers.CharField(allow_blank=True)
    banner = BannerSerializer(allow_null=True)
    banner_alt = serializers.CharField(allow_blank=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    percent = serializers.IntegerField(
        min_value=SaleEvent.MIN_PERCENT, max_value=SaleEvent.MAX_PERCENT, allow_null=True
    )
    fixed_price = MoneyField(allow_null=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
    is_published = serializers.BooleanField()
    products = serializers.ListField(child=IdField())
    categories = serializers.ListField(child=IdField())
    brands = serializers.ListField(child=IdField())
    prices = EventPriceSerializer(many=True)
