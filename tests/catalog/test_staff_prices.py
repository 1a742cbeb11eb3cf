"""The prices of many variants in one call, each from the price that its row expects."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.actions import set_prices as setting
from catalog.models import PriceChange, Product, Variant
from tests import factories
from tests.concurrency import at_once, tally
from tests.staff import client_of, manager, member_with, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

PRICES = "/api/variants/prices"


@pytest.fixture
@factories.listed_together()
def variants() -> list[Variant]:
    """Two variants of one product and one of another, at 1000.00 each."""
    nano, other = factories.make_product(slug="nano"), factories.make_product(slug="other")
    nano.variants.update(sku="NANO-1")
    other.variants.update(sku="OTHER-1")
    factories.add_variant(nano, sku="NANO-2")
    return list(Variant.objects.order_by("sku"))


def row(named: str | Variant, price: str = "900.00", expected: str = "1000.00", **more: Any) -> dict[str, Any]:
    name = {"sku": named} if isinstance(named, str) else {"variant": named.pk}
    return {**name, "price": price, "expected_price": expected, **more}


def shown(slug: str) -> Any:
    return APIClient().get(f"/api/products/{slug}").json()


def test_prices_by_sku_and_by_id(variants: list[Variant]) -> None:
    user, before = member_with("catalog.change_variant"), Product.objects.get(slug="nano").updated_at
    sent = [row("NANO-1", compare_at_price="1000"), row(variants[1], "950.5"), row("OTHER-1", "1000")]

    response = client_of(user).post(PRICES, sent)

    assert (response.status_code, response.json()) == (200, {"changed": 2, "unchanged": 1})
    assert list(Variant.objects.order_by("sku").values_list("price", "compare_at_price")) == [
        (Decimal("900.00"), Decimal("1000.00")),
        (Decimal("950.50"), None),
        (Decimal("1000.00"), None),
    ]
    assert shown("nano")["price"] == "900.00"
    assert PriceChange.objects.filter(price__lt=1000).count() == 2
    assert [(entry.user, entry.change_message) for entry in LogEntry.objects.all()] == [(user, "Changed price.")] * 2
    assert list(Product.objects.filter(updated_at__gt=before, slug="nano").values_list("slug", flat=True)) == ["nano"]


def test_what_it_was_compared_with_stays_unless_it_is_named(variants: list[Variant]) -> None:
    Variant.objects.update(compare_at_price=2000)

    manager().post(PRICES, [row("NANO-1"), row("NANO-2", compare_at_price=None)])

    assert list(Variant.objects.order_by("sku").values_list("compare_at_price", flat=True)) == [2000, None, 2000]


def test_if_one_price_moved_none_is_written(variants: list[Variant]) -> None:
    Variant.objects.filter(sku="NANO-2").update(price="980.00")
    before = stored()

    body = problem_in(manager().post(PRICES, [row("OTHER-1"), row("NANO-2"), row("NANO-1")]), 409, "price_moved")

    assert body["errors"] == [
        {"field": "1.expected_price", "code": "price_moved", "message": "NANO-2 costs 980.00."},
    ]
    assert body["detail"] == "1 price is not what was expected; nothing was written."
    assert stored() == before
    assert not LogEntry.objects.exists()


WRONG: list[tuple[Any, str, str]] = [
    (row("NOBODY-1"), "1.sku", "unknown"),
    ({"variant": 10**9, "price": "1.00", "expected_price": "1.00"}, "1.variant", "unknown"),
    (row("NANO-1"), "1.sku", "duplicate"),
    (row("NANO-2", compare_at_price="900.00"), "1.compare_at_price", "not_above_price"),
    ({"price": "1.00", "expected_price": "1.00"}, "1.sku", "required"),
    ({**row("NANO-2"), "variant": 1}, "1.sku", "required"),
    ({"sku": "NANO-2", "price": "1.00"}, "1.expected_price", "required"),
    ({"sku": "NANO-2", "expected_price": "1.00"}, "1.price", "required"),
    ({**row("NANO-2"), "price": 900}, "1.price", "invalid"),
    ({**row("NANO-2"), "price": "0.00"}, "1.price", "invalid"),
    ({**row("NANO-2"), "price": None}, "1.price", "null"),
    ({**row("NANO-2"), "stock": 3}, "1.stock", "unknown_field"),
    ({**row("NANO-2"), "sku": 7}, "1.sku", "invalid"),
]


@pytest.mark.parametrize(("wrong", "field", "code"), WRONG)
def test_one_wrong_row_and_nothing_is_written(variants: list[Variant], wrong: Any, field: str, code: str) -> None:
    before = stored()

    response = manager().post(PRICES, [row("NANO-1"), wrong])

    body = problem_in(response, 400, "unknown_field" if code == "unknown_field" else "invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert stored() == before


@pytest.mark.parametrize("body", [[], {}, "text", None, [1], [row("A") | {"variant": 1}], [{"price": "1", "x": "1"}]])
def test_what_is_no_list_of_rows(variants: list[Variant], body: Any) -> None:
    before = stored()

    assert manager().post(PRICES, body).status_code == 400

    assert stored() == before


def test_the_same_key_sets_once(variants: list[Variant]) -> None:
    client, sent = manager(), [row("NANO-1")]

    first, again = (client.post(PRICES, sent, headers={"Idempotency-Key": "monday"}) for _ in range(2))

    assert (first.status_code, first.content) == (200, again.content)
    assert again["Idempotent-Replayed"] == "true"
    problem_in(client.post(PRICES, sent), 409, "price_moved")


def test_it_takes_the_same_queries_for_one_row_and_for_fifty() -> None:
    client = manager()
    with factories.listed_together():
        for number in range(50):
            factories.make_product().variants.update(sku=f"P-{number}")

    def queries(rows: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.post(PRICES, rows).json()["changed"] == len(rows)
        return len(captured)

    one = queries([row("P-0", "990.00")])

    assert queries([row(f"P-{n}", "980.00", "990.00" if n == 0 else "1000.00") for n in range(50)]) <= one + 1


def eight_raises() -> list[int]:
    """The statuses of as many calls at once which all mean to raise the same price of 1000.00."""
    factories.make_product().variants.update(sku="NANO-1")
    client = manager()
    raises = [partial(client.post, PRICES, [row("NANO-1", f"{1100 + number}.00")]) for number in range(8)]
    return [response.status_code for response in at_once(*raises)]


@pytest.mark.django_db(transaction=True)
def test_of_raises_from_one_price_one_goes_through() -> None:
    assert tally(eight_raises()) == {200: 1, 409: 7}
    assert PriceChange.objects.filter(price__gt=1000).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_they_overwrite_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "_refuse_moved", lambda rows, variants: None)

    assert tally(eight_raises()) == {200: 8}
    assert PriceChange.objects.filter(price__gt=1000).count() == 8
