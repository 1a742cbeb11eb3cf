"""The landing page of the back office: its figures, and what they cost to read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product, StockLocation
from orders.dashboard import DAYS, running_low, sales
from orders.models import Order
from tests import factories
from tests.admin.pages import sign_in_with
from tests.admin.rows import make_order

pytestmark = pytest.mark.django_db
NAIROBI = ZoneInfo("Africa/Nairobi")
NOON = datetime(2026, 3, 10, 12, tzinfo=NAIROBI)


def cards(at: datetime = NOON) -> dict[str, tuple[str, str]]:
    return {name: (figure, note) for name, figure, note in sales(at=at)["cards"]}


def bars(at: datetime = NOON) -> list[float]:
    chart: dict[str, Any] = json.loads(sales(at=at)["chart"])
    return list(chart["datasets"][0]["data"])


def test_day_is_the_shops_own() -> None:
    variant = factories.make_product(price="500.00").variants.get()
    first_moment = datetime(2026, 3, 10, 0, 0, tzinfo=NAIROBI)  # still the 9th in UTC
    make_order(variant=variant, at=first_moment, status="confirmed", payment_status="paid")
    make_order(variant=variant, at=first_moment - timedelta(microseconds=1), status="confirmed")

    assert cards()["Orders today"] == ("1", "2 in 14 days")
    assert cards()["Revenue today"] == ("KES 500", "KES 0 not paid yet")
    assert bars() == [0.0] * (DAYS - 2) + [500.0, 500.0]


def test_revenue_is_what_is_sold_and_not_called_off() -> None:
    variant = factories.make_product(price="1000.00").variants.get()
    for status in ("pending", "confirmed", "shipped", "delivered", "cancelled", "expired", "returned"):
        make_order(variant=variant, at=NOON, status=status)

    assert cards()["Revenue today"] == ("KES 4,000", "KES 4,000 not paid yet")
    assert cards()["Orders today"][0] == "7"
    assert cards()["To be shipped"][0] == "1"
    counts = {row["title"]: (row["count"], row["percent"]) for row in sales(at=NOON)["statuses"]}
    assert counts["Pending"] == (1, 14)
    assert "Processing" not in counts


def test_fortnight_begins_thirteen_days_ago() -> None:
    variant = factories.make_product().variants.get()
    begin = datetime(2026, 2, 25, 0, 0, tzinfo=NAIROBI)
    make_order(variant=variant, at=begin, status="delivered")
    make_order(variant=variant, at=begin - timedelta(seconds=1), status="delivered")

    assert bars() == [1000.0] + [0.0] * (DAYS - 1)


@pytest.mark.parametrize("status", ["confirmed", "processing"])
def test_order_is_to_be_shipped_until_it_is(status: str) -> None:
    variant = factories.make_product().variants.get()
    for days in (0, DAYS, 400):
        make_order(variant=variant, at=NOON - timedelta(days=days), status=status)
        make_order(variant=variant, at=NOON - timedelta(days=days), status="shipped")

    assert cards()["To be shipped"] == ("3", "confirmed or processing")


def test_orders_to_be_shipped_are_read_by_their_index() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # which a table of few rows would get

    assert "order_to_ship" in Order.objects.order_by().to_ship().explain()


def test_cents_are_shown_where_there_are_some() -> None:
    for price in ("1999.50", "0.50"):
        make_order(variant=factories.make_product(price=price).variants.get(), at=NOON, status="confirmed")
    make_order(variant=factories.make_product(price="0.05").variants.get(), at=NOON - timedelta(days=1))

    assert cards()["Revenue today"] == ("KES 2,000", "KES 2,000 not paid yet")
    assert cards()["Revenue of 14 days"] == ("KES 2,000.05", "KES 0.05 yesterday")


def test_low_stock_counts_all_open_locations() -> None:
    nairobi, mombasa = factories.make_location("NBO"), factories.make_location("MSA", priority=2)
    plenty, split, shut, empty = (factories.make_product(stock=None).variants.get() for _ in range(4))
    factories.add_stock(plenty, 6, nairobi)
    factories.add_stock(split, 3, nairobi)
    factories.add_stock(split, 3, mombasa)
    closed = factories.make_location("OLD", priority=3)
    StockLocation.objects.filter(pk=closed.pk).update(is_active=False)
    factories.add_stock(shut, 4, nairobi)
    factories.add_stock(shut, 100, closed)
    factories.add_stock(empty, 0, nairobi)

    assert [(variant.pk, variant.left) for variant in running_low()] == [(empty.pk, 0), (shut.pk, 4)]


def test_low_stock_leaves_out_what_is_not_sold_and_stops_at_ten() -> None:
    hidden = factories.make_product(stock=1)
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    shown = [factories.make_product(stock=number % 5 + 1) for number in range(12)]

    rows = list(running_low())

    assert len(rows) == 10
    assert {row.product_id for row in rows} <= {product.pk for product in shown}
    assert [row.left for row in rows] == sorted(row.left for row in rows)


def test_low_stock_is_read_from_recent_movements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.dashboard.RECENT_MOVEMENTS", 2)
    _old, *new = (factories.make_product(stock=1).variants.get().pk for _ in range(3))

    assert {variant.pk for variant in running_low()} == set(new)


def test_queries_do_not_grow_with_the_shop(office: Client) -> None:
    def count() -> int:
        office.get("/admin/")
        with CaptureQueriesContext(connection) as captured:
            assert office.get("/admin/").status_code == 200
        return len(captured)

    make_order(variant=factories.make_product(stock=2).variants.get())
    before = count()
    for number in range(30):
        variant = factories.make_product(stock=2).variants.get()
        make_order(variant=variant, at=timezone.now() - timedelta(days=number), total=Decimal("1000.00"))

    assert count() == before
    content = office.get("/admin/").content.decode()
    assert content.count("Wanjiku Kamau") == 10


def test_staff_see_only_the_figures_of_their_work() -> None:
    make_order(variant=factories.make_product(stock=1).variants.get())

    stock = sign_in_with("catalog.view_stocklevel").get("/admin/").content.decode()
    orders = sign_in_with("orders.view_order").get("/admin/").content.decode()
    neither = sign_in_with("catalog.view_brand").get("/admin/").content.decode()

    assert "Running low" in stock
    assert "Revenue" not in stock
    assert "Wanjiku Kamau" in orders
    assert "Revenue" not in orders
    assert "Revenue today" in sign_in_with("orders.view_ledgerentry").get("/admin/").content.decode()
    assert "Running low" not in orders
    assert "Revenue" not in neither
    assert "Running low" not in neither
