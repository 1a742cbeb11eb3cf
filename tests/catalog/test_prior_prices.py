"""The price before a reduction: the lowest of the 30 days before it began, and the history that it comes from."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from catalog.models import PriceChange, Product, SalePrice, Variant
from tests import factories
from tests.catalog.events import DAY, END, OPENING, SECOND, START, StoppedClock, change_event, make, make_event
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def reprice(clock: StoppedClock, product: Product, price: str, days: float) -> None:
    """Change the regular price when so many days have passed since the opening."""
    clock.move_to(OPENING + timedelta(days=days))
    Variant.objects.filter(product=product).update(price=Decimal(price))
    refresh_now([product.pk])


def shown(api: APIClient, product: Product) -> tuple[str, str | None, bool]:
    """What a card and the page say of the price, and of the price before."""
    card = next(row for row in api.get("/api/products").json()["results"] if row["id"] == product.pk)
    page = api.get(f"/api/products/{product.pk}").json()
    variant = page["variants"][0]
    compared = [(row["price"], row["compare_at_price"], row["compare_at_basis"]) for row in (card, page, variant)]
    assert compared == [compared[0]] * 3
    assert card["compare_at_basis"] == ("prior_price" if card["compare_at_price"] else None)
    return card["price"], card["compare_at_price"], card["on_sale"]


def test_the_price_before_is_the_regular_price_that_was_asked(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    make_event(products=[product], percent=10, at=OPENING + SECOND)

    clock.move_to(START)

    assert shown(api, product) == ("900.00", "1000.00", True)


def test_who_waited_for_the_product_comes_after_the_other(clock: StoppedClock) -> None:
    product = make("1000.00")
    reprice(clock, product, "1500.00", days=2)

    reprice(clock, product, "1400.00", days=1)  # it began before the other, and was written after it
    refresh_now([product.pk])

    told = PriceChange.objects.order_by("changed_at", "pk").values_list("price", "changed_at")
    later = OPENING + 2 * DAY
    assert list(told) == [(Decimal(1000), OPENING), (Decimal(1500), later), (Decimal(1400), later)]


def test_a_price_that_was_raised_just_before_is_no_price_before(api: APIClient, clock: StoppedClock) -> None:
    product = make("1000.00")
    reprice(clock, product, "1500.00", days=10)
    make_event(products=[product], percent=10, at=OPENING + 11 * DAY)

    clock.move_to(START)

    assert shown(api, product) == ("1350.00", None, False)  # 1000 is lower: it was no reduction


def test_a_price_that_was_lower_for_a_day_counts(api: APIClient, clock: StoppedClock) -> None:
    product = make("1000.00")
    reprice(clock, product, "950.00", days=5)
    reprice(clock, product, "1000.00", days=6)
    make_event(products=[product], percent=10, at=OPENING + 7 * DAY)

    clock.move_to(START)

    assert shown(api, product) == ("900.00", "950.00", True)


@pytest.mark.parametrize(("ago", "was"), [(30 * DAY, "1000.00"), (30 * DAY - SECOND, "800.00")])
def test_thirty_days_are_counted_to_the_second(api: APIClient, clock: StoppedClock, ago: timedelta, was: str) -> None:
    begins = OPENING + 40 * DAY
    product = make("800.00")
    clock.move_to(begins - ago)  # until then it cost 800
    Variant.objects.filter(product=product).update(price=Decimal(1000))
    refresh_now([product.pk])
    make_event(products=[product], percent=30, starts_at=begins, ends_at=begins + DAY, at=begins - ago)

    clock.move_to(begins)

    assert shown(api, product) == ("700.00", was, True)


def test_an_event_shortly_before_makes_the_next_one_smaller(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    at = OPENING + SECOND
    make_event(products=[product], percent=30, starts_at=OPENING + DAY, ends_at=OPENING + 2 * DAY, at=at)
    make_event(products=[product], percent=20, at=at)
    make_event(products=[product], percent=40, starts_at=END + DAY, ends_at=END + 2 * DAY, at=at)

    clock.move_to(START)
    assert shown(api, product) == ("800.00", None, False)  # it cost 700 not long ago
    clock.move_to(END + DAY)
    assert shown(api, product) == ("600.00", "700.00", True)


def test_an_event_that_is_over_for_long_is_forgotten(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    make_event(products=[product], percent=30, starts_at=OPENING + DAY, ends_at=OPENING + 2 * DAY, at=OPENING + SECOND)
    begins = OPENING + 32 * DAY
    make_event(products=[product], percent=20, starts_at=begins, ends_at=begins + DAY, at=OPENING + 3 * DAY)

    clock.move_to(begins)

    assert shown(api, product) == ("800.00", "1000.00", True)


def test_a_reduction_that_grows_keeps_its_first_price_before(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    make_event(products=[product], percent=10, ends_at=START + DAY, at=OPENING + SECOND)
    make_event(products=[product], percent=20, starts_at=START + DAY, ends_at=END, at=OPENING + SECOND)

    clock.move_to(START + DAY)

    assert shown(api, product) == ("800.00", "1000.00", True)


def test_a_reduction_that_shrinks_is_no_reduction_from_the_first_price(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    make_event(products=[product], percent=20, ends_at=START + DAY, at=OPENING + SECOND)
    make_event(products=[product], percent=10, starts_at=START + DAY, ends_at=END, at=OPENING + SECOND)

    clock.move_to(START + DAY)

    assert shown(api, product) == ("900.00", None, False)


def test_an_event_that_is_saved_again_while_it_runs_keeps_the_price_before(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + 3600 * SECOND)

    change_event(event, percent=15, at=START + 3600 * SECOND)
    refresh_now([product.pk])

    assert shown(api, product) == ("850.00", "1000.00", True)
    assert SalePrice.objects.count() == 2


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (timedelta(), ("900.00", "1000.00", True)),
        (DAY, ("900.00", None, False)),  # it cost 900 a day ago
        (30 * DAY, ("900.00", "1000.00", True)),
    ],
)
def test_an_event_that_was_unpublished_meanwhile_reduces_anew(
    api: APIClient, clock: StoppedClock, gap: timedelta, expected: tuple[str, str | None, bool]
) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, ends_at=START + 60 * DAY, at=OPENING + SECOND)

    for moment, is_published in ((START + DAY, False), (START + DAY + gap, True)):
        clock.move_to(moment)
        change_event(event, is_published=is_published, at=moment)

    assert shown(api, product) == expected
    clock.shift(86_400)
    refresh_now([product.pk])
    assert shown(api, product) == expected


def test_what_was_asked_before_a_long_event_counts_as_long_as_it_holds(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=30, starts_at=START - 2 * DAY, at=OPENING + SECOND)
    make_event(products=[product], percent=40, ends_at=START + 60 * DAY, at=OPENING + SECOND)
    clock.move_to(START - DAY)
    change_event(event, is_published=False, at=START - DAY)

    for days in (0, 31, 59):
        clock.move_to(START + days * DAY)
        refresh_now([product.pk])
        assert shown(api, product) == ("600.00", "700.00", True)


def test_an_event_that_is_outbid_for_long_keeps_the_price_before(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    at = OPENING + SECOND
    make_event(products=[product], percent=10, ends_at=START + 60 * DAY, at=at)
    for first, last, percent in ((5, 10, 20), (10, 50, 30)):
        start, end = START + first * DAY, START + last * DAY
        make_event(products=[product], percent=percent, starts_at=start, ends_at=end, at=at)
    clock.move_to(START + 45 * DAY)
    refresh_now([product.pk])

    clock.move_to(START + 55 * DAY)

    assert shown(api, product) == ("900.00", "1000.00", True)


def test_in_an_event_the_list_price_is_not_shown(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    Variant.objects.filter(product=product).update(compare_at_price=Decimal(5000))
    refresh_now([product.pk])
    card = api.get("/api/products").json()["results"][0]
    assert (card["compare_at_price"], card["compare_at_basis"], card["on_sale"]) == ("5000.00", "list_price", True)
    clock.shift(1)
    make_event(products=[product], percent=10, at=OPENING + SECOND)

    clock.move_to(START)

    assert shown(api, product) == ("900.00", "1000.00", True)


def test_every_regular_price_is_written_down_once(clock: StoppedClock) -> None:
    product = make("1000.00")
    refresh_now([product.pk])
    reprice(clock, product, "1200.00", days=1)
    reprice(clock, product, "1200.00", days=2)
    reprice(clock, product, "1000.00", days=3)

    changes = PriceChange.objects.order_by("changed_at").values_list("price", "changed_at")

    assert list(changes) == [
        (Decimal(1000), OPENING),
        (Decimal(1200), OPENING + DAY),
        (Decimal(1000), OPENING + 3 * DAY),
    ]


def test_what_nobody_can_see_has_no_price_history(clock: StoppedClock) -> None:
    product = make(is_published=False)
    hidden = factories.add_variant(make(), is_active=False)
    refresh_now([product.pk, hidden.product_id])

    assert not PriceChange.objects.filter(variant__product=product).exists()
    assert not PriceChange.objects.filter(variant=hidden).exists()


def test_an_event_that_is_changed_and_changed_back_within_a_second_goes_on(api: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + DAY)

    for percent in (20, 10, 20, 10):
        change_event(event, percent=percent, at=START + DAY)

    assert shown(api, product) == ("900.00", "1000.00", True)
    assert list(SalePrice.objects.values_list("since", "until", "price")) == [(START, END, Decimal(900))]
