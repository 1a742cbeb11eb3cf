"""Carts of guests who do not come back."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from orders import tasks
from orders.actions import sweep_carts as module
from orders.actions.sweep_carts import sweep_carts
from orders.models import Cart, CartLine, cart_token_digest
from tests.factories import make_product
from tests.orders.carts import cart, put

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_carts(*ages: timedelta) -> None:
    now = timezone.now()
    Cart.objects.bulk_create(
        Cart(token_digest=cart_token_digest(str(n)), created_at=now, updated_at=now - age) for n, age in enumerate(ages)
    )


def test_old_carts_of_guests_go(client: APIClient, api: APIClient, settings: Any) -> None:
    settings.CART_GUEST_DAYS = 7
    product = make_product()
    put(client, product=product.pk)
    old, young = (put(api, product=product.pk)["X-Cart-Token"] for _ in range(2))
    now = timezone.now()
    Cart.objects.exclude(token_digest=cart_token_digest(young)).update(updated_at=now - 7 * DAY)

    assert sweep_carts(at=now) == 0
    assert sweep_carts(at=now + timedelta(seconds=1)) == 1

    assert cart(api, old)["lines"] == []
    assert len(cart(api, young)["lines"]) == len(cart(client)["lines"]) == 1
    assert CartLine.objects.count() == 2


def test_empty_ones_go_after_a_day() -> None:
    make_carts(DAY + timedelta(seconds=1), DAY - timedelta(minutes=1))

    assert sweep_carts(at=timezone.now()) == 1
    assert Cart.objects.get().token_digest == cart_token_digest("1")


def test_putting_in_keeps_a_cart(api: APIClient) -> None:
    token = put(api, product=make_product().pk)["X-Cart-Token"]
    Cart.objects.update(updated_at=timezone.now() - 100 * DAY)
    put(api, product=make_product().pk, token=token)

    assert sweep_carts(at=timezone.now()) == 0


def test_many_go_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    make_carts(*[2 * DAY] * 25)

    with CaptureQueriesContext(connection) as swept:
        assert sweep_carts(at=timezone.now()) == 25

    assert len([query for query in swept.captured_queries if "SAVEPOINT" not in query["sql"]]) < 20
    assert not Cart.objects.exists()


def test_by_hand_and_by_schedule(settings: Any) -> None:
    make_carts(2 * DAY)
    said = StringIO()

    call_command("sweep_carts", stdout=said)

    assert said.getvalue() == "1 cart(s) deleted.\n"
    assert tasks.sweep_carts() == 0
    assert settings.SCHEDULES["orders.tasks.sweep_carts"] == 60
