"""Sale events and price histories over HTTP, as everybody reads them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Notice, Product, SalePrice, Variant
from catalog.stock import read_shelf
from catalog.wishes import Wanted, price_of
from electroports import hot
from tests import factories
from tests.catalog.events import DAY, END, OPENING, SECOND, START, StoppedClock, make, make_event
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


# Reading.


def test_events_are_listed_now_coming_and_past(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    at = OPENING + SECOND
    past = make_event(products=[product], percent=5, starts_at=OPENING + DAY, ends_at=OPENING + 2 * DAY, at=at)
    first_past = make_event(products=[product], percent=5, starts_at=at, ends_at=OPENING + DAY, at=at)
    later = make_event(products=[product], percent=5, starts_at=END, ends_at=END + DAY, at=at)
    long = make_event(products=[product], percent=5, ends_at=END + DAY, at=at)
    short = make_event(products=[product], percent=10, at=at)
    make_event(products=[product], percent=50, is_published=False, at=at)
    clock.move_to(START)

    def listed(query: str = "") -> list[tuple[int, str]]:
        response = api.get(f"/api/events{query}")
        assert response.status_code == 200
        return [(row["id"], row["state"]) for row in response.json()["results"]]

    now = [(short.pk, "now"), (long.pk, "now")]
    gone = [(past.pk, "past"), (first_past.pk, "past")]
    assert listed() == [*now, (later.pk, "coming"), *gone]
    assert listed("?state=now") == now
    assert listed("?state=coming") == [(later.pk, "coming")]
    assert listed("?state=past") == gone
    clock.move_to(END)
    assert listed("?state=now") == [(later.pk, "now"), (long.pk, "now")]
    assert [error["field"] for error in api.get("/api/events?state=soon").json()["errors"]] == ["state"]


def test_an_event_is_read_with_its_products(api: APIClient, clock: StoppedClock) -> None:
    category = factories.make_category("audio")
    dear, cheap = make(category=category, popularity=1), make("500.00", popularity=9)
    clock.shift(1)
    event = make_event(products=[cheap], categories=[category], percent=10, text="Go.", at=OPENING + SECOND)
    clock.move_to(START)

    found = api.get(f"/api/events/{event.slug}").json()

    assert api.get(f"/api/events/{event.pk}").json() == found
    assert [(card["id"], card["price"]) for card in found.pop("products")] == [
        (cheap.pk, "450.00"),
        (dear.pk, "900.00"),
    ]
    assert found == {
        "id": event.pk,
        "slug": event.slug,
        "name": event.name,
        "text": "Go.",
        "banner": None,
        "state": "now",
        "starts_at": "2027-03-20T00:00:00+03:00",
        "ends_at": "2027-03-22T00:00:00+03:00",
        "percent": 10,
        "fixed_price": None,
        "currency": "KES",
        "product_count": 2,
        "categories": [{"id": category.pk, "name": category.name, "slug": "audio"}],
        "brands": [],
    }


def test_drafts_are_there_for_nobody(api: APIClient, clock: StoppedClock) -> None:
    draft = make_event(products=[make()], percent=10, is_published=False)

    assert api.get("/api/events").json()["count"] == 0
    assert api.get(f"/api/events/{draft.pk}").status_code == 404
    assert api.get(f"/api/events/{draft.slug}").status_code == 404


def test_reading_events_takes_the_same_queries_for_one_as_for_many(api: APIClient, clock: StoppedClock) -> None:
    product = make()

    def queries(path: str) -> int:
        api.get("/api/products?page_size=1")
        hot.store.clear()
        with CaptureQueriesContext(connection) as captured:
            assert api.get(path).status_code == 200
        return len(captured)

    event = make_event(products=[product], percent=10)
    paths = ["/api/events", f"/api/events/{event.pk}", f"/api/products/{product.pk}/price-history"]
    before = [queries(path) for path in paths]
    for _ in range(30):
        make_event(products=[make()], percent=10)

    assert [queries(path) for path in paths] == before
    assert max(before) <= 6


# Price history.


def history(api: APIClient, product: Product) -> dict[str, Any]:
    response = api.get(f"/api/products/{product.slug}/price-history")
    assert response.status_code == 200
    (variant,) = response.json()["variants"]
    return dict(variant)


def test_the_history_has_regular_prices_with_sales_laid_over_them(api: APIClient, clock: StoppedClock) -> None:
    product = make("1000.00")
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + DAY)
    Variant.objects.filter(product=product).update(price=Decimal(1100))
    refresh_now([product.pk])
    clock.move_to(END + DAY)

    found = history(api, product)

    assert [(row["since"], row["price"], row["event"]) for row in found["prices"]] == [
        ("2027-03-01T09:00:00+03:00", "1000.00", None),
        ("2027-03-20T00:00:00+03:00", "900.00", event.pk),
        ("2027-03-21T00:00:00+03:00", "990.00", event.pk),
        ("2027-03-22T00:00:00+03:00", "1100.00", None),
    ]
    assert (found["price"], found["lowest_30_days"]) == ("1100.00", "900.00")
    clock.move_to(START + 31 * DAY + SECOND)  # thirty days after the first day of the event
    assert history(api, product)["lowest_30_days"] == "990.00"
    clock.move_to(END + 30 * DAY)
    assert history(api, product)["lowest_30_days"] == "1100.00"


def test_the_history_says_nothing_of_what_is_to_come(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    make_event(products=[product], percent=10, at=OPENING + SECOND)

    assert [row["price"] for row in history(api, product)["prices"]] == ["1000.00"]
    assert api.get("/api/products/nothing/price-history").status_code == 404


def test_orders_and_notices_know_the_same_price(clock: StoppedClock) -> None:
    product = make()
    variant = product.variants.get()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    asked = {"product": product, "customer": factories.make_user(), "kind": "price_drop", "created_at": OPENING}
    Notice.objects.create(**asked, variant=variant, below=Decimal(1000))

    def known(at: datetime) -> tuple[Any, ...]:
        (item,) = read_shelf(product_ids=[], variant_ids=[variant.pk], at=at)
        held = SalePrice.objects.holding(at=at).values_list("price", flat=True).first()
        told = price_of(Wanted(product.pk, variant.pk), at=at)
        return item.price, item.event and item.event.id, held, told, Notice.objects.dropped(at=at).count()

    assert known(START - SECOND) == known(END) == (1000, None, None, 1000, 0)
    assert known(START) == known(END - SECOND) == (900, event.pk, 900, 900, 1)

    SalePrice.objects.update(event=None)  # as the database does when an event is deleted
    assert known(START) == (1000, None, None, 1000, 0)
