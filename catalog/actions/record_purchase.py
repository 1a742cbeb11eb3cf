"""Learn that a customer has received products: their reviews of these are of verified purchases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from catalog.actions.count_review import count_review, lock_review
from catalog.actions.lock_product import lock_products
from catalog.models import Review, VerifiedPurchase


def record_purchase(*, user_id: int, product_ids: Collection[int], at: datetime) -> None:
    """Remember that this customer received these products, and mark what they have written of them already.

    May be told twice. Call it late in the transaction in which it is so: products are locked in the order of their
    keys, then the catalogue's revision.
    """
    with transaction.atomic():
        # A review that is written at this moment sees the purchase, or is found here.
        ids = sorted(lock_products(product_ids))
        VerifiedPurchase.objects.bulk_create(
            [VerifiedPurchase(customer_id=user_id, product_id=product_id, purchased_at=at) for product_id in ids],
            ignore_conflicts=True,
        )
        unmarked = Review.objects.filter(author=user_id, product__in=ids, is_verified_purchase=False)
        for review_id in unmarked.order_by("product_id").values_list("pk", flat=True):
            _mark(review_id, at)


def _mark(review_id: int, at: datetime) -> None:
    review = lock_review(review_id)
    before = review.standing
    review.is_verified_purchase = True
    review.save(update_fields=["is_verified_purchase"])
    count_review(product_id=review.product_id, before=before, after=review.standing, at=at)
