"""What customers and staff send about reviews, and the shapes of the answers."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers

from catalog.models import Review
from catalog.serializers.fields import CountField, IdField, UrlField
from catalog.serializers.writes import EtagField
from electroports.serializers import LineField, StrictSerializer, WholeNumberField

LINK = re.compile(r"https?://|www\.[a-z0-9-]+\.[a-z]", re.IGNORECASE)


class PlainTextField(serializers.CharField):
    """Text that customers write for other customers. It is text, never HTML, and has no links: these are mostly spam.

    Lines end with a line feed, whatever the client's system writes.
    """

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raises ValidationError, with the code `link_not_allowed` for one with a link in it."""
        text: str = super().to_internal_value(data).replace("\r\n", "\n")
        if LINK.search(text):
            raise serializers.ValidationError("Leave links out.", code="link_not_allowed")
        return text


class PlainLineField(PlainTextField, LineField):
    """Such a text of one line."""


class WriteReviewInput(StrictSerializer):
    """A customer's word on a product."""

    rating = WholeNumberField(min_value=1, max_value=5)
    title = PlainLineField(max_length=Review.TITLE_LENGTH)
    text = PlainTextField(max_length=Review.TEXT_LENGTH)


class ChangeReviewInput(StrictSerializer):
    """What is to be different in a review."""

    rating = WholeNumberField(min_value=1, max_value=5, required=False)
    title = PlainLineField(max_length=Review.TITLE_LENGTH, required=False)
    text = PlainTextField(max_length=Review.TEXT_LENGTH, required=False)


class PublishReviewInput(StrictSerializer):
    """A review that shoppers may see."""

    status = serializers.ChoiceField(["published"])


class RejectReviewInput(StrictSerializer):
    """A review that shoppers may not see, and why, for its author to read."""

    status = serializers.ChoiceField(["rejected"])
    reason = serializers.CharField(max_length=Review.REASON_LENGTH)


class ReplyInput(StrictSerializer):
    """What the shop says to a review."""

    text = serializers.CharField(max_length=Review.REPLY_LENGTH)


class PhotoSerializer(serializers.Serializer[Any]):
    """A photo of a review."""

    id = IdField()
    url = UrlField()
    thumbnail = UrlField()


class ReplySerializer(serializers.Serializer[Any]):
    """What the shop said to it."""

    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class ReviewSerializer(serializers.Serializer[Any]):
    """A review as shoppers see it."""

    id = IdField()
    product = IdField(help_text="The product's id.")
    rating = serializers.IntegerField(min_value=1, max_value=5)
    title = serializers.CharField()
    text = serializers.CharField(help_text="Text, not HTML: escape it.")
    author = serializers.CharField(help_text="First name and initial, or `A customer`.")
    is_verified_purchase = serializers.BooleanField(help_text="Whether the author has received it from this shop.")
    helpful_count = CountField()
    photos = PhotoSerializer(many=True)
    reply = ReplySerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)


class OwnReviewSerializer(ReviewSerializer):
    """A review as its author and staff see it."""

    status = serializers.ChoiceField(Review.Status.choices)
    rejection_reason = serializers.CharField(allow_blank=True)


class StaffReviewSerializer(OwnReviewSerializer):
    """A review as staff see it."""

    etag = EtagField()


class ReadReviewSerializer(ReviewSerializer):
    """A review; its author and staff also see where it stands, and staff which version it is."""

    status = serializers.ChoiceField(Review.Status.choices, required=False)
    rejection_reason = serializers.CharField(allow_blank=True, required=False)
    etag = EtagField(required=False)
