"""What stands beside a review: votes for it, and whether its author received the product."""

from __future__ import annotations

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.record_purchase import record_purchase
from catalog.models import CatalogRevision, Product, Review, ReviewSummary, ReviewVote, VerifiedPurchase
from orders.actions.change_status import change_status
from orders.models import Order, OrderEvent
from tests.admin.rows import make_order
from tests.catalog.reviewing import WORDS, address, everything, moderate, reviewed, staff_with
from tests.factories import make_product, make_user
from tests.staff import client_of
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


# Votes.


def test_votes_count_once(product: Product, author: User, api: APIClient) -> None:
    review = reviewed(product, author=author)
    voters = [client_of(make_user()) for _ in range(2)]

    for voter in (*voters, voters[0]):
        assert voter.post(f"/api/reviews/{review.pk}/helpful").status_code == 204
    assert api.get(address(product)).json()["results"][0]["helpful_count"] == 2

    for _ in range(2):
        assert voters[0].delete(f"/api/reviews/{review.pk}/helpful").status_code == 204
    assert api.get(address(product)).json()["results"][0]["helpful_count"] == 1
    assert ReviewVote.objects.count() == 1


def test_votes_that_are_refused(product: Product, author: User, writer: APIClient, api: APIClient) -> None:
    shown, hidden = reviewed(product, author=author), reviewed(product, is_published=False)
    before = everything()

    problem_in(writer.post(f"/api/reviews/{shown.pk}/helpful"), 409, "own_review")
    problem_in(api.post(f"/api/reviews/{shown.pk}/helpful"), 401, "not_authenticated")
    problem_in(writer.post(f"/api/reviews/{hidden.pk}/helpful"), 404, "not_found")
    problem_in(staff_with("view_review").post(f"/api/reviews/{hidden.pk}/helpful"), 409, "not_published")

    assert everything() == before


def test_a_vote_leaves_the_rest_of_the_catalogue_alone(product: Product, api: APIClient) -> None:
    review = reviewed(product)
    revision = CatalogRevision.objects.get().number

    client_of(make_user()).post(f"/api/reviews/{review.pk}/helpful")

    assert CatalogRevision.objects.get().number == revision


# Verified purchases.


def delivered(user: User | None, product: Product) -> Order:
    """An order of that product that has just arrived."""
    order = make_order(variant=product.variants.get(), user=user or make_user(), status="shipped")
    if user is None:
        Order.objects.filter(pk=order.pk).update(user=None)
        order.user = None
    change_status(
        order=order,
        status=Order.Status.DELIVERED,
        actor=OrderEvent.Actor.STAFF,
        acting_user=None,
        reason="",
        at=timezone.now(),
    )
    return order


def test_who_received_it_writes_verified_reviews(
    product: Product, author: User, writer: APIClient, api: APIClient, moderator: APIClient
) -> None:
    delivered(author, product)

    review = writer.post(address(product), WORDS).json()
    moderate(moderator, review["id"], {"status": "published"})

    assert review["is_verified_purchase"] is True
    assert api.get(address(product)).json()["summary"]["verified_count"] == 1
    assert api.get(f"{address(product)}?verified=true").json()["count"] == 1


def test_a_review_is_verified_when_the_goods_arrive_later(product: Product, author: User, api: APIClient) -> None:
    reviewed(product, 5, author=author)
    reviewed(product, 4)
    other = reviewed(make_product(), author=author)
    assert api.get(address(product)).json()["summary"]["verified_count"] == 0

    for _ in range(2):
        delivered(author, product)

    listed = api.get(f"{address(product)}?verified=true").json()
    assert (listed["count"], listed["results"][0]["rating"], listed["summary"]["verified_count"]) == (1, 5, 1)
    assert VerifiedPurchase.objects.count() == 1
    assert not Review.objects.get(pk=other.pk).is_verified_purchase


def test_a_guest_buys_unverified(product: Product) -> None:
    delivered(None, product)

    assert not VerifiedPurchase.objects.exists()


def test_a_pending_review_becomes_verified_uncounted(product: Product, author: User) -> None:
    reviewed(product, author=author, is_published=False)

    record_purchase(user_id=author.pk, product_ids=[product.pk, product.pk], at=timezone.now())

    assert Review.objects.get().is_verified_purchase
    assert not ReviewSummary.objects.exists()
