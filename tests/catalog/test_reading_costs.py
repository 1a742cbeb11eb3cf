"""How often reading asks the database. A test's process asks for the revision each time: one query of each count."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Accessory, ProductListing
from catalog.revision import ear, next_revision
from electroports import hot
from tests import factories
from tests.catalog.processes import LISTS, like_a_new_process, reprice


def queries_of(api: APIClient, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert api.get(url).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.django_db
def test_reading_costs_the_same_queries_for_1_and_for_100_products(api: APIClient) -> None:
    product = factories.make_product(model=Accessory)
    urls = (*LISTS, "/api/products?brand=anker&category=chargers&page_size=100&min_price=1&ordering=name")
    pages = (f"/api/products/{product.pk}", f"/api/accessories/{product.slug}")

    def counts() -> dict[str, tuple[int, int]]:
        found = {}
        for url in (*urls, *pages):
            like_a_new_process()
            cold = len(queries_of(api, url))
            hot.store.clear()
            found[url] = cold, len(queries_of(api, url))
        return found

    alone = counts()
    row = ProductListing.objects.values().get()
    ids = range(row["product_id"] + 1, row["product_id"] + 100)
    ProductListing.objects.bulk_create(
        [
            ProductListing(**{**row, "product_id": pk, "slug": f"product-{pk}", "revision": next_revision()})
            for pk in ids
        ]
    )

    assert counts() == alone
    assert api.get(urls[-1]).json()["count"] == 100
    assert max(cold for cold, _ in alone.values()) <= 4
    assert {url: warm for url, (_, warm) in alone.items()} == {
        **dict.fromkeys(urls, 1),
        "/api/brands": 2,
        "/api/categories": 2,
        **dict.fromkeys(pages, 2),
    }


@pytest.mark.django_db
def test_after_a_change_a_page_that_was_hot_costs_at_most_four_queries(api: APIClient) -> None:
    product = factories.make_product()
    urls = [*LISTS, f"/api/products/{product.pk}", "/api/products?brand=anker"]
    for url in urls:
        api.get(url)

    for price, url in enumerate(urls, 1):
        reprice(product, f"{price}.00")
        assert len(queries_of(api, url)) <= 4, url


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/api/products", "/api/brands", "/api/categories"])
def test_an_answer_that_no_longer_holds_asks_for_the_revision_once(api: APIClient, url: str) -> None:
    product = factories.make_product()
    api.get(url)
    reprice(product, "1.00")

    assert queries_of(api, url).count(ear.sql) == 1


@pytest.mark.django_db
def test_a_hot_answer_asks_for_the_revision_and_nothing_else(api: APIClient) -> None:
    product = factories.make_product()
    for url in (*LISTS, f"/api/products/{product.pk}"):
        api.get(url)
        assert queries_of(api, url) == [ear.sql]


def test_a_process_that_hears_asks_nothing_for_a_hot_answer(
    api: APIClient, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = factories.make_product()
    if connection.vendor == "postgresql":
        monkeypatch.setattr(ear, "_hears_until", float("inf"))
    urls = (*LISTS, f"/api/products/{product.pk}")
    bodies = [api.get(url).content for url in urls]

    assert [queries_of(api, url) for url in urls] == [[]] * len(urls)
    assert [api.get(url).content for url in urls] == bodies
