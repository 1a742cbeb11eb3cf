"""A sale event begins and ends to the second everywhere at once, without a write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import CatalogRevision
from catalog.window import ShopWindow, standing, window
from electroports import hot
from tests.catalog.events import (
    END,
    INSTANT,
    OPENING,
    SECOND,
    START,
    StoppedClock,
    later,
    make,
    make_event,
    prices_everywhere,
)

pytestmark = pytest.mark.django_db


def test_an_event_begins_and_ends_to_the_second_without_any_write(api: APIClient, clock: StoppedClock) -> None:
    product = make(stock=100)
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    expected = {
        START - INSTANT: "1000.00",
        START: "900.00",
        START + SECOND: "900.00",
        END - INSTANT: "900.00",
        END: "1000.00",
        END + timedelta(days=40): "1000.00",
    }

    found = {}
    revision = CatalogRevision.objects.get().number
    for moment in expected:
        clock.move_to(moment)
        (found[moment],) = prices_everywhere(api, product)

    assert found == expected
    assert CatalogRevision.objects.get().number == revision


def test_the_shop_follows_a_clock_that_is_set_back(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)

    for moment, price in ((START, "900.00"), (START - SECOND, "1000.00"), (END, "1000.00"), (END - SECOND, "900.00")):
        clock.move_to(moment)
        assert prices_everywhere(api, product) == {price}


def test_etags_change_with_the_beginning_and_come_back_with_the_end(api: APIClient, clock: StoppedClock) -> None:
    product, other = make(), make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    paths = ["/api/products", f"/api/products/{product.pk}", f"/api/products/{other.pk}"]
    clock.move_to(START - SECOND)
    before = [api.get(path)["ETag"] for path in paths]

    clock.move_to(START)
    answers = [api.get(path, headers={"If-None-Match": tag}) for path, tag in zip(paths, before, strict=True)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]  # the other's page shows the product's card
    assert {answer["Cache-Control"] for answer in answers} == {"public, no-cache"}
    clock.move_to(END - SECOND)
    again = [api.get(p, headers={"If-None-Match": a["ETag"]}) for p, a in zip(paths, answers, strict=True)]
    assert [answer.status_code for answer in again] == [304, 304, 304]
    clock.move_to(END)
    assert [api.get(path)["ETag"] for path in paths] == before


def test_a_kept_answer_is_not_used_past_a_boundary(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START - SECOND)
    api.get("/api/products")
    with CaptureQueriesContext(connection) as kept:
        api.get("/api/products")

    clock.move_to(START)
    price = api.get("/api/products").json()["results"][0]["price"]
    with CaptureQueriesContext(connection) as hot_again:
        api.get("/api/products")

    assert price == "900.00"
    assert len(kept) == len(hot_again) == 1  # the revision is asked for, as always inside a test's transaction


def test_two_processes_agree_at_the_boundary(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START - SECOND)
    other = ShopWindow()
    api.get("/api/products")
    other.fresh()
    slot = other.columns.slot_of[product.pk]
    assert other.columns.price[slot] == 100000

    clock.move_to(START)
    revision, _taxonomy = other.fresh()

    assert api.get("/api/products").json()["results"][0]["price"] == "900.00"
    assert other.columns.price[other.columns.slot_of[product.pk]] == 90000
    assert revision == window.revision == standing()
    assert revision.phase == int(START.timestamp())


def test_a_process_that_starts_in_an_event_shows_its_prices(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START)

    window._reset()
    hot.store.clear()

    assert prices_everywhere(api, product) == {"900.00"}
