"""Photos of reviews: added, re-encoded, and taken away."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from catalog.actions.count_review import count_review, lock_review, touch_reviews
from catalog.drawing import DISPLAY_EDGE, THUMBNAIL_EDGE
from catalog.errors import TooManyPhotos
from catalog.models import Review, ReviewPhoto
from catalog.pictures import PictureRefused, decode_photo, make_rendition
from electroports.errors import FieldError, InvalidInput
from electroports.jobs import enqueue

EDGES = {"display": DISPLAY_EDGE, "thumbnail": THUMBNAIL_EDGE}
DELETE_JOB = "catalog.tasks.delete_files"


def add_photo(*, review: Review, renditions: Mapping[str, bytes], at: datetime) -> ReviewPhoto:
    """Keep a photo, given by its `photo_renditions`, with a review, which has to be moderated again; return the photo.

    Its names cannot be guessed: nobody sees it before staff have. Raises TooManyPhotos, and Review.DoesNotExist; then
    no file is left behind.
    """
    names: dict[str, str] = {}
    try:
        with transaction.atomic():
            current = lock_review(review.pk)
            if current.photos.count() >= Review.MAX_PHOTOS:
                raise TooManyPhotos(f"A review has at most {Review.MAX_PHOTOS} photos.")
            stem = secrets.token_urlsafe(16)
            for name, data in renditions.items():
                names[name] = default_storage.save(f"reviews/{name}/{stem}.webp", ContentFile(data))
            photo = current.photos.create(**names, created_at=at)
            before = current.standing
            current.send_to_moderation(at=at)
            current.save(update_fields=["status", "rejection_reason", "edited_at"])
            count_review(product_id=current.product_id, before=before, after=None, at=at)
    except BaseException:
        for name in names.values():
            default_storage.delete(name)
        raise
    return photo


def photo_renditions(data: bytes) -> dict[str, bytes]:
    """Return what is kept of an uploaded picture, by name; raises InvalidInput for what is none.

    Only its pixels, upright and no larger than a page shows them; not where, when or by whom it was taken. It takes its
    time: call it before the transaction.
    """
    try:
        picture = decode_photo(data, edge=max(EDGES.values()))
    except PictureRefused as refusal:
        error = FieldError("photo", refusal.code, refusal.message)
        raise InvalidInput("The request is not valid: photo.", errors=[error]) from refusal
    return {name: make_rendition(picture, edge=edge) for name, edge in EDGES.items()}


def remove_photo(*, photo: ReviewPhoto) -> None:
    """Take a photo away; what is left of the review stands as it stood."""
    with transaction.atomic():
        review = lock_review(photo.review_id)
        forget_photos([photo])
        photo.delete()
        touch_reviews(review.product_id)


def forget_photos(photos: Iterable[ReviewPhoto]) -> None:
    """Have the files of these photos deleted once the current transaction is committed."""
    names = sorted(str(getattr(photo, name)) for photo in photos for name in EDGES)
    if names:
        enqueue(DELETE_JOB, names)
