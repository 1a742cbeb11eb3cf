"""How long an answer holds: ETags, finished answers, query counts, and a window that follows what is committed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog import listed as listed_module
from catalog import revision
from catalog import window as window_module
from catalog.models import Accessory, CatalogRevision, Product, ProductListing, Variant
from catalog.revision import ear, next_revision
from catalog.window import window
from electroports import hot
from electroports.broadcast import Ear, Moment
from tests import factories
from tests.factories import refresh_now

LISTS = ("/api/products", "/api/accessories", "/api/sound-devices", "/api/brands", "/api/categories")


def like_a_new_process() -> None:
    window._reset()
    hot.store.clear()


def reprice(product: Product, price: str) -> None:
    """Change a product's price as an action does, in one transaction."""
    with transaction.atomic():
        Variant.objects.filter(product=product).update(price=Decimal(price))
        refresh_now([product.pk])


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


def queries_of(api: APIClient, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert api.get(url).status_code == 200
    return [query["sql"] for query in queries]


@pytest.fixture
def alone(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process hear as in production on SQLite, and as one that never hears on PostgreSQL."""
    monkeypatch.setattr(Ear, "always_ask", False)
    monkeypatch.setattr(Ear, "_start_listening", lambda self: None)
    monkeypatch.setattr(ear, "_moment", Moment(0, -1))
    monkeypatch.setattr(ear, "_local", threading.local())


# ETags.


@pytest.mark.django_db
def test_an_answer_has_a_strong_etag_that_another_process_gives_too(api: APIClient) -> None:
    product = factories.make_product(model=Accessory, accessory_type="cable", length_m="1.00", watts="60.0")
    factories.make_product()
    urls = [*LISTS, f"/api/products/{product.pk}", f"/api/accessories/{product.slug}", "/api/products?page_size=1"]

    for url in urls:
        first = api.get(url)
        again = api.get(url)
        like_a_new_process()
        other = api.get(url)
        assert first["ETag"] == again["ETag"] == other["ETag"]
        assert first["ETag"].startswith('"')
        assert first.content == again.content == other.content
        assert first["Cache-Control"] == "public, no-cache"
        assert first["Content-Type"] == "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["{}", "W/{}", '"other", {}', "*", '"a","b",W/{}'])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("is_hot", [True, False])
def test_a_matching_etag_is_answered_without_a_body(api: APIClient, header: str, method: str, is_hot: bool) -> None:
    factories.make_product()
    tag = api.get("/api/products")["ETag"]
    if not is_hot:
        like_a_new_process()

    response = getattr(api, method)("/api/products", headers={"if-none-match": header.format(tag)})

    assert (response.status_code, response.content) == (304, b"")
    assert (response["ETag"], response["Cache-Control"]) == (tag, "public, no-cache")
    assert "Content-Type" not in response
    assert response["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ['"other"', "", "nonsense"])
def test_another_etag_gets_the_whole_answer(api: APIClient, header: str) -> None:
    factories.make_product()
    whole = api.get("/api/products")

    response = api.get("/api/products", headers={"if-none-match": header})

    assert (response.status_code, response.content) == (200, whole.content)


@pytest.mark.django_db
def test_a_change_gives_new_etags_to_what_it_changes_alone(api: APIClient) -> None:
    product, other = factories.make_product(), factories.make_product(category=factories.make_category("cables"))
    urls = ["/api/products", f"/api/products/{product.pk}", f"/api/products/{other.pk}", "/api/brands"]
    tags = {url: api.get(url)["ETag"] for url in urls}

    reprice(product, "5.00")

    responses = [api.get(url, headers={"if-none-match": tags[url]}) for url in urls]
    assert [response.status_code for response in responses] == [200, 200, 304, 304]
    assert responses[0].json()["results"][1]["price"] == responses[1].json()["price"] == "5.00"


@pytest.mark.django_db
def test_a_refresh_that_changes_nothing_keeps_the_etag(api: APIClient) -> None:
    product = factories.make_product()
    tag = api.get("/api/products")["ETag"]

    refresh_now([product.pk])

    assert api.get("/api/products", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.django_db
def test_refusals_are_kept_by_nobody(api: APIClient) -> None:
    for url in ("/api/products?page=2", "/api/products/1", "/api/products?colour=red"):
        response = api.get(url)
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response
    assert not hot.store._entries

    product = factories.make_product()

    assert api.get(f"/api/products/{product.pk}").status_code == 200


@pytest.mark.django_db
def test_answers_are_kept_by_address_and_query(api: APIClient) -> None:
    factories.make_product()
    factories.make_product()
    bodies = {
        (host, query): api.get(f"/api/products?page_size=1{query}", headers={"host": host}).json()["next"]
        for host, query in itertools.product(("testserver", "127.0.0.1"), ("", "&ordering=name"))
    }

    for (host, query), link in bodies.items():
        assert link.startswith(f"http://{host}/api/products?page_size=1{query}&cursor=")
        assert api.get(f"/api/products?page_size=1{query}", headers={"host": host}).json()["next"] == link


# How often the database is asked. A test's process asks for the revision each time: that is one query of each count.


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


# What is committed elsewhere, and what is not committed.


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
