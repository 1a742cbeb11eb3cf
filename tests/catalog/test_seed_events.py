"""The sale events that a new shop begins with."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from catalog.actions.load_events import load_events
from catalog.actions.seed_catalog import DATA
from catalog.files.events import read_events
from catalog.models import SaleEvent
from tests import factories
from tests.catalog.events import OPENING, SECOND, StoppedClock

pytestmark = pytest.mark.django_db


def test_a_new_shop_has_an_event_now_one_to_come_and_one_that_is_over(api: APIClient, clock: StoppedClock) -> None:
    factories.make_product(category=factories.make_category("headphones", factories.make_category("sound")))
    factories.make_category("charging")
    rows = read_events((DATA / "events.csv").read_bytes())

    load_events(rows=rows, at=OPENING)
    clock.move_to(OPENING + SECOND)

    events = api.get("/api/events").json()["results"]
    assert [(row["slug"], row["state"]) for row in events] == [
        ("sound-week", "now"),
        ("black-friday", "coming"),
        ("charge-up-days", "past"),
    ]
    assert events[1]["starts_at"].endswith("T00:00:00+03:00")
    (card,) = api.get("/api/products?event=sound-week").json()["results"]
    assert (card["price"], card["compare_at_price"], card["on_sale"]) == ("850.00", "1000.00", True)


def test_a_shop_that_has_events_gets_none(clock: StoppedClock) -> None:
    factories.make_category("sound")
    rows = read_events((DATA / "events.csv").read_bytes())
    load_events(rows=rows[:1], at=OPENING)
    SaleEvent.objects.update(name="Ours")

    load_events(rows=rows, at=OPENING)

    assert list(SaleEvent.objects.values_list("name", flat=True)) == ["Ours"]
