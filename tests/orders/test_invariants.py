"""manage.py check_invariants: quiet over a healthy shop, and loud over each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import StockLevel
from orders.invariants import INVARIANTS, check_invariants
from orders.models import Allocation, IdempotencyRecord, Order, OrderEvent, OrderLine, Promotion, PromotionUse
from tests.factories import make_product
from tests.orders import placed
from tests.orders.promoting import coupon, make_promotion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants_hold() -> None:
    """These tests break them."""


@pytest.fixture
def shop(client: APIClient) -> None:
    """A pending, a cancelled and an expired order with a promotion; the first has an Idempotency-Key and a coupon."""
    make_promotion(percent=Decimal("0.01"))
    coupon("ONCE", usage_limit=1, percent=Decimal("0.01"))
    item = {"product": make_product(stock=50).pk, "quantity": 2}
    client.post("/api/orders", {"items": [item], "coupon": "once"}, headers={"Idempotency-Key": "k1"})
    client.post(f"/api/orders/{placed(client, item)['id']}/cancel")
    late = placed(client, item, item)
    Order.objects.filter(pk=late["id"]).update(expires_at=timezone.now())
    call_command("expire_orders", stdout=StringIO())


def report(*, broken: bool) -> str:
    """What the command prints; it fails exactly when something is broken."""
    out = StringIO()
    if broken:
        with pytest.raises(CommandError, match="broken") as failure:
            call_command("check_invariants", stdout=out, no_color=True)
        assert failure.value.returncode == 1
    else:
        call_command("check_invariants", stdout=out, no_color=True)
    assert ("BROKEN" in out.getvalue()) == broken
    return out.getvalue()


def write(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_empty_shop() -> None:
    assert report(broken=False).count("ok     ") == len(INVARIANTS)


def test_healthy_shop(shop: None) -> None:
    text = report(broken=False)

    assert text.count("ok     ") == len(INVARIANTS)
    assert "2. no unpaid order holds stock for longer than its expiry and one sweep: 3 checked, 0 broken" in text


def write_past_checks(table: str, constraint: str, sql: str) -> None:
    """What a CHECK constraint prevents: only a database without it can be like this."""
    if connection.vendor == "postgresql":
        write("SET CONSTRAINTS ALL IMMEDIATE")
        write(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        write(sql)
    else:
        write("PRAGMA ignore_check_constraints = 1")
        write(sql)
        write("PRAGMA ignore_check_constraints = 0")


def oversell() -> None:
    write_past_checks(
        "catalog_stocklevel", "stock_allocated_within_on_hand", "UPDATE catalog_stocklevel SET allocated = 60"
    )


def unbalance_line() -> None:
    write_past_checks("orders_orderline", "line_total_adds_up", "UPDATE orders_orderline SET total = total + 0.01")


def pending() -> Order:
    order: Order = Order.objects.get(status="pending")
    return order


BREAKAGES: list[tuple[str, Callable[[], object]]] = [
    ("a stock level has", oversell),
    ("counters are the sums of its movements", lambda: StockLevel.objects.update(on_hand=51)),
    ("counters are the sums of its movements", lambda: write("DELETE FROM catalog_stockmovement")),
    ("is what orders hold there", lambda: Allocation.objects.all().delete()),
    ("is what orders hold there", lambda: Allocation.objects.update(quantity=3)),
    ("holds all that it sold", lambda: Order.objects.filter(status="pending").update(status="shipped")),
    ("holds all that it sold", lambda: Order.objects.filter(status="expired").update(status="confirmed")),
    (
        "no unpaid order holds",
        lambda: Order.objects.filter(status="pending").update(expires_at=timezone.now() - timedelta(minutes=2)),
    ),
    ("one complete answer", lambda: IdempotencyRecord.objects.update(body=b"")),
    ("one complete answer", lambda: IdempotencyRecord.objects.update(status=0)),
    (
        "an order one key",
        lambda: IdempotencyRecord.objects.create(
            caller="c",
            route="r",
            key="k2",
            body_digest="d",
            status=201,
            body=b"{}",
            order=pending(),
            created_at=timezone.now(),
        ),
    ),
    ("a line's total", unbalance_line),
    ("an order is the sum", lambda: Order.objects.filter(status="pending").update(subtotal="1.00", total="1.00")),
    (
        "an order is the sum",
        lambda: Order.objects.filter(status="pending").update(delivery="1.00", total="2001.00", vat=0),
    ),
    ("an order is the sum", lambda: OrderLine.objects.filter(order=pending()).update(vat="0.01")),
    ("a promotion has been used", lambda: Promotion.objects.filter(code=None).update(uses=0)),
    ("a promotion has been used", lambda: PromotionUse.objects.filter(promotion__code="ONCE").delete()),
    ("uses no promotion", lambda: PromotionUse.objects.update(released_at=None)),
    ("a timeline begins", lambda: write("DELETE FROM orders_orderevent WHERE type = 'placed'")),
    ("a timeline begins", lambda: write("UPDATE orders_orderevent SET to_status = 'delivered' WHERE type = 'expired'")),
    ("a timeline begins", lambda: write("UPDATE orders_orderevent SET from_status = 'shipped' WHERE type = 'expired'")),
    ("where its timeline led it", lambda: Order.objects.filter(status="pending").update(status="confirmed")),
    ("where its timeline led it", lambda: write("DELETE FROM orders_orderevent")),
]


@pytest.mark.parametrize(("rule", "break_it"), BREAKAGES)
def test_breakage_is_found(shop: None, rule: str, break_it: Callable[[], object]) -> None:
    assert sum(rule in invariant.rule for invariant in INVARIANTS) == 1

    break_it()

    broken = [line for line in report(broken=True).splitlines() if line.startswith("BROKEN")]
    assert any(rule in line for line in broken), broken


def test_examples_name_the_row(shop: None) -> None:
    Order.objects.filter(status="pending").update(expires_at=timezone.now() - timedelta(minutes=2))

    assert f"         {pending().number}: should have expired at" in report(broken=True)


def test_number_of_queries_does_not_grow(client: APIClient, shop: None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert all(not finding.violations for finding in check_invariants(at=timezone.now()))
        return len(captured.captured_queries)

    few = queries()
    for _ in range(10):
        placed(client, {"product": make_product().pk, "quantity": 1})

    assert queries() == few == 2 * len(INVARIANTS)


def test_events_are_append_only(shop: None) -> None:
    event = OrderEvent.objects.latest("pk")

    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(TypeError):
        OrderEvent.objects.update(reason="rewritten")
    with pytest.raises(TypeError):
        OrderEvent.objects.all().delete()
    assert OrderEvent.objects.latest("pk") == event
