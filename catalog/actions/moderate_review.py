"""What staff do with reviews: publish them, reject them, and reply."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.count_review import count_review, lock_review
from catalog.errors import NotPublished
from catalog.models import Review
from catalog.reviews import moderated_document
from electroports.history import record
from electroports.preconditions import Precondition
from electroports.snapshots import diff, snapshot


def publish_review(*, review: Review, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> Review:
    """Show a review to shoppers and count its rating; return it. Publishing it again changes nothing.

    Raises PreconditionFailed if what it says, or shows, is not what was `expected`: nobody has looked at that.
    """
    return _moderate(review, expected, Review.Status.PUBLISHED, "", acting_user, at)


def reject_review(
    *, review: Review, expected: Precondition, reason: str, acting_user: AbstractUser | None, at: datetime
) -> Review:
    """Hide a review from shoppers, and no longer count its rating; the author reads the reason. Return it.

    Raises PreconditionFailed if it is not what was `expected`: the reason would be about something else.
    """
    return _moderate(review, expected, Review.Status.REJECTED, reason, acting_user, at)


def _moderate(
    review: Review,
    expected: Precondition,
    status: Review.Status,
    reason: str,
    acting_user: AbstractUser | None,
    at: datetime,
) -> Review:
    with transaction.atomic():
        current = lock_review(review.pk)
        expected.check(moderated_document(current))
        if (current.status, current.rejection_reason) == (status, reason):
            return current
        before, was = current.standing, snapshot(current)
        current.status, current.rejection_reason = status, reason
        current.moderated_by_id = acting_user.pk if acting_user else None
        current.moderated_at = at
        current.save(update_fields=["status", "rejection_reason", "moderated_by", "moderated_at"])
        count_review(product_id=current.product_id, before=before, after=current.standing, at=at)
        record(acting_user=acting_user, row=current, changes=diff(was, snapshot(current)), message=reason)
    return current


def reply_to_review(*, review: Review, text: str, acting_user: AbstractUser, at: datetime) -> Review:
    """Put the shop's reply under a published review, or with an empty text take it away; return the review.

    Raises NotPublished for one that shoppers do not see.
    """
    with transaction.atomic():
        current = lock_review(review.pk)
        if not current.is_published:
            raise NotPublished("Only a published review has a reply.")
        was = snapshot(current)
        current.reply = text
        current.replied_by_id = acting_user.pk if text else None
        current.replied_at = at if text else None
        current.save(update_fields=["reply", "replied_by", "replied_at"])
        count_review(product_id=current.product_id, before=current.standing, after=current.standing, at=at)
        if changes := diff(was, snapshot(current)):
            record(acting_user=acting_user, row=current, changes=changes)
    return current
