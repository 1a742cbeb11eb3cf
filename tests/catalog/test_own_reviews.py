"""A customer's own reviews: changed, deleted, listed, and left behind by an account that goes."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from electroports import hot
from tests.catalog.reviewing import WORDS, address, everything, moderate, rating_shown, reviewed, staff_with
from tests.factories import make_product, make_user
from tests.staff import client_of
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def test_a_changed_review_is_moderated_again(
    product: Product, author: User, writer: APIClient, api: APIClient, moderator: APIClient
) -> None:
    review = reviewed(product, 5, author=author)

    response = writer.patch(f"/api/reviews/{review.pk}", {"rating": 2, "text": "It broke."})

    body = response.json()
    assert (response.status_code, body["status"], body["rating"], body["text"]) == (200, "pending", 2, "It broke.")
    assert body["edited_at"] is not None
    assert rating_shown(api, product) == {"average": None, "count": 0}
    assert api.get(address(product)).json()["summary"]["count"] == 0
    moderate(moderator, review.pk, {"status": "published"})
    assert rating_shown(api, product) == {"average": "2.0", "count": 1}


def test_a_change_of_nothing_changes_nothing(product: Product, author: User, writer: APIClient) -> None:
    review = reviewed(product, 5, author=author)
    before = everything()

    for body in ({}, {"rating": 5}, {"title": "Solid"}):
        assert writer.patch(f"/api/reviews/{review.pk}", body).json()["status"] == "published"

    assert everything() == before


def test_a_deleted_review_counts_no_longer(product: Product, author: User, writer: APIClient, api: APIClient) -> None:
    reviewed(product, 1)
    review = reviewed(product, 5, author=author)

    assert writer.delete(f"/api/reviews/{review.pk}").status_code == 204

    assert rating_shown(api, product) == {"average": "1.0", "count": 1}
    problem_in(writer.delete(f"/api/reviews/{review.pk}"), 404, "not_found")
    assert writer.post(address(product), WORDS).status_code == 201


def test_own_reviews_are_listed_wherever_they_stand(
    author: User, writer: APIClient, moderator: APIClient, api: APIClient
) -> None:
    first = reviewed(make_product(), author=author)
    second = reviewed(make_product(), author=author, is_published=False)
    reviewed(make_product())
    moderate(moderator, second.pk, {"status": "rejected", "reason": "No words."})

    rows = writer.get("/api/users/me/reviews").json()["results"]

    assert [(row["id"], row["status"], row["rejection_reason"]) for row in rows] == [
        (second.pk, "rejected", "No words."),
        (first.pk, "published", ""),
    ]
    assert writer.get(f"/api/reviews/{second.pk}").json()["status"] == "rejected"
    problem_in(api.get("/api/users/me/reviews"), 401, "not_authenticated")


def test_whose_review_it_is(product: Product, author: User, writer: APIClient, api: APIClient) -> None:
    hidden, shown = reviewed(product, author=author, is_published=False), reviewed(make_product(), author=author)
    other, staff = client_of(make_user()), staff_with("view_review")
    before = everything()

    for client in (api, other):
        problem_in(client.get(f"/api/reviews/{hidden.pk}"), 404, "not_found")
        assert "status" not in client.get(f"/api/reviews/{shown.pk}").json()
    for client in (writer, staff):
        assert client.get(f"/api/reviews/{hidden.pk}").json()["status"] == "pending"
        assert client.get(f"/api/reviews/{shown.pk}").json()["status"] == "published"
    for review in (hidden, shown):
        for client in (other, staff):
            problem_in(client.patch(f"/api/reviews/{review.pk}", {"rating": 1}), 404, "not_found")
            problem_in(client.delete(f"/api/reviews/{review.pk}"), 404, "not_found")
        problem_in(api.patch(f"/api/reviews/{review.pk}", {"rating": 1}), 401, "not_authenticated")
        problem_in(api.delete(f"/api/reviews/{review.pk}"), 401, "not_authenticated")
    problem_in(other.put(f"/api/reviews/{shown.pk}/moderation", {"status": "published"}), 403, "permission_denied")
    problem_in(other.put(f"/api/reviews/{hidden.pk}/moderation", {"status": "published"}), 404, "not_found")
    problem_in(writer.put(f"/api/reviews/{hidden.pk}/moderation", {"status": "published"}), 403, "permission_denied")
    problem_in(writer.put(f"/api/reviews/{shown.pk}/reply", {"text": "Me"}), 403, "permission_denied")
    assert everything() == before


def test_a_review_outlives_its_account_without_a_name(product: Product, author: User, api: APIClient) -> None:
    review = reviewed(product, 4, author=author)
    voter = make_user()
    client_of(voter).post(f"/api/reviews/{review.pk}/helpful")
    hot.store.clear()

    author.delete()
    voter.delete()

    row = api.get(address(product)).json()["results"][0]
    assert (row["author"], row["rating"], row["helpful_count"]) == ("A customer", 4, 1)
    assert rating_shown(api, product) == {"average": "4.0", "count": 1}
