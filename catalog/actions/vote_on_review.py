"""Find a review helpful, or no longer."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F

from catalog.actions.count_review import touch_reviews
from catalog.errors import NotPublished, OwnReview
from catalog.models import Review, ReviewVote
from electroports.sql import insert_rows


def vote_on_review(*, review: Review, acting_user: AbstractUser, at: datetime) -> None:
    """Count that this customer finds the review helpful, once however often they say so.

    Raises OwnReview, NotPublished for one that shoppers do not see or no longer see, and Review.DoesNotExist.
    """
    if review.author_id == acting_user.pk:
        raise OwnReview("This is your own review.")
    with transaction.atomic():
        vote = ReviewVote(review_id=review.pk, voter_id=acting_user.pk, created_at=at)
        if insert_rows([vote], unless_taken=("review_id", "voter_id")):
            counted = Review.objects.filter(pk=review.pk, status=Review.Status.PUBLISHED)
            if not counted.update(helpful_count=F("helpful_count") + 1):
                Review.objects.only("pk").get(pk=review.pk)
                raise NotPublished("Only published reviews are voted on.")
            touch_reviews(review.product_id)


def withdraw_vote(*, review: Review, acting_user: AbstractUser) -> None:
    """Take back this customer's vote, if there is one, wherever the review stands."""
    with transaction.atomic():
        deleted, _ = ReviewVote.objects.filter(review=review.pk, voter=acting_user.pk).delete()
        if deleted:
            Review.objects.filter(pk=review.pk).update(helpful_count=F("helpful_count") - 1)
            touch_reviews(review.product_id)
