"""Reading reviews: how long an answer holds, and what it asks of the database."""

from __future__ import annotations

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

pytestmark = pytest.mark.django_db


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
