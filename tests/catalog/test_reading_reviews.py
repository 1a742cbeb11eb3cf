"""Reading reviews: orderings, filters, pages, and how long an answer holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.record_purchase import record_purchase
from catalog.models import Product, Review, ReviewSummary
from electroports import hot
from tests.catalog.reviewing import address, moderate, reviewed, staff_with
from tests.factories import make_user
from tests.staff import client_of
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


@pytest.fixture
def many(product: Product) -> list[Review]:
    """Reviews with stars, votes and purchases that have ties."""
    rows = []
    for n in range(11):
        author = make_user()
        if n % 3 == 0:
            record_purchase(user_id=author.pk, product_ids=[product.pk], at=timezone.now())
        rows.append(reviewed(product, 1 + n % 4, author=author))
    for n, row in enumerate(rows):
        Review.objects.filter(pk=row.pk).update(helpful_count=n % 2)
    hot.store.clear()
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
    product: Product, many: list[Review], api: APIClient, ordering: str, filters: str
) -> None:
    stars = {1, 3} if "1,3" in filters else {2} if "rating=2" in filters else {1, 2, 3, 4}
    wanted = [row for row in many if row.rating in stars and (row.is_verified_purchase or "verified" not in filters)]
    expected = [row.pk for row in sorted(wanted, key=ORDERS[ordering])]
    path = f"{address(product)}?ordering={ordering}{filters}"

    pages = walk(api, f"{path}&page_size=2")

    assert [pk for page in pages for pk in page] == expected
    assert api.get(path).json()["count"] == len(expected)
    if len(pages) > 2:
        second = api.get(f"{path}&page_size=2&page=2")
        assert ids(second) == pages[1]
        third = api.get(second.json()["next"])
        assert ids(api.get(third.json()["previous"])) == pages[1]


def test_a_page_past_the_last(product: Product, many: list[Review], api: APIClient) -> None:
    problem_in(api.get(f"{address(product)}?page=2"), 404, "not_found")
    problem_in(api.get(f"{address(product)}?page=1000000&page_size=100"), 404, "not_found")


def test_a_cursor_of_another_list(product: Product, many: list[Review], api: APIClient) -> None:
    following = api.get(f"{address(product)}?page_size=2&ordering=helpful").json()["next"]

    problem_in(api.get(following.replace("ordering=helpful", "ordering=lowest")), 400, "invalid")


def test_an_answer_holds_until_something_changes(product: Product, api: APIClient, moderator: APIClient) -> None:
    review, other = reviewed(product), reviewed(product, is_published=False)
    first = api.get(address(product))
    assert api.get(address(product), headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert first["Cache-Control"] == "public, no-cache"

    seen = {first["ETag"]}
    changes = [
        lambda: client_of(make_user()).post(f"/api/reviews/{review.pk}/helpful"),
        lambda: moderate(moderator, other.pk, {"status": "published"}),
        lambda: staff_with("view_review", "reply_to_review").put(f"/api/reviews/{review.pk}/reply", {"text": "Sawa"}),
        lambda: record_purchase(user_id=review.author_id, product_ids=[product.pk], at=timezone.now()),
    ]
    for change in changes:
        change()
        etag = api.get(address(product))["ETag"]
        assert etag not in seen
        seen.add(etag)


def test_a_hot_answer_asks_one_question(product: Product, many: list[Review], api: APIClient) -> None:
    api.get(address(product))

    with CaptureQueriesContext(connection) as seen:
        assert api.get(address(product)).status_code == 200

    assert len(seen) == 1


def test_queries_do_not_grow_with_the_rows(product: Product, author: User, moderator: APIClient) -> None:
    writer, api = client_of(author), APIClient()
    reviewed(product, author=author)
    reviewed(product, is_published=False)
    paths = [
        (api, f"{address(product)}?page_size=100"),
        (api, f"{address(product)}?page_size=100&ordering=helpful&verified=false&rating=1,2,3,4,5"),
        (writer, "/api/users/me/reviews?page_size=100"),
        (moderator, "/api/staff/reviews?page_size=100"),
    ]

    def queries() -> list[int]:
        counts = []
        for client, path in paths:
            hot.store.clear()
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
        return counts

    at_one = queries()
    others = Product.objects.bulk_create(
        [
            Product(slug=f"other-{n}", name="Other", brand_id=product.brand_id, category_id=product.category_id)
            for n in range(49)
        ]
    )
    said = {"rating": 4, "title": "Solid", "text": "Good.", "status": "published", "created_at": timezone.now()}
    Review.objects.bulk_create([Review(product=product, **said) for _ in others])
    Review.objects.bulk_create([Review(product=other, author=author, **said) for other in others])
    ReviewSummary.objects.update(stars_4=50)

    assert queries() == at_one
    assert at_one[0] <= 3
    assert max(at_one) <= 7
