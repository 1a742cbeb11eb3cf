"""Write a review."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.lock_product import lock_product
from catalog.errors import AlreadyReviewed
from catalog.models import Review, VerifiedPurchase
from catalog.reviews import display_name
from electroports.sql import insert_rows


def write_review(
    *, product_id: int, rating: int, title: str, text: str, acting_user: AbstractUser, at: datetime
) -> Review:
    """Write a customer's review of a product, to be moderated, and return it.

    Raises AlreadyReviewed if there is one of this customer (of several at once, one is written), NoSuchRow.
    """
    with transaction.atomic():
        lock_product(product_id)  # a purchase that is recorded at this moment marks the review, or is seen here
        purchases = VerifiedPurchase.objects.filter(customer=acting_user.pk, product=product_id)
        review = Review(
            product_id=product_id,
            author_id=acting_user.pk,
            author_name=display_name(acting_user.first_name, acting_user.last_name),
            rating=rating,
            title=title,
            text=text,
            is_verified_purchase=purchases.exists(),
            created_at=at,
        )
        if not insert_rows([review], unless_taken=("product_id", "author_id")):
            raise AlreadyReviewed("You have reviewed this product already. Change that review, or delete it.")
    return review
