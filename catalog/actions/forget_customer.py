"""Erase what the catalogue knows of a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from catalog.actions.add_photo import forget_photos
from catalog.actions.count_review import recount_reviews, touch_reviews
from catalog.actions.lock_product import lock_products
from catalog.models import Notice, Review, ReviewPhoto, ReviewVote, StaffAnswer, VerifiedPurchase, Wishlist
from electroports.history import entries_about
from electroports.idempotency import user_caller
from electroports.personal import mentions


def forget_customer(*, user_id: int, names: Collection[str], at: datetime) -> None:
    """Take the person out of what they wrote, and delete what was theirs alone.

    Called when an account is erased and its row stays, as tax law asks. Published reviews and votes stay, and count,
    by nobody: what was said of a product is of use to others. A review that names its author, by one of `names`, is
    deleted all the same, and so are those that nobody reads, and all photos. Wishlist, notices and purchases are
    deleted.
    """
    with transaction.atomic():
        reviews = Review.objects.filter(author=user_id)
        product_ids = sorted(reviews.values_list("product_id", flat=True))
        lock_products(product_ids)
        entries_about(Review, reviews.order_by().values_list("pk", flat=True)).update(object_repr="", change_message="")
        photos = ReviewPhoto.objects.filter(review__author=user_id)
        forget_photos(photos)
        photos.delete()
        recounted = _delete_unfit(reviews, names)
        reviews.update(author=None, author_name="", rejection_reason="")
        ReviewVote.objects.filter(voter=user_id).update(voter=None)
        Wishlist.objects.filter(owner=user_id).delete()
        Notice.objects.filter(customer=user_id).delete()
        VerifiedPurchase.objects.filter(customer=user_id).delete()
        StaffAnswer.objects.filter(caller=user_caller(user_id)).delete()
        if recounted:
            recount_reviews(product_ids=recounted, at=at)
        touch_reviews(*product_ids)


def _delete_unfit(reviews: QuerySet[Review], names: Collection[str]) -> set[int]:
    """Delete reviews that nobody reads and those that name their author; return the products that lose a rating."""
    said = reviews.values_list("pk", "title", "text", "reply")
    naming = [key for key, *texts in said if any(mentions(text, names) for text in texts)]
    unfit = reviews.filter(~Q(status=Review.Status.PUBLISHED) | Q(pk__in=naming))
    losing = unfit.filter(status=Review.Status.PUBLISHED)
    product_ids = set(losing.values_list("product_id", flat=True))
    unfit.delete()
    return product_ids
