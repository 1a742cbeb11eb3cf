"""Erase what the catalogue knows of a person."""

from __future__ import annotations

from django.db import transaction

from catalog.actions.count_review import touch_reviews
from catalog.actions.lock_product import lock_products
from catalog.models import Notice, Review, ReviewVote, StaffAnswer, VerifiedPurchase, Wishlist
from electroports.idempotency import user_caller


def forget_customer(*, user_id: int) -> None:
    """Take the person out of what they wrote, and delete what was theirs alone.

    Call it when an account is erased but its row stays, as tax law may ask. Reviews and votes stay, and count, by
    nobody: what was said of a product is of use to others. Wishlist, notices and purchases are deleted.
    """
    with transaction.atomic():
        reviews = Review.objects.filter(author=user_id)
        product_ids = sorted(reviews.values_list("product_id", flat=True))
        lock_products(product_ids)
        reviews.update(author=None, author_name="")
        ReviewVote.objects.filter(voter=user_id).update(voter=None)
        Wishlist.objects.filter(owner=user_id).delete()
        Notice.objects.filter(customer=user_id).delete()
        VerifiedPurchase.objects.filter(customer=user_id).delete()
        StaffAnswer.objects.filter(caller=user_caller(user_id)).delete()
        touch_reviews(*product_ids)
