"""What staff send to add, change and order pictures."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.pictures import MAX_BYTES
from catalog.serializers.writes import MAX_SMALL, KeyField, WholeField
from electroports.serializers import MAX_ID, LineField, StrictSerializer


@extend_schema_field({"type": "string", "format": "binary", "maxLength": MAX_BYTES})
class PictureFileField(serializers.FileField):
    """A JPEG, PNG or WebP."""


class PictureInput(StrictSerializer):
    """A picture that is to be, as the fields of a form. `alt` says what it shows to those who do not see it."""

    file = PictureFileField()
    alt = LineField(max_length=200)
    variant = serializers.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        required=False,
        help_text="The variant that it shows; without it, all of them.",
    )
    position = serializers.IntegerField(min_value=0, max_value=MAX_SMALL, required=False)


class PictureChanges(StrictSerializer):
    """What may be changed of a picture."""

    alt = LineField(max_length=200, required=False)
    variant = KeyField(required=False, allow_null=True)
    position = WholeField(most=MAX_SMALL, required=False)


class PictureOrderInput(StrictSerializer):
    """The ids of all pictures of a product, in the order in which they are to stand."""

    images = serializers.ListField(child=KeyField(), max_length=1000)
