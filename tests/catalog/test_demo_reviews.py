"""The reviews of a demonstration: believable, by accounts that cannot sign in, and counted like any."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.count_review import recount_reviews
from catalog.actions.load_demo_reviews import FILE, load_demo_reviews
from catalog.actions.moderate_review import publish_review
from catalog.actions.seed_catalog import DATA
from catalog.errors import InvalidCatalogueFile
from catalog.files import parse_products, read_rows
from catalog.files.reviews import read_reviews
from catalog.models import Product, Review, ReviewSummary
from electroports.preconditions import ANY_VERSION
from tests.catalog.catalogue_files import run
from tests.catalog.reviewing import reviewed
from tests.factories import listed_together, make_product
from tests.toolkit.problem import problem_in

ROWS = read_reviews(FILE.read_bytes())


def test_the_file_has_enough_of_everything() -> None:
    files = sorted((DATA / "products").glob("*.csv"))
    slugs = {product.slug for file in files for product in parse_products(read_rows(file.read_bytes()))[0]}

    assert len(ROWS) >= 190
    assert len({row.product for row in ROWS}) >= 100
    assert {row.product for row in ROWS} <= slugs
    assert len({row.text for row in ROWS}) == len(ROWS)
    assert {row.rating for row in ROWS} == {1, 2, 3, 4, 5}
    assert Counter(row.status for row in ROWS).keys() == set(Review.Status.values)
    assert all(bool(row.reason) == (row.status == "rejected") for row in ROWS)
    assert sum(bool(row.reply) for row in ROWS) >= 10


@pytest.mark.parametrize("change", [("4", "6"), ("published", "shown"), ("true", "yes")])
def test_a_file_that_is_none_is_refused(change: tuple[str, str]) -> None:
    line = "nano,Wanjiku Kamau,4,Good,It charges.,3,true,1,published,,\n".replace(*change)
    header = FILE.read_text().partition("\n")[0] + "\n"

    with pytest.raises(InvalidCatalogueFile):
        read_reviews((header + line).encode())


@pytest.mark.django_db
def test_the_newest_has_the_highest_key() -> None:
    with listed_together():
        for slug in {row.product for row in ROWS}:
            make_product(slug=slug)

    load_demo_reviews(at=timezone.now())

    times = list(Review.objects.order_by("pk").values_list("created_at", flat=True))
    assert len(times) == len(ROWS)
    assert times == sorted(times)


@pytest.fixture
def shop(db: None) -> list[Product]:
    """Three products of the file, and one that is not in it."""
    slugs = list(dict.fromkeys(row.product for row in ROWS if row.status == "published"))[:3]
    with listed_together():
        return [make_product(slug=slug) for slug in (*slugs, "another")]


def test_ratings_are_those_of_the_reviews(shop: list[Product], api: APIClient) -> None:
    wanted = [row for row in ROWS if row.product in {product.slug for product in shop}]

    assert load_demo_reviews(at=timezone.now()) == len(wanted)

    for product in shop[:3]:
        stars = [row.rating for row in wanted if row.product == product.slug and row.status == "published"]
        shown = api.get(f"/api/products/{product.slug}").json()["rating"]
        assert shown == {"average": f"{round(sum(stars) / len(stars) + 1e-9, 2):.1f}", "count": len(stars)}
        listed = api.get(f"/api/products/{product.slug}/reviews").json()
        assert listed["summary"]["count"] == len(listed["results"]) == len(stars)
        for row in listed["results"]:
            review = Review.objects.get(pk=row["id"])
            assert review.votes.count() == row["helpful_count"]
    assert Review.objects.filter(created_at__gt=timezone.now()).count() == 0


def test_they_are_kept_once_there(shop: list[Product]) -> None:
    load_demo_reviews(at=timezone.now())
    Review.objects.filter(product=shop[0]).delete()
    before = list(Review.objects.order_by("pk").values_list())

    assert load_demo_reviews(at=timezone.now()) == 0

    assert list(Review.objects.order_by("pk").values_list()) == before


def test_demo_reviewers_cannot_sign_in(shop: list[Product], api: APIClient) -> None:
    load_demo_reviews(at=timezone.now())

    reviewers = User.objects.filter(username__startswith="demo-reviewer-")
    assert reviewers.exists()
    assert not reviewers.filter(is_active=True).exists()
    assert not any(user.has_usable_password() for user in reviewers)
    assert all(user.email.endswith("@example.invalid") for user in reviewers)
    response = api.post("/api/users/login", {"username": reviewers[0].username, "password": "!"})
    problem_in(response, 401, "invalid_credentials")


def test_reviews_go_on_from_there(shop: list[Product]) -> None:
    load_demo_reviews(at=timezone.now())
    pending = Review.objects.create(
        product=shop[0], rating=1, title="Bad", text="Bad.", created_at=timezone.now(), author=None
    )
    before = ReviewSummary.objects.get(pk=shop[0].pk).count

    publish_review(review=pending, expected=ANY_VERSION, acting_user=None, at=timezone.now())

    shop[0].refresh_from_db()
    assert shop[0].rating_count == ReviewSummary.objects.get(pk=shop[0].pk).count == before + 1


def test_a_shop_that_sells_gets_none(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    report = type("Report", (), {"was_seeded": True, "slugs": []})
    module = "catalog.management.commands.seed_catalog"
    monkeypatch.setattr(f"{module}.seed_catalog", lambda **_options: report)
    monkeypatch.setattr(f"{module}.load_demo_reviews", lambda **_options: asked.append(1) or 5)

    run("seed_catalog", "--no-pictures")
    assert asked == []
    out, _err, _error = run("seed_catalog", "--no-pictures", "--demo-reviews")
    assert "Reviews: 5 written, for demonstration." in out
    settings.DEBUG = True
    run("seed_catalog", "--no-pictures", "--no-demo-reviews")
    assert len(asked) == 1
    run("seed_catalog", "--no-pictures")
    assert len(asked) == 2


def test_ratings_of_many_products_are_counted_as_quickly(db: None) -> None:
    def queries(products: list[Product]) -> int:
        with CaptureQueriesContext(connection) as made:
            recount_reviews(product_ids=[product.pk for product in products], at=timezone.now())
        return len(made)

    one, *others = (make_product() for _ in range(5))
    for product in (one, *others):
        reviewed(product, 5)
        Product.objects.filter(pk=product.pk).update(rating_average=None, rating_count=0)

    assert queries([one]) == queries(others)
    assert set(Product.objects.values_list("rating_average", "rating_count")) == {(5, 1)}
    assert set(ReviewSummary.objects.values_list("stars_5", "version")) == {(1, 2)}
