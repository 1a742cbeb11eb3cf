"""What the tests of reviews say to the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.moderate_review import publish_review
from catalog.actions.write_review import write_review
from catalog.models import Product, Review, ReviewPhoto, ReviewSummary, ReviewVote
from electroports.preconditions import ANY_VERSION
from tests.factories import make_user
from tests.staff import if_match, staff

WORDS = {"rating": 4, "title": "Solid", "text": "Charges my phone and the laptop."}


def staff_with(*codenames: str) -> APIClient:
    """The client of a member of staff who has just these permissions of the catalogue."""
    return staff(*(f"catalog.{codename}" for codename in codenames))


def reviewed(
    product: Product, rating: int = 4, *, author: User | None = None, is_published: bool = True, **words: str
) -> Review:
    """A review of a product."""
    at = timezone.now()
    said = {"title": "Solid", "text": "Does what it should.", **words}
    author = author or make_user(first_name="Wanjiku", last_name="Kamau")
    review = write_review(product_id=product.pk, rating=rating, **said, acting_user=author, at=at)
    return publish_review(review=review, expected=ANY_VERSION, acting_user=None, at=at) if is_published else review


def moderate(client: APIClient, review_id: int, body: Any) -> Any:
    """Moderate a review as this member of staff reads it."""
    headers = if_match(client.get(f"/api/reviews/{review_id}").json())
    return client.put(f"/api/reviews/{review_id}/moderation", body, headers=headers)


def address(product: Product) -> str:
    return f"/api/products/{product.pk}/reviews"


def rating_shown(api: APIClient, product: Product) -> dict[str, Any]:
    """The rating on the product's page."""
    return dict(api.get(f"/api/products/{product.pk}").json()["rating"])


def everything() -> list[list[tuple[Any, ...]]]:
    """All that reviews have written, to show that a refusal wrote nothing."""
    models = (Review, ReviewPhoto, ReviewVote, ReviewSummary)
    ratings = Product.objects.order_by("pk").values_list("pk", "rating_average", "rating_count")
    return [list(ratings), *(list(model._default_manager.order_by("pk").values_list()) for model in models)]
