"""Orders that others get in the way of, between the plan and the taking."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from orders.actions import place_order as place_order_module
from orders.models import Allocation, Order, OrderEvent
from tests.factories import make_product
from tests.orders import everything, field_codes, level_of, place, placed, refused

pytestmark = pytest.mark.django_db


def test_outrun_once_it_plans_again(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product(stock=5)
    plan = place_order_module.plan_basket

    def plan_too_much_once(basket: Any) -> Any:
        monkeypatch.setattr(place_order_module, "plan_basket", plan)
        return [[take._replace(quantity=6) for take in takes] for takes in plan(basket)]

    monkeypatch.setattr(place_order_module, "plan_basket", plan_too_much_once)

    placed(client, {"product": product.pk, "quantity": 1})

    assert level_of(product).allocated == 1
    assert Order.objects.count() == OrderEvent.objects.count() == Allocation.objects.count() == 1


def test_outrun_again_and_again_it_gives_up(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product(stock=5)
    before = everything()
    plan = place_order_module.plan_basket

    def plan_too_much(basket: Any) -> Any:
        return [[take._replace(quantity=6) for take in takes] for takes in plan(basket)]

    monkeypatch.setattr(place_order_module, "plan_basket", plan_too_much)

    problem = refused(place(client, {"product": product.pk, "quantity": 1}), 409, "insufficient_stock")

    assert field_codes(problem) == {("items.0.quantity", "insufficient_stock")}
    assert everything() == before


@pytest.mark.parametrize(("sqlstate", "status"), [("40P01", 201), ("57014", 503)])
def test_victim_of_a_deadlock_plans_again(
    client: APIClient, monkeypatch: pytest.MonkeyPatch, sqlstate: str, status: int
) -> None:
    body = {"items": [{"product": make_product(stock=5).pk, "quantity": 1}]}
    take = place_order_module.take_stock

    def fail_once(**_arguments: Any) -> None:
        monkeypatch.setattr(place_order_module, "take_stock", take)
        cause = Exception()
        cause.pgcode = sqlstate  # type: ignore[attr-defined]
        raise OperationalError from cause

    monkeypatch.setattr(place_order_module, "take_stock", fail_once)

    assert client.post("/api/orders", body).status_code == status
    assert Order.objects.count() == Allocation.objects.count() == (status == 201)


def test_levels_are_taken_in_the_order_of_their_keys(client: APIClient) -> None:
    products = [make_product() for _ in range(4)]
    backwards = [{"product": product.pk, "quantity": 1} for product in reversed(products)]

    with CaptureQueriesContext(connection) as captured:
        placed(client, *backwards)

    statements = " ".join(query["sql"] for query in captured.captured_queries)
    updated = re.findall(r"UPDATE catalog_stocklevel .*? WHERE id = (\d+)", statements, re.DOTALL)
    assert [int(key) for key in updated] == [level_of(product).pk for product in products]
