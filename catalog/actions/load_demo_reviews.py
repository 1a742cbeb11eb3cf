"""Fill a demonstration with reviews. They are invented: a shop that sells must not show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from catalog.actions.count_review import recount_reviews
from catalog.actions.lock_product import lock_products
from catalog.files.reviews import ReviewRow, read_reviews
from catalog.models import Product, Review, ReviewVote, VerifiedPurchase
from catalog.reviews import display_name

FILE = Path(__file__).resolve().parent.parent / "data" / "reviews.csv"
USERNAME = "demo-reviewer-"


def load_demo_reviews(*, at: datetime, file: Path = FILE) -> int:
    """Write the reviews of the data file, of the products that there are, and return how many; once they are there, 0.

    One transaction. Their authors are accounts that cannot sign in, and the ratings of the products are computed from
    them, as from any. Raises InvalidCatalogueFile.
    """
    rows = read_reviews(file.read_bytes())
    with transaction.atomic():
        if get_user_model()._default_manager.filter(username__startswith=USERNAME).exists():
            return 0
        products = dict(Product.objects.filter(slug__in={row.product for row in rows}).values_list("slug", "pk"))
        rows = [row for row in rows if row.product in products]
        # Oldest first: lists take the order of the keys for that of time.
        rows.sort(key=_age, reverse=True)
        lock_products(products.values())
        authors = _make_authors(sorted({row.reviewer for row in rows}))
        reviews = Review.objects.bulk_create(_review(row, products, authors, at) for row in rows)
        _vote(rows, reviews, list(authors.values()))
        VerifiedPurchase.objects.bulk_create(
            VerifiedPurchase(
                customer=authors[row.reviewer], product_id=review.product_id, purchased_at=review.created_at
            )
            for row, review in zip(rows, reviews, strict=True)
            if row.received
        )
        recount_reviews(product_ids=products.values(), at=at)
    return len(rows)


def _make_authors(names: Sequence[str]) -> dict[str, Any]:
    users = get_user_model()
    closed = make_password(None)
    rows = users._default_manager.bulk_create(
        users(
            username=f"{USERNAME}{number}",
            email=f"{USERNAME}{number}@example.invalid",  # RFC 2606: leads nowhere, ever
            first_name=name.rpartition(" ")[0],
            last_name=name.rpartition(" ")[2],
            password=closed,
            is_active=False,
        )
        for number, name in enumerate(names, 1)
    )
    return dict(zip(names, rows, strict=True))


def _age(row: ReviewRow) -> timedelta:
    return timedelta(days=row.days_ago, minutes=97 * row.rating)


def _review(row: ReviewRow, products: Mapping[str, int], authors: Mapping[str, Any], at: datetime) -> Review:
    author = authors[row.reviewer]
    written_at = at - _age(row)
    return Review(
        product_id=products[row.product],
        author=author,
        author_name=display_name(author.first_name, author.last_name),
        rating=row.rating,
        title=row.title,
        text=row.text,
        is_verified_purchase=row.received,
        status=row.status,
        rejection_reason=row.reason,
        moderated_at=None if row.status == Review.Status.PENDING else written_at + timedelta(hours=3),
        reply=row.reply,
        replied_at=written_at + timedelta(hours=20) if row.reply else None,
        created_at=written_at,
    )


def _vote(rows: Sequence[ReviewRow], reviews: Sequence[Review], voters: Sequence[Any]) -> None:
    """Have as many others as the file says find each review helpful."""
    votes = []
    for row, review in zip(rows, reviews, strict=True):
        others = [voter for voter in voters if voter.pk != review.author_id][: row.helpful]
        votes += [ReviewVote(review=review, voter=voter, created_at=review.created_at) for voter in others]
        review.helpful_count = len(others)
    ReviewVote.objects.bulk_create(votes)
    Review.objects.bulk_update(reviews, ["helpful_count"])
