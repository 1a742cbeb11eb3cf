"""Writing reviews: who may, what is refused, what becomes of names and markup."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Product
from tests.catalog.reviewing import WORDS, address, everything, rating_shown, reviewed
from tests.factories import make_product, make_user, refresh_now
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def test_a_review_waits_for_moderation(product: Product, writer: APIClient, api: APIClient) -> None:
    response = writer.post(address(product), WORDS)

    assert response.status_code == 201
    body = response.json()
    assert body["status"] == "pending"
    assert (body["rating"], body["title"], body["author"]) == (4, "Solid", "Wanjiku K.")
    assert (body["is_verified_purchase"], body["helpful_count"], body["photos"]) == (False, 0, [])
    assert api.get(address(product)).json()["results"] == []
    assert rating_shown(api, product) == {"average": None, "count": 0}
    problem_in(api.get(f"/api/reviews/{body['id']}"), 404, "not_found")


def test_a_product_is_addressed_by_its_slug_too(product: Product, writer: APIClient, api: APIClient) -> None:
    assert writer.post("/api/products/charger/reviews", WORDS).status_code == 201
    assert api.get("/api/products/charger/reviews").json() == api.get(address(product)).json()


def test_a_customer_has_one_review_of_a_product(product: Product, writer: APIClient) -> None:
    assert writer.post(address(product), WORDS).status_code == 201
    before = everything()

    problem_in(writer.post(address(product), {**WORDS, "rating": 1}), 409, "already_reviewed")

    assert everything() == before
    assert writer.post(address(make_product()), WORDS).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"rating": 0}, "rating", "min_value"),
        ({"rating": 6}, "rating", "max_value"),
        ({"rating": 4.5}, "rating", "invalid"),
        ({"rating": None}, "rating", "null"),
        ({"title": " "}, "title", "blank"),
        ({"title": "x" * 121}, "title", "max_length"),
        ({"title": 5}, "title", "invalid"),
        ({"text": "x" * 4001}, "text", "max_length"),
        ({"text": "Buy at https://cheap.example"}, "text", "link_not_allowed"),
        ({"title": "See WWW.cheap.example"}, "title", "link_not_allowed"),
        ({"status": "published"}, "status", "unknown_field"),
        ({"is_verified_purchase": True}, "is_verified_purchase", "unknown_field"),
        ({"author": "The President"}, "author", "unknown_field"),
    ],
)
def test_words_that_are_refused(
    product: Product, writer: APIClient, changes: dict[str, Any], field: str, code: str
) -> None:
    before = everything()

    body = problem_in(
        writer.post(address(product), {**WORDS, **changes}), 400, "unknown_field" if "unknown" in code else "invalid"
    )

    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert everything() == before


def test_nobody_else_writes(product: Product, api: APIClient, writer: APIClient) -> None:
    hidden = make_product()
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    refresh_now([hidden.pk])
    before = everything()

    problem_in(api.post(address(product), WORDS), 401, "not_authenticated")
    problem_in(writer.post(address(hidden), WORDS), 404, "not_found")
    problem_in(writer.post("/api/products/999999/reviews", WORDS), 404, "not_found")
    problem_in(api.get(address(hidden)), 404, "not_found")

    assert everything() == before


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("Wanjiku", "Kamau", "Wanjiku K."),
        (" Mary  Anne ", "achieng", "Mary Anne A."),
        ("Otieno", "", "Otieno"),
        ("", "Kamau", "A customer"),
        ("", "", "A customer"),
    ],
)
def test_names_give_away_no_more_than_the_first(
    product: Product, api: APIClient, first: str, last: str, shown: str
) -> None:
    reviewed(product, author=make_user(first_name=first, last_name=last))

    response = api.get(address(product))

    assert response.json()["results"][0]["author"] == shown
    assert b"@" not in response.content
    assert b"user" not in response.content


def test_html_is_text(product: Product, api: APIClient) -> None:
    reviewed(product, title="<b>Bold</b>", text="<script>alert(1)</script>\nSecond line")

    response = api.get(address(product))

    assert response["Content-Type"] == "application/json"
    assert response.json()["results"][0]["text"] == "<script>alert(1)</script>\nSecond line"


def test_reviews_and_votes_are_throttled(product: Product, writer: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("electroports.throttling.ScopedThrottle.THROTTLE_RATES", {"reviews": "2/min", "default": None})
    review = reviewed(product)

    answers = [writer.post(f"/api/reviews/{review.pk}/helpful").status_code for _ in range(3)]

    assert answers == [204, 204, 429]
