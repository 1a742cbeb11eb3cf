"""The kinds of values that the catalogue's answers are made of."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MONEY = r"^[0-9]{1,10}\.[0-9]{2}$"
DECIMAL = r"^[0-9]+(\.[0-9]+)?$"


class IdField(serializers.IntegerField):
    """A primary key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)


class CountField(serializers.IntegerField):
    """How many there are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, **kwargs)


class MoneyField(serializers.RegexField):
    """An amount as text with two decimals, in the `currency` of the object that it stands in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(MONEY, **kwargs)


class DecimalTextField(serializers.RegexField):
    """A decimal number as text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(DECIMAL, **kwargs)


@extend_schema_field({"type": "string", "format": "uri-reference"})
class UrlField(serializers.CharField):
    """Where a file is: a whole URL, or a path on this host."""


class NamedSerializer(serializers.Serializer[Any]):
    """A brand or category in short."""

    id = IdField()
    name = serializers.CharField()
    slug = serializers.SlugField(max_length=80)
