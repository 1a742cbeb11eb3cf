"""Amounts as this app shows them."""

from typing import Any

from rest_framework import serializers


class MoneyField(serializers.RegexField):
    """An amount as text with two decimals, below zero where it takes off; what it stands in names its currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^-?[0-9]{1,10}\.[0-9]{2}$", **kwargs)
