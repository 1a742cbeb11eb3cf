"""Change or delete one's review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.add_photo import forget_photos
from catalog.actions.count_review import count_review, lock_review
from catalog.models import Review
from electroports.history import DELETED, record
from electroports.snapshots import diff, snapshot


def change_review(*, review: Review, changes: Mapping[str, Any], at: datetime) -> Review:
    """Write the changed fields of a review and return it; what changed has to be moderated again.

    A published review leaves the page, and the product's average, until it is published again. Nothing happens if
    nothing would change.
    """
    with transaction.atomic():
        current = lock_review(review.pk)
        if all(getattr(current, name) == value for name, value in changes.items()):
            return current
        before = current.standing
        for name, value in changes.items():
            setattr(current, name, value)
        current.send_to_moderation(at=at)
        current.save()
        count_review(product_id=current.product_id, before=before, after=None, at=at)
    return current


def delete_review(*, review: Review, acting_user: AbstractUser | None, at: datetime) -> None:
    """Delete a review with its photos and votes; the product's ratings follow.

    What staff delete, `acting_user`, is in the audit trail; whoever deletes their own review is nobody.
    """
    with transaction.atomic():
        current = lock_review(review.pk)
        before, was = current.standing, diff(snapshot(current), None)
        record(acting_user=acting_user, row=current, changes=was, message="Deleted.", action=DELETED)
        forget_photos(current.photos.all())
        current.delete()
        count_review(product_id=current.product_id, before=before, after=None, at=at)
