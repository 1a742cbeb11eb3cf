"""Bringing the shop window up to date: which listings are rewritten, under which revision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog import revision
from catalog.actions import refresh_listings as refreshing
from catalog.models import Brand, CatalogRevision, Product, ProductListing, StockLevel, Variant
from catalog.revision import next_revision
from tests import factories
from tests.factories import refresh_now


def number() -> int:
    return CatalogRevision.objects.values_list("number", flat=True).first() or 0


def revisions() -> dict[int, int]:
    return dict(ProductListing.objects.values_list("product_id", "revision"))


def make_many(count: int) -> list[int]:
    """Products without listings, in a few statements."""
    brand, category, shelf = factories.make_brand(), factories.make_category(), factories.make_location()
    products = Product.objects.bulk_create(
        [Product(slug=f"many-{n}", name=f"Many {n}", brand=brand, category=category) for n in range(count)]
    )
    variants = Variant.objects.bulk_create(
        [Variant(product=product, sku=f"MANY-{product.pk}", price=Decimal(100)) for product in products]
    )
    StockLevel.objects.bulk_create([StockLevel(variant=variant, location=shelf, on_hand=9) for variant in variants])
    return [product.pk for product in products]


@pytest.mark.django_db
def test_only_the_named_products_get_the_new_revision() -> None:
    first, second, third = (factories.make_product() for _ in range(3))
    before = revisions()

    refresh_now([second.pk, second.pk])

    assert number() == before[third.pk] + 1
    assert revisions() == {**before, second.pk: number()}
    assert first.pk in before


@pytest.mark.django_db
def test_no_products_are_no_revision_and_no_query() -> None:
    factories.make_product()
    before = number()

    with CaptureQueriesContext(connection) as queries:
        refresh_now([])

    assert len(queries) == 0
    assert number() == before


@pytest.mark.django_db
def test_a_listing_written_again_is_the_same() -> None:
    product = factories.make_product()
    before = ProductListing.objects.filter(pk=product.pk).values().get()

    refresh_now([product.pk])

    after = ProductListing.objects.filter(pk=product.pk).values().get()
    assert {**before, "revision": after["revision"]} == after
    assert after["revision"] == before["revision"] + 1


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["unpublished", "no variants", "inactive variants", "deleted"])
def test_what_may_not_be_seen_is_unlisted_and_its_row_stays(how: str) -> None:
    product, other = factories.make_product(stock=None), factories.make_product()
    pk = product.pk
    if how == "unpublished":
        Product.objects.filter(pk=pk).update(is_published=False)
    elif how == "no variants":
        product.variants.all().delete()
    elif how == "inactive variants":
        product.variants.update(is_active=False)
    else:
        product.delete()

    refresh_now([pk])

    assert ProductListing.objects.values_list("is_listed", "revision").get(pk=pk) == (False, number())
    assert ProductListing.objects.get(pk=other.pk).is_listed


@pytest.mark.django_db
def test_a_product_that_is_gone_already_is_no_news() -> None:
    product = factories.make_product(is_published=False)
    assert not ProductListing.objects.exists()
    Product.objects.filter(pk=product.pk).update(is_published=True)
    refresh_now([product.pk])
    product.variants.update(is_active=False)
    refresh_now([product.pk])
    before = revisions()

    refresh_now([product.pk, 2**40])

    assert revisions() == before


@pytest.mark.django_db
def test_a_renamed_brand_is_renamed_on_all_its_products(api: APIClient) -> None:
    jbl = factories.make_brand("JBL")
    products = [factories.make_product(brand=jbl) for _ in range(3)]
    other = factories.make_product()
    before = revisions()

    Brand.objects.filter(pk=jbl.pk).update(name="JBL by Harman", slug="jbl-harman")
    refresh_now([product.pk for product in products])

    found = api.get("/api/products?brand=jbl-harman").json()["results"]
    assert [row["brand"] for row in found] == [{"id": jbl.pk, "name": "JBL by Harman", "slug": "jbl-harman"}] * 3
    assert api.get(f"/api/products/{products[0].pk}").json()["brand"]["name"] == "JBL by Harman"
    assert api.get("/api/products?brand=jbl").status_code == 400
    assert revisions()[other.pk] == before[other.pk]


@pytest.mark.django_db
def test_many_products_are_one_revision(api: APIClient) -> None:
    ids = make_many(1200)
    before = number()
    refresh_now(ids)
    assert set(revisions().values()) == {before + 1}
    assert api.get("/api/products?page_size=1").json()["count"] == 1200
    api.get("/api/products?ordering=price")

    Variant.objects.filter(product__in=ids[::2]).update(price=Decimal(50))
    Product.objects.filter(pk__in=ids[:600]).update(is_published=False)
    with CaptureQueriesContext(connection) as queries:
        refresh_now(reversed(ids))

    assert number() == before + 2
    assert sorted(set(revisions().values())) == [before + 2]
    assert len(queries) < 120  # SQLite takes some 50 rows a statement
    assert ProductListing.objects.filter(is_listed=True).count() == 600
    assert api.get("/api/products?page_size=1").json()["count"] == 600
    cheap = api.get("/api/products?ordering=price&max_price=50&page_size=1").json()
    assert (cheap["count"], cheap["results"][0]["price"]) == (300, "50.00")


@pytest.mark.django_db
def test_one_product_costs_as_many_queries_as_forty() -> None:
    ids = make_many(40)  # SQLite takes some 45 rows a statement

    def queries_for(product_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            refresh_now(product_ids)
        return len(queries)

    queries_for(ids[-1:])  # from which search learns its words; the others have the same ones

    assert queries_for(ids[:1]) == queries_for(ids[1:-1]) <= 22


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_the_revision_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    product = factories.make_product()
    heard: list[int] = []
    monkeypatch.setattr(revision, "tell_own_ear", lambda channel, heard_number: heard.append(heard_number))
    before = number(), ProductListing.objects.values().get()

    def change_and_think_better_of_it() -> None:
        with transaction.atomic():
            Variant.objects.update(price=Decimal(1))
            refresh_now([product.pk])
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError):
        change_and_think_better_of_it()
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            change_and_think_better_of_it()
        Brand.objects.create(name="Unrelated", slug="unrelated")

    assert (number(), ProductListing.objects.values().get()) == before
    assert heard == []

    refresh_now([product.pk])

    assert heard == [number()] == [before[0] + 1]


def run_beside(work: Callable[[], Any]) -> threading.Thread:
    """Do `work` in a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def change_name_and_price_at_once(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Rename a product's brand, reprice it beside that before the first is committed; return its listing's card."""
    product = factories.make_product()
    read, repriced = threading.Event(), threading.Event()
    original = refreshing.next_revision

    def slow_next_revision() -> int:
        if threading.current_thread() is renaming:
            read.set()
            repriced.wait(0.5)
        return original()

    def rename() -> None:
        with transaction.atomic():
            Brand.objects.update(name="Renamed")
            refresh_now([product.pk])

    def reprice() -> None:
        read.wait(5)
        with transaction.atomic():
            Variant.objects.update(price=Decimal(777))
            refresh_now([product.pk])
        repriced.set()

    monkeypatch.setattr(refreshing, "next_revision", slow_next_revision)
    renaming = run_beside(rename)
    repricing = run_beside(reprice)
    renaming.join()
    repricing.join()
    card: dict[str, Any] = APIClient().get("/api/products").json()["results"][0]
    assert Variant.objects.get().price == Decimal(777)
    return card


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_one_product_at_once_both_reach_its_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    card = change_name_and_price_at_once(monkeypatch)

    assert (card["brand"]["name"], card["price"]) == ("Renamed", "777.00")


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_later_listing_would_hide_the_earlier_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "lock_products", set)

    card = change_name_and_price_at_once(monkeypatch)

    # SQLite's IMMEDIATE transactions never run side by side: there the lock is not what guards.
    assert card["price"] == ("1000.00" if connection.vendor == "postgresql" else "777.00")


@pytest.mark.django_db(transaction=True)
def test_revisions_are_committed_in_their_order() -> None:
    numbers: list[int] = []
    started = threading.Event()

    def beside() -> None:
        started.set()
        with transaction.atomic():
            mine = next_revision()
            numbers.append(mine)

    with transaction.atomic():
        first = next_revision()
        other = run_beside(beside)
        started.wait(5)
        other.join(0.2)
        assert other.is_alive()  # it waits for our commit, so nobody can see its number before ours
        assert numbers == []
    other.join()

    assert numbers == [first + 1]
    assert number() == first + 1


@pytest.mark.django_db
def test_the_first_revision_makes_its_row() -> None:
    assert not CatalogRevision.objects.exists()

    assert [next_revision(), next_revision()] == [1, 2]
    CatalogRevision.objects.update(number=F("number") + 5)

    assert next_revision() == 8
    assert CatalogRevision.objects.count() == 1
