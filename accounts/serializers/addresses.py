"""Addresses, as customers send and see them. The fields are those of an order's address, and `is_default`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.models import Address
from electroports.counties import CountyField
from electroports.phones import PhoneField
from electroports.serializers import LineField, StrictBooleanField, StrictSerializer


class SavedAddressInput(StrictSerializer):
    """A place to send orders to."""

    recipient = LineField(max_length=150)
    phone = PhoneField()
    county = CountyField()
    town = LineField(max_length=80)
    street = LineField(required=False, allow_blank=True, max_length=200)
    landmark = LineField(required=False, allow_blank=True, max_length=200)
    is_default = StrictBooleanField(required=False, help_text="Takes the place of the default before.")


class ChangeAddressInput(SavedAddressInput):
    """The fields of an address that change."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of an address, of which none is needed."""
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class SavedAddressSerializer(serializers.ModelSerializer[Address]):
    """One of the caller's addresses."""

    class Meta:
        model = Address
        fields = (
            *("id", "recipient", "phone", "county", "town", "street", "landmark"),
            *("is_default", "created_at", "updated_at"),
        )
        read_only_fields = fields


@extend_schema_serializer(many=False)
class SavedAddressPageSerializer(serializers.Serializer[Address]):
    """All of the caller's addresses: there are never so many that they need pages."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True, help_text="Always null.")
    previous = serializers.URLField(allow_null=True, help_text="Always null.")
    results = SavedAddressSerializer(many=True)


address_shape = SavedAddressSerializer()
