"""Answers follow what is committed, here and elsewhere, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from rest_framework.test import APIClient

from catalog import revision
from catalog import window as window_module
from catalog.models import CatalogRevision, ProductListing
from catalog.revision import ear
from catalog.window import window
from electroports.broadcast import Moment
from tests import factories
from tests.catalog.processes import like_a_new_process, reprice


def elsewhere(work: Callable[[], Any]) -> None:
    """Do `work` on another connection, and tell nobody in this process of it, as if another process did."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with mock.patch.object(revision, "tell_own_ear", return_value=None):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()


def test_what_is_committed_elsewhere_is_in_the_next_answer(api: APIClient, alone: None) -> None:
    product = factories.make_product()
    for price in ("5.00", "6.00", "7.00"):
        elsewhere(lambda price=price: reprice(product, price))
        assert api.get("/api/products").json()["results"][0]["price"] == price
        assert api.get(f"/api/products/{product.pk}").json()["price"] == price


def test_what_this_process_commits_is_in_its_next_answer(api: APIClient, alone: None) -> None:
    product = factories.make_product()
    for price in ("5.00", "6.00", "7.00"):
        reprice(product, price)
        assert api.get("/api/products").json()["results"][0]["price"] == price
        assert api.get(f"/api/products/{product.pk}").json()["price"] == price


def test_a_change_committed_between_the_number_and_the_rows_is_not_lost(
    api: APIClient, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = factories.make_product(), factories.make_product()
    api.get("/api/products")
    original = window_module.changed_rows
    coming: list[str] = []

    def raced(*since: Any, **how: Any) -> Iterator[Any]:
        if coming:
            price = coming.pop()
            elsewhere(lambda: reprice(second, price))
        return original(*since, **how)

    monkeypatch.setattr(window_module, "changed_rows", raced)
    for price in ("1.00", "2.00", "3.00"):
        elsewhere(lambda price=price: reprice(first, price))
        coming.append(f"1{price}")
        expected = [f"1{price}", price]
        assert [row["price"] for row in api.get("/api/products").json()["results"]] == expected
        assert [row["price"] for row in api.get("/api/products").json()["results"]] == expected
    assert window.fresh()[0].number == CatalogRevision.objects.get().number


def test_a_window_read_inside_a_transaction_learns_nothing_uncommitted(api: APIClient, alone: None) -> None:
    product = factories.make_product(price="10.00")

    def read_inside_a_transaction_that_fails() -> None:
        with transaction.atomic():
            reprice(product, "99.00")
            with pytest.raises(TransactionManagementError):
                window.fresh()
            raise RuntimeError("rolled back")

    for is_loaded in (False, True):
        if is_loaded:
            assert api.get("/api/products").json()["results"][0]["price"] == "10.00"
        else:
            like_a_new_process()
        with pytest.raises(RuntimeError):
            read_inside_a_transaction_that_fails()
        assert api.get("/api/products").json()["results"][0]["price"] == "10.00"

    elsewhere(lambda: reprice(product, "11.00"))  # takes the number that was rolled back

    assert api.get("/api/products").json()["results"][0]["price"] == "11.00"


def test_a_process_that_hears_refuses_to_follow_inside_a_transaction(
    alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = factories.make_product()
    like_a_new_process()
    monkeypatch.setattr(ear, "_hears_until", float("inf"))

    with transaction.atomic(), pytest.raises(TransactionManagementError):
        window.fresh()

    assert len(window.columns) == 0
    assert window.fresh()[0].number == CatalogRevision.objects.get().number
    assert list(window.columns.slot_of) == [product.pk]


def test_a_revision_that_falls_begins_a_new_era(api: APIClient, alone: None) -> None:
    product = factories.make_product(price="10.00")
    reprice(product, "11.00")
    backup = [CatalogRevision.objects.values().get(), ProductListing.objects.values().get()]
    for price in ("12.00", "13.00"):
        reprice(product, price)
        assert api.get("/api/products").json()["results"][0]["price"] == price
    lost = window.fresh()[0]

    def restore() -> None:
        CatalogRevision.objects.filter(pk=1).update(number=backup[0]["number"])
        ProductListing.objects.filter(pk=product.pk).update(**backup[1])

    elsewhere(restore)
    assert api.get("/api/products").json()["results"][0]["price"] == "11.00"
    assert ear.current() == Moment(lost.era + 1, lost.number - 2)

    for price in ("21.00", "22.00", "23.00"):  # the same numbers again, and one more
        elsewhere(lambda price=price: reprice(product, price))
        ear.current()  # and the answers kept under these numbers in the lost era hold no more
        assert api.get("/api/products").json()["results"][0]["price"] == price
    assert window.fresh()[0] == Moment(lost.era + 1, lost.number + 1)


def test_numbers_met_again_before_the_window_looked_are_another_state(api: APIClient, alone: None) -> None:
    product = factories.make_product(price="10.00")
    reprice(product, "11.00")
    assert api.get("/api/products").json()["results"][0]["price"] == "11.00"
    number = CatalogRevision.objects.get().number

    elsewhere(lambda: CatalogRevision.objects.update(number=number - 1))
    ear.current()  # as the listener does once a second
    elsewhere(lambda: reprice(product, "12.00"))

    assert CatalogRevision.objects.get().number == number
    assert api.get("/api/products").json()["results"][0]["price"] == "12.00"


def test_an_emptied_database_is_an_empty_shop(api: APIClient, alone: None) -> None:
    factories.make_product()
    assert api.get("/api/products").json()["count"] == 1

    def flush() -> None:
        ProductListing.objects.all().delete()
        CatalogRevision.objects.all().delete()

    elsewhere(flush)

    assert api.get("/api/products").json()["count"] == 0


def test_a_listing_deleted_by_hand_breaks_no_page(api: APIClient, alone: None, settings: Any) -> None:
    settings.CARD_CACHE_BYTES = 0
    gone, staying = factories.make_product(name="gone"), factories.make_product(name="staying")
    assert api.get("/api/products").json()["count"] == 2
    elsewhere(lambda: ProductListing.objects.filter(pk=gone.pk).delete())

    for path in ("/api/products?ordering=name", f"/api/products/{staying.pk}"):
        assert api.get(path).status_code == 200
    assert [row["name"] for row in api.get("/api/products?ordering=price").json()["results"]] == ["staying"]
    assert api.get(f"/api/products/{gone.pk}").status_code == 404
