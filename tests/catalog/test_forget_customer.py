"""An account that is erased while its row stays: the catalogue knows nothing of the person any more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.actions.forget_customer import forget_customer
from catalog.actions.record_purchase import record_purchase
from catalog.models import Notice, Review, ReviewVote, VerifiedPurchase, Wishlist
from tests.catalog.reviewing import address, reviewed
from tests.factories import make_product, make_user
from tests.staff import client_of

pytestmark = pytest.mark.django_db


def test_what_others_read_stays_without_the_person(api: APIClient) -> None:
    person = make_user(first_name="Wanjiku", last_name="Kamau")
    client = client_of(person)
    product, sold_out = make_product(), make_product(stock=0)
    record_purchase(user_id=person.pk, product_ids=[product.pk], at=timezone.now())
    reviewed(product, 4, author=person)
    other = reviewed(make_product(), 5)
    client.post(f"/api/reviews/{other.pk}/helpful")
    client.post("/api/users/me/wishlist/items", {"product": product.pk})
    client.post(f"/api/products/{sold_out.pk}/notify", {"kind": "back_in_stock"})
    assert api.get(address(product)).json()["results"][0]["author"] == "Wanjiku K."

    forget_customer(user_id=person.pk, names=(), at=timezone.now())

    shown = api.get(address(product)).json()
    assert (shown["results"][0]["author"], shown["results"][0]["rating"]) == ("A customer", 4)
    assert shown["summary"]["verified_count"] == 1
    assert not Review.objects.filter(product=product).exclude(author_name="").exists()
    assert Review.objects.get(pk=other.pk).helpful_count == 1
    assert list(ReviewVote.objects.values_list("voter", flat=True)) == [None]
    for model in (Wishlist, Notice, VerifiedPurchase):
        assert not model._default_manager.exists()
    assert client.get("/api/users/me/reviews").json()["count"] == 0


def queries_to_forget(reviews: int) -> int:
    person = make_user()
    for _ in range(reviews):
        reviewed(make_product(), 4, author=person)
    with CaptureQueriesContext(connection) as made:
        forget_customer(user_id=person.pk, names=(), at=timezone.now())
    return len(made)


def test_who_wrote_much_is_forgotten_as_quickly() -> None:
    assert queries_to_forget(1) == queries_to_forget(4)
