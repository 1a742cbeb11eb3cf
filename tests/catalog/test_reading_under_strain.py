"""Reading when the database fails, from several threads, and within bounded memory."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from rest_framework.test import APIClient

from catalog import listed as listed_module
from catalog import window as window_module
from catalog.models import Accessory, Product, Variant
from catalog.revision import next_revision
from catalog.window import window
from electroports import hot
from electroports.broadcast import Ear
from tests import factories
from tests.catalog.processes import reprice
from tests.factories import refresh_now

# When the database fails.


@pytest.mark.django_db
def test_without_the_database_a_hot_answer_is_refused_as_unavailable(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = factories.make_product()
    urls = ("/api/products", f"/api/products/{product.pk}")
    bodies = [api.get(url).content for url in urls]

    def away(self: Ear, cursor: Any) -> int:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(Ear, "_read", away)
        for url in urls:
            response = api.get(url)
            assert (response.status_code, response.json()["code"]) == (503, "unavailable")
            assert response["Retry-After"]

    assert [api.get(url).content for url in urls] == bodies


@pytest.mark.django_db
def test_a_load_that_fails_half_way_is_never_shown(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        factories.make_product()
    monkeypatch.setattr(listed_module, "CHUNK", 2)
    original = window_module.changed_rows

    def breaks(*since: Any, **how: Any) -> Iterator[Any]:
        yield from itertools.islice(original(*since, **how), 1)
        raise OperationalError("gone away")

    with monkeypatch.context() as patch:
        patch.setattr(window_module, "changed_rows", breaks)
        assert api.get("/api/products").status_code == 503
    assert 0 < len(window.columns) < 5
    hidden = Product.objects.earliest("pk")  # among those that were read
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    refresh_now([hidden.pk])

    counted = window.counts("kind")  # as another thread that had looked for the revision before

    assert counted == {"device": 4}
    assert api.get("/api/products").json()["count"] == 4


@pytest.mark.django_db
def test_a_refresh_that_fails_is_made_up_for(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    product = factories.make_product()
    assert api.get("/api/products").json()["count"] == 1
    reprice(product, "5.00")

    def breaks(*since: Any, **how: Any) -> Iterator[Any]:
        raise OperationalError("gone away")

    with monkeypatch.context() as patch:
        patch.setattr(window_module, "changed_rows", breaks)
        assert api.get("/api/products").status_code == 503

    assert api.get("/api/products").json()["results"][0]["price"] == "5.00"


# Several threads, and memory.


@pytest.mark.django_db(transaction=True)
def test_threads_never_see_half_a_change_nor_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    products = [factories.make_product(price="1.00") for _ in range(6)]
    rounds, done = 12, threading.Event()
    seen: list[list[tuple[int, ...]]] = [[], [], []]
    failures: list[BaseException] = []

    def read(rows: list[tuple[int, ...]], query: str) -> None:
        client = APIClient()
        try:
            while not done.is_set():
                results = client.get(f"/api/products?{query}").json()["results"]
                rows.append(tuple(round(float(row["price"])) for row in results))
        except BaseException as error:  # noqa: BLE001 - told to the test, below
            failures.append(error)
        finally:
            connection.close()

    queries = ("ordering=price", "ordering=name&min_price=1", "brand=anker&page_size=100")
    readers = [threading.Thread(target=read, args=pair) for pair in zip(seen, queries, strict=True)]
    for reader in readers:
        reader.start()
    client = APIClient()
    for price in range(2, rounds + 2):
        with transaction.atomic():
            Variant.objects.update(price=Decimal(price))
            refresh_now([product.pk for product in products])
        rows = client.get("/api/products").json()["results"]
        assert [row["price"] for row in rows] == [f"{price}.00"] * 6
    done.set()
    for reader in readers:
        reader.join()

    assert failures == []
    for rows in seen:
        assert rows
        assert all(len(prices) == 6 and len(set(prices)) == 1 for prices in rows)
        assert rows == sorted(rows)


@pytest.mark.django_db
def test_the_store_of_finished_answers_stays_within_its_bytes() -> None:
    store = hot.ResponseStore(limit=100_000)

    def entry(size: int) -> hot.Finished:
        return hot.Finished(b"x" * size, {}, '"tag"', lambda: 1, 1)

    for n in range(500):
        store.put(("host", "/path", f"page={n}" + "&" * (n % 3) * 5000, "", "http"), entry(n * 7 % 900))
        held = sum(len(e.body) + sum(map(len, key)) + store.OVERHEAD for key, e in store._entries.items())
        assert store._bytes == held <= 100_000
    newest = ("host", "/path", "page=499" + "&" * (499 % 3) * 5000, "", "http")
    assert store.get(newest) is not None
    others = len(store._entries) - 1
    store.put(newest, entry(200_000))
    assert store.get(newest) is None
    assert len(store._entries) == others > 0
    assert store._bytes == sum(store._size(key, kept) for key, kept in store._entries.items())


@pytest.mark.django_db
def test_selections_that_find_nothing_take_room_too(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_product()
    monkeypatch.setattr(window_module, "SELECTED_SLOTS", 10 * window_module.SELECTION_OVERHEAD)

    for watts in range(1, 40):
        assert api.get(f"/api/products?min_watts={watts}").json()["count"] == 0

    assert len(window._selections) == 10


@pytest.mark.django_db
def test_selections_are_kept_as_numbers_of_four_bytes(api: APIClient) -> None:
    factories.make_product(model=Accessory, watts="5.0", rating_average=Decimal("4.00"))

    for query in ("min_watts=1", "rating=1", "brand=anker", "in_stock=true&ordering=name"):
        assert api.get(f"/api/products?{query}").json()["count"] == 1

    assert {getattr(slots, "itemsize", None) for slots in window._selections.values()} == {4}
    next_revision()
    window.fresh()
    assert not window._selections
    assert window._selected == 0
