"""What sale events do to prices, lists, pages and orders: amounts, overlaps, scopes, and changes of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog import window as window_module
from catalog.models import Product, SalePrice, Variant
from catalog.window import window
from electroports import hot
from tests import factories
from tests.catalog.events import (
    END,
    GUEST,
    OPENING,
    SECOND,
    START,
    StoppedClock,
    change_event,
    later,
    make,
    make_event,
    prices_everywhere,
)
from tests.factories import refresh_now
from tests.orders import place, placed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("price", "percent", "lowered"),
    [
        ("1000.00", 10, "900.00"),
        ("99.99", 10, "89.99"),
        ("99.95", 10, "89.96"),
        ("0.05", 90, "0.01"),
        ("0.04", 90, "0.04"),
    ],
)
def test_a_percentage_is_rounded_half_up_to_the_cent_and_gives_nothing_away(
    api: APIClient, clock: StoppedClock, price: str, percent: int, lowered: str
) -> None:
    product = make(price)
    later(clock)

    make_event(products=[product], percent=percent, at=OPENING + SECOND)

    clock.move_to(START)
    assert prices_everywhere(api, product) == {lowered}


def test_a_fixed_price_never_raises_a_price(api: APIClient, clock: StoppedClock) -> None:
    dear, cheap = make("1000.00"), make("400.00")
    later(clock)

    event = make_event(products=[dear, cheap], fixed_price=Decimal(500), at=OPENING + SECOND)

    clock.move_to(START)
    assert prices_everywhere(api, dear) == {"500.00"}
    assert prices_everywhere(api, cheap) == {"400.00"}
    rows = {row["id"]: row for row in api.get("/api/products").json()["results"]}
    assert rows[dear.pk]["event"]["id"] == event.pk
    assert rows[cheap.pk]["event"] is None


def test_the_price_of_a_single_variant_goes_before_what_the_event_does_to_all(
    api: APIClient, clock: StoppedClock
) -> None:
    product = make("1000.00")
    other = factories.add_variant(product, price=Decimal("1200.00"))
    refresh_now([product.pk])
    later(clock)

    make_event(products=[product], percent=10, prices={other: "1150.00"}, at=OPENING + SECOND)

    clock.move_to(START)
    page = api.get(f"/api/products/{product.pk}").json()
    assert [variant["price"] for variant in page["variants"]] == ["900.00", "1150.00"]


def test_a_product_stands_for_its_cheapest_variant_of_the_moment(api: APIClient, clock: StoppedClock) -> None:
    product = make("1000.00")
    other = factories.add_variant(product, price=Decimal("1200.00"))
    refresh_now([product.pk])
    later(clock)
    make_event(prices={other: "800.00"}, at=OPENING + SECOND)

    clock.move_to(START)
    card = api.get("/api/products").json()["results"][0]

    assert (card["price"], card["compare_at_price"], card["on_sale"]) == ("800.00", "1200.00", True)


def test_of_overlapping_events_the_lowest_price_wins(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    at = OPENING + SECOND
    hour = timedelta(hours=1)
    week = make_event(products=[product], percent=10, at=at)
    flash = make_event(
        products=[product], fixed_price=Decimal(700), starts_at=START + hour, ends_at=START + 2 * hour, at=at
    )
    make_event(products=[product], percent=5, ends_at=END + hour, at=at)

    shown = []
    for moment in (START, START + hour - SECOND, START + hour, START + 2 * hour - SECOND, START + 2 * hour, END):
        clock.move_to(moment)
        (price,) = prices_everywhere(api, product)
        card = api.get("/api/products").json()["results"][0]
        shown.append((price, card["event"]["id"], card["compare_at_price"]))

    assert shown[:2] == [("900.00", week.pk, "1000.00")] * 2
    assert shown[2:4] == [("700.00", flash.pk, "1000.00")] * 2
    assert shown[4] == ("900.00", week.pk, "1000.00")
    assert shown[5][0] == "950.00"


def test_an_event_over_a_category_reaches_its_whole_sub_tree(api: APIClient, clock: StoppedClock) -> None:
    root = factories.make_category("power")
    leaf = factories.make_category("wall-chargers", factories.make_category("chargers-of-all-kinds", root))
    inside, top, outside = make(category=leaf), make(category=root), make(category=factories.make_category("audio"))
    later(clock)
    event = make_event(categories=[root], percent=10, at=OPENING + SECOND)

    clock.move_to(START)

    assert prices_everywhere(api, inside) == prices_everywhere(api, top) == {"900.00"}
    assert prices_everywhere(api, outside) == {"1000.00"}
    found = api.get(f"/api/products?event={event.slug}").json()["results"]
    assert {row["id"] for row in found} == {inside.pk, top.pk}


def test_an_event_over_a_brand(api: APIClient, clock: StoppedClock) -> None:
    jbl, other = make(brand=factories.make_brand("JBL")), make(brand=factories.make_brand("Anker"))
    later(clock)
    make_event(brands=[jbl.brand], percent=20, at=OPENING + SECOND)

    clock.move_to(START)

    assert prices_everywhere(api, jbl) == {"800.00"}
    assert prices_everywhere(api, other) == {"1000.00"}


def test_a_product_that_comes_into_a_category_during_its_event_is_in_it(api: APIClient, clock: StoppedClock) -> None:
    category = factories.make_category("audio")
    make_event(categories=[category], percent=10, at=OPENING)
    clock.move_to(START)

    product = make(category=category)

    assert prices_everywhere(api, product) == {"900.00"}
    card = api.get("/api/products").json()["results"][0]
    assert (card["compare_at_price"], card["on_sale"]) == (None, False)  # it never cost more
    assert card["event"]["name"].startswith("Event")


def test_sorting_and_filters_follow_the_price_of_the_moment(api: APIClient, clock: StoppedClock) -> None:
    cheap, dear = make("900.00"), make("1000.00")
    later(clock)
    event = make_event(products=[dear], percent=20, at=OPENING + SECOND)

    def found(query: str) -> list[int]:
        return [row["id"] for row in api.get(f"/api/products?{query}").json()["results"]]

    for moment, lowered in ((START - SECOND, False), (START, True), (END, False)):
        clock.move_to(moment)
        assert found("ordering=price") == ([dear.pk, cheap.pk] if lowered else [cheap.pk, dear.pk])
        assert found("ordering=-price") == ([cheap.pk, dear.pk] if lowered else [dear.pk, cheap.pk])
        assert found("max_price=899.99") == ([dear.pk] if lowered else [])
        assert found("min_price=900.01") == ([] if lowered else [dear.pk])
        assert found("on_sale=true") == ([dear.pk] if lowered else [])
        assert found("on_sale=false&ordering=price") == ([cheap.pk] if lowered else [cheap.pk, dear.pk])
        assert found(f"event={event.slug}") == found(f"event={event.pk}") == [dear.pk]


def test_an_event_that_is_none_or_a_draft_is_no_filter(api: APIClient, clock: StoppedClock) -> None:
    draft = make_event(products=[make()], percent=10, is_published=False)

    for name in ("nothing", "0", draft.slug, str(draft.pk)):
        response = api.get(f"/api/products?event={name}")
        assert response.status_code == 400
        assert [error["field"] for error in response.json()["errors"]] == ["event"]


def test_a_draft_lowers_nothing_until_it_is_published(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    draft = make_event(products=[product], percent=10, is_published=False, at=OPENING + SECOND)
    clock.move_to(START)
    assert prices_everywhere(api, product) == {"1000.00"}

    change_event(draft, is_published=True, at=START)

    assert prices_everywhere(api, product) == {"900.00"}


def test_an_event_that_is_changed_changes_prices_at_once(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + SECOND)
    assert prices_everywhere(api, product) == {"900.00"}

    change_event(event, percent=20, at=START + SECOND)
    assert prices_everywhere(api, product) == {"800.00"}
    clock.shift(10)
    change_event(event, ends_at=START + 20 * SECOND, at=START + 11 * SECOND)
    assert prices_everywhere(api, product) == {"800.00"}
    clock.move_to(START + 20 * SECOND)

    assert prices_everywhere(api, product) == {"1000.00"}
    books = SalePrice.objects.order_by("since").values_list("since", "until", "price")
    assert list(books) == [
        (START, START + SECOND, Decimal(900)),
        (START + SECOND, START + 20 * SECOND, Decimal(800)),
    ]


def test_a_regular_price_that_changes_in_an_event_is_lowered_too(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + SECOND)

    Variant.objects.filter(product=product).update(price=Decimal(2000))
    refresh_now([product.pk])

    assert prices_everywhere(api, product) == {"1800.00"}
    clock.move_to(END)
    assert prices_everywhere(api, product) == {"2000.00"}


def test_what_is_taken_out_of_the_shop_in_an_event_is_out_of_the_books(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + SECOND)

    Product.objects.filter(pk=product.pk).update(is_published=False)
    refresh_now([product.pk])

    assert list(SalePrice.objects.values_list("since", "until")) == [(START, START + SECOND)]
    assert place(api, {"product": product.pk, "quantity": 1}, **GUEST).status_code == 400


def test_an_order_line_keeps_which_event_gave_its_price(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    later(clock)
    event = make_event(products=[product], percent=10, name="Easter", at=OPENING + SECOND)
    clock.move_to(START)

    line = placed(api, {"product": product.pk, "quantity": 2}, **GUEST)["items"][0]

    assert (line["regular_price"], line["unit_price"], line["total"]) == ("1000.00", "900.00", "1800.00")
    assert line["event"] == {"id": event.pk, "name": "Easter"}
    clock.move_to(END)
    after = placed(api, {"product": product.pk, "quantity": 1}, **GUEST)["items"][0]
    assert (after["regular_price"], after["unit_price"], after["event"]) == ("1000.00", "1000.00", None)


@pytest.mark.parametrize("moment", [OPENING + SECOND, START, END])
def test_lists_and_pages_ask_no_more_often_for_products_in_events(
    api: APIClient, clock: StoppedClock, moment: datetime
) -> None:
    products = [make() for _ in range(12)]
    later(clock)
    clock.move_to(moment)

    def queries(path: str) -> int:
        api.get("/api/products?page_size=1")  # the window has followed, and has looked where events begin and end
        hot.store.clear()
        with CaptureQueriesContext(connection) as captured:
            assert api.get(path).status_code == 200
        return len(captured)

    paths = ["/api/products?ordering=price", f"/api/products/{products[0].pk}"]
    without = [queries(path) for path in paths]
    make_event(products=products, percent=10, at=OPENING + SECOND)
    assert [queries(path) for path in paths] == without


def test_an_event_over_much_of_the_shop_loads_the_window_anew(
    api: APIClient, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_module, "MANY", 2)
    products = [make() for _ in range(5)]
    later(clock)
    make_event(products=products, percent=10, at=OPENING + SECOND)
    clock.move_to(START - SECOND)
    assert {row["price"] for row in api.get("/api/products?ordering=price").json()["results"]} == {"1000.00"}

    for moment, price in ((START, "900.00"), (END, "1000.00")):
        clock.move_to(moment)
        rows = api.get("/api/products?ordering=price").json()["results"]
        assert [row["price"] for row in rows] == [price] * 5
        assert len(window.columns.ids) == 5, "the products were moved one by one"
