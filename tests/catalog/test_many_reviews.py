"""Reading many reviews of one product: orderings, filters and pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.actions.record_purchase import record_purchase
from catalog.models import Product, Review
from tests.catalog.reviewing import address, reviewed
from tests.factories import make_product, make_user
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def ids(response: Any) -> list[int]:
    return [row["id"] for row in response.json()["results"]]


def walk(api: APIClient, path: str) -> list[list[int]]:
    """The pages of a list, following `next` to its end."""
    pages = []
    link: str | None = path
    while link:
        response = api.get(link)
        assert response.status_code == 200, response.content
        pages.append(ids(response))
        link = response.json()["next"]
    return pages


@pytest.fixture(scope="module")
def reviewed_product(opened: None) -> Product:
    """What the reviews are about."""
    product: Product = make_product()
    return product


@pytest.fixture(scope="module")
def many(reviewed_product: Product) -> list[Review]:
    """Reviews with stars, votes and purchases that have ties."""
    rows = []
    for n in range(11):
        author = make_user()
        if n % 3 == 0:
            record_purchase(user_id=author.pk, product_ids=[reviewed_product.pk], at=timezone.now())
        rows.append(reviewed(reviewed_product, 1 + n % 4, author=author))
    for n, row in enumerate(rows):
        Review.objects.filter(pk=row.pk).update(helpful_count=n % 2)
    return list(Review.objects.order_by("pk"))


ORDERS = {
    "newest": lambda row: -row.pk,
    "helpful": lambda row: (-row.helpful_count, -row.pk),
    "highest": lambda row: (-row.rating, -row.pk),
    "lowest": lambda row: (row.rating, -row.pk),
}


@pytest.mark.parametrize("ordering", ORDERS)
@pytest.mark.parametrize("filters", ["", "&rating=1,3", "&verified=true", "&verified=true&rating=2"])
def test_every_ordering_is_walked_both_ways(
    reviewed_product: Product, many: list[Review], api: APIClient, ordering: str, filters: str
) -> None:
    stars = {1, 3} if "1,3" in filters else {2} if "rating=2" in filters else {1, 2, 3, 4}
    wanted = [row for row in many if row.rating in stars and (row.is_verified_purchase or "verified" not in filters)]
    expected = [row.pk for row in sorted(wanted, key=ORDERS[ordering])]
    path = f"{address(reviewed_product)}?ordering={ordering}{filters}"

    pages = walk(api, f"{path}&page_size=2")

    assert [pk for page in pages for pk in page] == expected
    assert api.get(path).json()["count"] == len(expected)
    if len(pages) > 2:
        second = api.get(f"{path}&page_size=2&page=2")
        assert ids(second) == pages[1]
        third = api.get(second.json()["next"])
        assert ids(api.get(third.json()["previous"])) == pages[1]


def test_a_page_past_the_last(reviewed_product: Product, many: list[Review], api: APIClient) -> None:
    problem_in(api.get(f"{address(reviewed_product)}?page=2"), 404, "not_found")
    problem_in(api.get(f"{address(reviewed_product)}?page=1000000&page_size=100"), 404, "not_found")


def test_a_cursor_of_another_list(reviewed_product: Product, many: list[Review], api: APIClient) -> None:
    following = api.get(f"{address(reviewed_product)}?page_size=2&ordering=helpful").json()["next"]

    problem_in(api.get(following.replace("ordering=helpful", "ordering=lowest")), 400, "invalid")


def test_a_hot_answer_asks_one_question(reviewed_product: Product, many: list[Review], api: APIClient) -> None:
    api.get(address(reviewed_product))

    with CaptureQueriesContext(connection) as seen:
        assert api.get(address(reviewed_product)).status_code == 200

    assert len(seen) == 1
