"""The shapes that delivery is shown in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orders.models import DeliveryMethod
from orders.serializers.amounts import MoneyField


class CountySerializer(serializers.Serializer[Any]):
    """A county of Kenya."""

    code = serializers.RegexField(r"^0[0-4][0-9]$", help_text="Its number in the Constitution's First Schedule.")
    name = serializers.CharField()
    slug = serializers.SlugField()


class CountiesSerializer(serializers.Serializer[Any]):
    """All counties, in the form of a list that has one page."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = CountySerializer(many=True)


class DeliveryBandSerializer(serializers.Serializer[Any]):
    """A rate in the county that was asked for."""

    up_to_grams = serializers.IntegerField(allow_null=True, help_text="The heaviest order; null: whatever it weighs.")
    value_from = MoneyField(help_text="From goods of this value on.")
    price = MoneyField()


class PeriodField(serializers.ListField):
    """The periods of a day."""

    def __init__(self, **kwargs: Any) -> None:
        time = serializers.RegexField(r"^([01][0-9]|2[0-4]):[0-5][0-9]$")
        super().__init__(child=serializers.ListField(child=time, min_length=2, max_length=2), **kwargs)


class HoursSerializer(serializers.Serializer[Any]):
    """The periods of each day in which a place is open, and those of public holidays."""

    mon = PeriodField()
    tue = PeriodField()
    wed = PeriodField()
    thu = PeriodField()
    fri = PeriodField()
    sat = PeriodField()
    sun = PeriodField()
    holiday = PeriodField()


class StationSnapshotSerializer(serializers.Serializer[Any]):
    """Where an order is fetched."""

    code = serializers.SlugField()
    name = serializers.CharField()
    county = serializers.CharField()
    town = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    landmark = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True, help_text="E.164.")


class StationSerializer(StationSnapshotSerializer):
    """A place where orders are fetched, with its hours."""

    hours = HoursSerializer()
    hours_note = serializers.CharField(allow_blank=True)
    is_open = serializers.BooleanField()
    closes_at = serializers.DateTimeField(allow_null=True, help_text="While it is open: until when.")
    opens_at = serializers.DateTimeField(allow_null=True, help_text="While it is closed: when it opens next.")
    max_grams = serializers.IntegerField(allow_null=True)
    max_value = MoneyField(allow_null=True, help_text="The dearest order that it takes.")


class DeliveryOptionSerializer(serializers.Serializer[Any]):
    """A way in which goods get to the customer."""

    code = serializers.SlugField(help_text="What `delivery.method` of an order names.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(DeliveryMethod.Kind.choices)
    description = serializers.CharField(allow_blank=True)
    price = MoneyField(allow_null=True, help_text="For this county, weight and value; null without a county.")
    price_from = MoneyField(help_text="The least that it costs anywhere.")
    free_from = MoneyField(allow_null=True, help_text="From goods of this value on it costs nothing.")
    bands = DeliveryBandSerializer(many=True, help_text="All rates of the county, by weight and value.")
    max_grams = serializers.IntegerField(allow_null=True)
    earliest_on = serializers.DateField()
    latest_on = serializers.DateField()
    order_before = serializers.DateTimeField(help_text="Until when these days hold.")
    stations = StationSerializer(many=True)


class DeliveryOptionsSerializer(serializers.Serializer[Any]):
    """How the shop delivers."""

    county = CountySerializer(allow_null=True)
    currency = serializers.CharField(min_length=3, max_length=3)
    methods = DeliveryOptionSerializer(many=True)
