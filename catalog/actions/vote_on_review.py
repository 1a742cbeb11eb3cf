"""Find a review helpful, or no longer."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F

from catalog.actions.count_review import touch_reviews
from catalog.errors import OwnReview
from catalog.models import Review, ReviewVote
from electroports.sql import insert_rows


def vote_on_review(*, review: Review, acting_user: AbstractUser, at: datetime) -> None:
    """Count that this customer finds the review helpful, once however often they say so; raises OwnReview."""
    if review.author_id == acting_user.pk:
        raise OwnReview("This is your own review.")
    with transaction.atomic():
        vote = ReviewVote(review_id=review.pk, voter_id=acting_user.pk, created_at=at)
        if insert_rows([vote], unless_taken=("review_id", "voter_id")):
            _count(review, 1)


def withdraw_vote(*, review: Review, acting_user: AbstractUser) -> None:
    """Take back this customer's vote, if there is one."""
    with transaction.atomic():
        deleted, _ = ReviewVote.objects.filter(review=review.pk, voter=acting_user.pk).delete()
        if deleted:
            _count(review, -1)


def _count(review: Review, step: int) -> None:
    if not Review.objects.filter(pk=review.pk).update(helpful_count=F("helpful_count") + step):
        raise Review.DoesNotExist
    touch_reviews(review.product_id)
