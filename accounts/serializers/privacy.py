"""What people say about being sent advertising."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from electroports.serializers import LineField, StrictBooleanField, StrictSerializer


class ConsentsInput(StrictSerializer):
    """A word on some channels; about a channel that is left out nothing is said."""

    email = StrictBooleanField(required=False, help_text="Whether marketing may come by e-mail.")
    sms = StrictBooleanField(required=False, help_text="Whether it may come by SMS.")
    wording = LineField(
        required=False, max_length=40, help_text="Which version of your words they agreed to; needed with a `true`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an agreement that is to no words."""
        if True in (attrs.get("email"), attrs.get("sms")) and not attrs.get("wording"):
            message = "Say which version of the words was agreed to."
            raise serializers.ValidationError({"wording": [serializers.ErrorDetail(message, code="required")]})
        return attrs


class ConsentSerializer(serializers.Serializer[Any]):
    """The last word on one channel."""

    given = serializers.BooleanField(help_text="False for who has said nothing, or changed the address since.")
    changed_at = serializers.DateTimeField(allow_null=True)
    wording = serializers.CharField(allow_blank=True)


class ConsentsSerializer(serializers.Serializer[Any]):
    """The last word on every channel."""

    email = ConsentSerializer()
    sms = ConsentSerializer()


class PersonalDataSerializer(serializers.Serializer[Any]):
    """Everything that the shop holds about somebody: for each app its kinds of rows, each a list."""

    format = serializers.IntegerField(help_text="Rises when what is there moves to another place.")
    exported_at = serializers.DateTimeField()
    accounts = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
    catalog = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
    orders = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
