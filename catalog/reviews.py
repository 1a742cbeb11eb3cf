"""Reviews as pages show them: their documents, their orderings, and the names that stand under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from catalog.models.reviews import STARS, Review, ReviewPhoto, average_of
from electroports.preconditions import entity_tag
from electroports.rendering import written_time

# Each falls or rises by its first field, and the newest comes first among equals.
ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "newest": ("-id",),
    "helpful": ("-helpful_count", "-id"),
    "highest": ("-rating", "-id"),
    "lowest": ("rating", "-id"),
}
ANONYMOUS = "A customer"


def display_name(first_name: str, last_name: str) -> str:
    """Return the name under a review: the first name and the last one's initial; empty without a first name."""
    first, last = " ".join(first_name.split())[:60], last_name.strip()
    if not first:
        return ""
    return f"{first} {last[0].upper()}." if last else first


def photo_document(photo: ReviewPhoto) -> dict[str, Any]:
    """Return a photo as the API shows it."""
    return {"id": photo.pk, "url": photo.display.url, "thumbnail": photo.thumbnail.url}


def review_document(review: Review) -> dict[str, Any]:
    """Return a review as shoppers see it. Its photos must be loaded, or are read."""
    return {
        "id": review.pk,
        "product": review.product_id,
        "rating": review.rating,
        "title": review.title,
        "text": review.text,
        "author": review.shown_author or ANONYMOUS,
        "is_verified_purchase": review.is_verified_purchase,
        "helpful_count": review.helpful_count,
        "photos": [photo_document(photo) for photo in review.photos.all()],
        "reply": {"text": review.reply, "created_at": written_time(review.replied_at)} if review.reply else None,
        "created_at": written_time(review.created_at),
        "edited_at": written_time(review.edited_at),
    }


def own_document(review: Review) -> dict[str, Any]:
    """Return a review as its author sees it: with where it stands, and why."""
    return {**review_document(review), "status": review.status, "rejection_reason": review.rejection_reason}


def moderated_document(review: Review) -> dict[str, Any]:
    """Return what staff look at before they publish or reject a review: its entity tag is the version they name.

    Votes and replies are no part of it. Its photos must be loaded, or are read.
    """
    fields = ("pk", "rating", "title", "text", "status", "rejection_reason")
    photos = [photo.pk for photo in review.photos.all()]
    return {**{name: getattr(review, name) for name in fields}, "photos": photos}


def staff_document(review: Review) -> dict[str, Any]:
    """Return a review as staff see it: with the version that their moderation names."""
    return {**own_document(review), "etag": entity_tag(moderated_document(review))}


def summary_document(stars: Mapping[int, int], verified: Mapping[int, int]) -> dict[str, Any]:
    """Return the counters of a product's published reviews as the API shows them."""
    average = average_of(stars)
    return {
        "average": f"{average:.1f}" if average is not None else None,
        "count": sum(stars.values()),
        "verified_count": sum(verified.values()),
        "distribution": {str(star): stars[star] for star in reversed(STARS)},
    }


def place_of(review: Review, ordering: str) -> list[int]:
    """Return where a review stands in an ordering."""
    return [getattr(review, field.removeprefix("-")) for field in ORDERINGS[ordering]]


def beyond(place: list[int], ordering: str, *, backwards: bool) -> Q:
    """Return the condition of the reviews that come after a place in an ordering, or before it."""
    condition = Q()
    equal: dict[str, int] = {}
    for field, value in zip(ORDERINGS[ordering], place, strict=True):
        name = field.removeprefix("-")
        falls = field.startswith("-") != backwards
        condition |= Q(**equal, **{f"{name}__{'lt' if falls else 'gt'}": value})
        equal[name] = value
    return condition
