"""The one place where the ratings of a product follow its reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F

from catalog.actions.lock_product import lock_product, lock_products
from catalog.actions.refresh_listings import refresh_listings
from catalog.models import Product, Review, ReviewSummary
from catalog.models.reviews import STARS

Standing = tuple[int, bool] | None


def lock_review(review_id: int) -> Review:
    """Lock a review and, before it, its product; return the review as it is now.

    Raises Review.DoesNotExist, and NoSuchRow for one whose product is gone.
    """
    lock_product(Review.objects.values_list("product_id", flat=True).get(pk=review_id))
    review: Review = Review.objects.select_for_update().get(pk=review_id)
    return review


def count_review(*, product_id: int, before: Standing, after: Standing, at: datetime) -> None:
    """Bring the counters of a product's published reviews up to date with one review, and show the product so.

    Call it last in a transaction that has the product locked (`lock_product`). `before` and `after` are the review's
    `standing`. What shoppers read of the reviews is new then, even where no counter changes.
    """
    if before is None and after is None:
        return
    steps = {"version": 1}
    for standing, step in ((before, -1), (after, 1)):
        if standing is not None:
            stars, is_verified = standing
            for name in (f"stars_{stars}", *([f"verified_{stars}"] if is_verified else [])):
                steps[name] = steps.get(name, 0) + step
    changes = {name: F(name) + step for name, step in steps.items() if step}
    if not ReviewSummary.objects.filter(pk=product_id).update(**changes):
        ReviewSummary.objects.create(pk=product_id)
        ReviewSummary.objects.filter(pk=product_id).update(**changes)
    summary = ReviewSummary.objects.get(pk=product_id)
    shown = Product.objects.filter(pk=product_id).exclude(rating_average=summary.average, rating_count=summary.count)
    if shown.update(rating_average=summary.average, rating_count=summary.count):
        refresh_listings(product_ids=[product_id], at=at)


def touch_reviews(*product_ids: int) -> None:
    """Note that shoppers see something new in products' reviews, which no counter tells; after the reviews' locks."""
    ReviewSummary.objects.filter(pk__in=product_ids).update(version=F("version") + 1)


def recount_reviews(*, product_ids: Collection[int], at: datetime) -> None:
    """Compute the counters and ratings of these products anew from their published reviews, and show them.

    The number of queries does not depend on how many products these are.
    """
    with transaction.atomic():
        product_ids = lock_products(product_ids)
        counted: dict[int, Counter[str]] = {product_id: Counter() for product_id in product_ids}
        published = Review.objects.filter(product__in=product_ids, status=Review.Status.PUBLISHED).order_by()
        groups = published.values_list("product_id", "rating", "is_verified_purchase").annotate(count=Count("pk"))
        for product_id, rating, is_verified, count in groups:
            counted[product_id][f"stars_{rating}"] += count
            counted[product_id][f"verified_{rating}"] += count * is_verified
        columns = [f"{kind}_{star}" for kind in ("stars", "verified") for star in STARS]
        rise: Any = F("version") + 1
        summaries = [
            ReviewSummary(pk=product_id, version=rise, **{name: counters[name] for name in columns})
            for product_id, counters in counted.items()
        ]
        ReviewSummary.objects.bulk_create([ReviewSummary(pk=pk) for pk in counted], ignore_conflicts=True)
        ReviewSummary.objects.bulk_update(summaries, ["version", *columns])
        rated = [Product(pk=row.pk, rating_average=row.average, rating_count=row.count) for row in summaries]
        Product.objects.bulk_update(rated, ["rating_average", "rating_count"])
        refresh_listings(product_ids=product_ids, at=at)
