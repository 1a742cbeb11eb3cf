"""The shapes of specification fields and of their values."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import SpecField
from catalog.serializers.fields import DecimalTextField, IdField
from catalog.specs import MAX_DECIMALS, MAX_VALUES

CODE = r"^[a-z][a-z0-9_]{0,39}$"


VALUE: dict[str, Any] = {
    "oneOf": [
        {"type": "number", "minimum": 0},
        {"type": "string"},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 1, "maxItems": MAX_VALUES},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MAX_VALUES},
    ]
}


@extend_schema_field(VALUE)
class SpecValueField(serializers.JSONField):
    """A number, text or truth, or a list of numbers or texts, as the field's `type` and `is_multiple` say."""


class SpecCodeField(serializers.RegexField):
    """How a specification field is named in files and filters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(CODE, **kwargs)


class TypedSpecSerializer(serializers.Serializer[Any]):
    """A value of a specification field: for programs (`value`, in `unit`) and for people (`display`)."""

    code = SpecCodeField()
    name = serializers.CharField()
    group = serializers.CharField()
    type = serializers.ChoiceField(SpecField.Type.choices)
    value = SpecValueField()
    unit = serializers.CharField(allow_blank=True)
    display = serializers.CharField()


class SpecFieldSerializer(serializers.Serializer[Any]):
    """A specification field. `categories` are slugs, each with its sub-tree; none of them means all products."""

    id = IdField()
    code = SpecCodeField()
    name = serializers.CharField()
    group = serializers.CharField()
    type = serializers.ChoiceField(SpecField.Type.choices)
    unit = serializers.CharField(allow_blank=True)
    decimals = serializers.IntegerField(min_value=0, max_value=MAX_DECIMALS)
    minimum = DecimalTextField(allow_null=True)
    maximum = DecimalTextField(allow_null=True)
    choices = serializers.ListField(child=serializers.CharField())
    is_multiple = serializers.BooleanField()
    is_filterable = serializers.BooleanField()
    better = serializers.ChoiceField(SpecField.Better.choices)
    categories = serializers.ListField(child=serializers.SlugField(max_length=80))
