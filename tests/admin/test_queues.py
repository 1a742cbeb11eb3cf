"""What waits for a person, and what came in: counted cheaply, and seen only by those who may."""

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

from catalog.models import Review
from orders.dashboard import CHART_OPTIONS
from orders.dashboard_money import money_received, what_waits
from orders.models import Order
from orders.queues import QUEUES, UNMATCHED, Queue
from tests.admin.money import make_message, make_order, make_paid, make_payment, make_refund
from tests.admin.pages import change_page, sign_in_with
from tests.admin.rows import make_review

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Africa/Nairobi"))
INDEXES = {
    "Unmatched money": ("payment_unmatched", "orders_payment_order_id"),  # that of the foreign key does as well
    "Payments to look at": ("payment_to_look_at",),
    "Money to give back": ("order_owing",),
    "Refunds to look at": ("refund_to_look_at",),
    "Messages that failed": ("provider_message_failed",),
    "Reviews to read": ("review_to_moderate",),
}


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def fill() -> None:
    """Have one of everything wait."""
    make_paid(order=None)
    make_payment(attention="Whose?")
    make_refund(attention="The provider did not give it back.")
    make_message()
    order = make_order()
    Order.objects.filter(pk=order.pk).update(owed=Decimal(100))
    Review.objects.filter(pk=make_review().pk).update(status="pending")


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.title)
def test_each_queue_is_read_by_its_index(queue: Queue) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # which a table of few rows would get

    plan = queue.rows().order_by("-id").explain()
    assert any(index in plan for index in INDEXES[queue.title])


def test_what_waits_is_counted_to_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    assert UNMATCHED.waiting() == ""
    monkeypatch.setattr("orders.queues.MOST_COUNTED", 2)

    shown = []
    for _ in range(4):
        make_paid(order=None)
        shown.append(UNMATCHED.waiting())

    assert shown == ["1", "2", "2+", "2+"]


def test_staff_see_the_queues_of_their_work(office: Client, boss: Any) -> None:
    fill()
    money = sign_in_with("orders.view_payment", "orders.view_ledgerentry").get("/admin/").content.decode()
    orders = sign_in_with("orders.view_order").get("/admin/").content.decode()
    neither = sign_in_with("catalog.view_brand").get("/admin/").content.decode()

    assert [row[1:2] for row in what_waits(boss)["rows"]] == [["1"]] * 6
    assert [title in money for title in ("Unmatched money", "Money received", "Money to give back")] == [
        True,
        True,
        False,
    ]
    assert [title in orders for title in ("Unmatched money", "Money received", "Money to give back")] == [
        False,
        False,
        True,
    ]
    assert "Waiting for a person" not in neither


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.title)
def test_each_queue_leads_to_the_list_of_what_waits(office: Client, queue: Queue) -> None:
    fill()
    make_paid()
    make_message(status="processed")

    rows = office.get(queue.link).context_data["cl"].result_list  # type: ignore[attr-defined]

    assert [row.pk for row in rows] == [row.pk for row in queue.rows()]
    assert len(rows) == 1


def test_money_is_charted_by_day_and_provider() -> None:
    first_moment = NOON.replace(hour=0)  # still the 9th in UTC
    make_paid(at=first_moment, provider="bank", amount=Decimal("300.00"))
    make_paid(at=first_moment - timedelta(microseconds=1), amount=Decimal("200.00"))
    make_paid(at=NOON - timedelta(days=2), amount=Decimal("100.00"))
    make_paid(at=NOON - timedelta(days=3))
    make_payment(at=NOON)

    chart = json.loads(money_received(at=NOON, days=3, options=CHART_OPTIONS)["received"])

    assert chart["labels"] == ["Sun 8", "Mon 9", "Tue 10"]
    assert {row["label"]: row["data"] for row in chart["datasets"]} == {
        "Bank transfer": [0, 0, 300],
        "Mpesa": [100, 200, 0],
    }


def test_without_money_there_is_no_chart_of_it(office: Client) -> None:
    empty = office.get("/admin/").content.decode()
    make_paid()
    filled = office.get("/admin/").content.decode()

    assert "Money received" in empty
    assert (empty.count("<canvas"), filled.count("<canvas")) == (1, 2)


def test_who_only_reads_reviews_sees_them_wait() -> None:
    fill()
    page = sign_in_with("catalog.view_review").get("/admin/").content.decode()

    assert "Waiting for a person" in page
    assert "Reviews to read" in page
    assert "Unmatched money" not in page


def test_order_page_asks_as_often_for_ten_payments_as_for_one(office: Client) -> None:
    small, large = make_order(), make_order()
    make_paid(order=small, amount=Decimal("10.00"))
    for _ in range(10):
        make_paid(order=large, amount=Decimal("10.00"))

    assert queries(office, change_page(large)) == queries(office, change_page(small))


@pytest.mark.parametrize("name", ["payment", "ledgerentry", "refund", "providermessage"])
def test_lists_of_money_ask_as_often_for_fifty_rows_as_for_one(office: Client, name: str) -> None:
    address = f"/admin/orders/{name}/"
    fill()
    at_one = queries(office, address)

    makers = {"payment": make_paid, "ledgerentry": make_paid, "refund": make_refund, "providermessage": make_message}
    for _ in range(49):
        makers[name]()

    assert queries(office, address) == at_one == 8


@pytest.mark.parametrize("lookup", ["headers__authorization__startswith", "headers__icontains", "body"])
def test_no_lookup_tells_what_providers_messages_hide(office: Client, lookup: str) -> None:
    make_message(headers={"authorization": "secret"})

    assert office.get("/admin/orders/providermessage/", {lookup: "s"}).status_code == 400
