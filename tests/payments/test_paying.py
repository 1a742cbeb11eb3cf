"""Paying for an order, whatever becomes of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.models import LedgerEntry, Order, OrderEvent, Payment
from orders.views.finding import find_order
from tests.factories import make_product, make_user
from tests.orders import CONTACT, client_of, field_codes, level_of, refused
from tests.payments import an_order, money_rows, pay, payments, simulate, sweep, the_payment

pytestmark = pytest.mark.django_db


def test_a_payment_as_it_begins(client: APIClient) -> None:
    order = an_order(client, price="1500.00")

    response = simulate(client, order, "pays")

    payment = the_payment()
    body = response.json()
    assert response.status_code == 201
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert response["Retry-After"] == "2"
    assert {**body, "created_at": "", "expires_at": ""} == {
        "id": payment.pk,
        "provider": "simulator",
        "status": "pending",
        "amount": "1500.00",
        "refunded": "0.00",
        "currency": "KES",
        "phone": "",
        "receipt": "",
        "reason": None,
        "next_action": None,
        "created_at": "",
        "expires_at": "",
        "settled_at": None,
    }
    assert body["created_at"].endswith("+03:00")
    assert body["expires_at"] > body["created_at"]
    assert Order.objects.get().status == "pending"
    assert not LedgerEntry.objects.exists()


def test_paid_in_full(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays")

    assert sweep(seconds=40) == 1

    told = payments(client, order)
    assert (told["status"], told["payment_status"]) == ("confirmed", "paid")
    assert (told["total"], told["paid"], told["refunded"], told["due"]) == ("1000.00", "1000.00", "0.00", "0.00")
    assert told["options"] == []
    (payment,) = told["payments"]
    assert payment["status"] == "succeeded"
    assert payment["receipt"] == the_payment().receipt != ""
    assert payment["settled_at"] is not None
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.amount, entry.reference) == ("captured", Decimal("1000.00"), payment["receipt"])
    events = client.get(f"/api/orders/{order['id']}/events").json()["results"]
    assert [(event["type"], event["to_status"], event["actor"]) for event in events] == [
        ("placed", "pending", "customer"),
        ("payment", "pending", "system"),
        ("confirmed", "confirmed", "system"),
    ]
    assert events[1]["reason"] == f"KES 1,000 by Simulator, {payment['receipt']}."


def test_once_it_is_paid_nobody_is_asked_any_more(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays")
    sweep(seconds=40)

    response = client.get(f"/api/orders/{order['id']}/payments")

    assert "Retry-After" not in response
    assert sweep(seconds=4000) == 0


def test_the_last_answer_is_right_although_the_money_came_while_it_was_read(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(client)
    simulate(client, order, "pays")

    def find_and_lose_the_race(request: Any, id_or_number: str) -> Order:
        found = find_order(request, id_or_number)
        assert sweep(seconds=40) == 1
        return found

    monkeypatch.setattr("orders.views.payments.find_order", find_and_lose_the_race)
    response = client.get(f"/api/orders/{order['id']}/payments")

    told = response.json()
    assert "Retry-After" not in response
    assert [payment["status"] for payment in told["payments"]] == ["succeeded"]
    assert (told["status"], told["payment_status"], told["due"], told["options"]) == ("confirmed", "paid", "0.00", [])


def test_paid_at_once(client: APIClient) -> None:
    order = an_order(client)

    response = simulate(client, order, "pays_at_once")

    assert response.json()["status"] == "succeeded"
    assert "Retry-After" not in response
    assert Order.objects.get().status == "confirmed"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        ("fails_insufficient_funds", "insufficient_funds"),
        ("fails_cancelled_by_customer", "cancelled_by_customer"),
        ("fails_wrong_pin", "wrong_pin"),
        ("hangs", "prompt_expired"),
    ],
)
def test_what_fails_says_why_and_can_be_tried_again(client: APIClient, outcome: str, code: str) -> None:
    order = an_order(client)
    simulate(client, order, outcome)

    sweep(seconds=125)

    told = payments(client, order)
    (payment,) = told["payments"]
    assert (payment["status"], payment["reason"]["code"]) == ("failed", code)
    assert payment["reason"]["message"].endswith(".")
    assert (told["status"], told["payment_status"], told["due"]) == ("pending", "unpaid", "1000.00")
    assert simulate(client, order, "pays_at_once").status_code == 201
    assert Order.objects.get().payment_status == "paid"


def test_a_provider_that_takes_nothing_on(client: APIClient) -> None:
    order = an_order(client)

    response = simulate(client, order, "refuses")

    assert response.status_code == 201
    assert (response.json()["status"], response.json()["reason"]["code"]) == ("failed", "provider_unavailable")
    assert simulate(client, order, "pays_at_once").json()["status"] == "succeeded"


def test_an_answer_that_is_lost_is_unknown_and_never_asked_for_twice(client: APIClient) -> None:
    order = an_order(client)

    response = simulate(client, order, "answers_nothing")

    assert (response.json()["status"], response.json()["reason"]["code"]) == ("unknown", "not_known")
    refused(simulate(client, order, "pays"), 409, "payment_in_progress")
    assert Payment.objects.count() == 1


def test_a_gateway_that_breaks_leaves_the_payment_unknown(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("orders.gateways.simulator.Simulator.start", broken)
    order = an_order(client)

    response = simulate(client, order, "pays")

    assert (response.status_code, response.json()["status"]) == (201, "unknown")
    assert payments(client, order)["payment_status"] == "unpaid"


def test_in_parts(client: APIClient) -> None:
    order = an_order(client, price="400000.00")
    first = simulate(client, order, "pays_at_once")

    assert first.json()["amount"] == "250000.00"  # as much as this provider takes at once
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("pending", "partially_paid", "150000.00")
    assert client.get(f"/api/orders/{order['id']}").json().items() >= {"paid": "250000.00", "due": "150000.00"}.items()
    assert simulate(client, order, "pays_at_once", amount="50000.00").json()["amount"] == "50000.00"
    assert simulate(client, order, "pays_at_once").json()["amount"] == "100000.00"
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["paid"]) == ("confirmed", "paid", "400000.00")
    assert [payment["amount"] for payment in told["payments"]] == ["100000.00", "50000.00", "250000.00"]


def test_a_part_holds_the_stock_for_longer_but_not_for_ever(client: APIClient) -> None:
    order = an_order(client)
    before = Order.objects.get()
    Order.objects.update(expires_at=timezone.now() + (before.expires_at - before.created_at) / 10)  # type: ignore[operator]

    simulate(client, order, "pays_at_once", amount="10.00")

    after = Order.objects.get()
    assert after.expires_at is not None
    assert before.expires_at is not None
    assert after.expires_at > before.expires_at
    for _ in range(3):
        simulate(client, order, "pays_at_once", amount="10.00")
    latest = Order.objects.get().expires_at
    assert latest is not None
    assert latest <= before.created_at + 6 * (before.expires_at - before.created_at)


def test_guests_pay_with_their_token(api: APIClient) -> None:
    order = an_order(api, contact=CONTACT)

    assert simulate(api, order, "pays_at_once").json()["status"] == "succeeded"

    assert payments(api, order)["payment_status"] == "paid"
    refused(api.get(f"/api/orders/{order['id']}/payments"), 404, "not_found")
    refused(api.get(f"/api/orders/{order['id']}/payments?token=wrong"), 404, "not_found")


def test_payments_of_others_are_not_there(client: APIClient) -> None:
    order = an_order(client_of(make_user()))
    before = money_rows()

    refused(client.get(f"/api/orders/{order['id']}/payments"), 404, "not_found")
    refused(simulate(client, order, "pays_at_once"), 404, "not_found")

    assert money_rows() == before


def test_the_ways_in_which_it_can_be_paid(client: APIClient) -> None:
    order = an_order(client, price="60000.00")

    assert payments(client, order)["options"] == [
        {"provider": "simulator", "label": "Simulator", "needs_phone": False, "amount": "60000.00"},
    ]  # too dear to be paid on delivery

    order = an_order(client, price="40000.00")
    assert [option["provider"] for option in payments(client, order)["options"]] == ["simulator", "cash_on_delivery"]


def test_outside_development_there_is_no_simulator(client: APIClient, settings: Any) -> None:
    settings.DEBUG = False
    order = an_order(client)

    problem = refused(simulate(client, order, "pays"), 400, "invalid")

    assert field_codes(problem) == {("provider", "provider_not_available")}
    assert [option["provider"] for option in payments(client, order)["options"]] == ["cash_on_delivery"]
    assert not Payment.objects.exists()


REFUSED_BODIES: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({}, ("provider", "required")),
    ({"provider": "nobody"}, ("provider", "invalid_choice")),
    ({"provider": "bank"}, ("provider", "invalid_choice")),
    ({"provider": "simulator", "amount": 10}, ("amount", "invalid")),
    ({"provider": "simulator", "amount": "0.00"}, ("amount", "invalid")),
    ({"provider": "simulator", "amount": "-5.00"}, ("amount", "invalid")),
    ({"provider": "simulator", "amount": "1000.01"}, ("amount", "max_value")),
    ({"provider": "simulator", "phone": "12"}, ("phone", "invalid_phone")),
    ({"provider": "simulator", "status": "succeeded"}, ("status", "unknown_field")),
    ({"provider": "simulator", "simulate": {"outcome": "wins"}}, ("simulate.outcome", "invalid_choice")),
    ({"provider": "simulator", "simulate": {"delay": 3601}}, ("simulate.delay", "max_value")),
    ({"provider": "cash_on_delivery", "amount": "10.00"}, ("provider", "provider_not_available")),
]


@pytest.mark.parametrize(("body", "error"), REFUSED_BODIES)
def test_what_cannot_be_paid_like_this(client: APIClient, body: dict[str, Any], error: tuple[str, str]) -> None:
    order = an_order(client)
    before = money_rows()

    response = client.post(f"/api/orders/{order['id']}/payments", body)

    assert response.status_code == 400
    assert field_codes(response.json()) == {error}
    assert money_rows() == before


def test_a_paid_order_is_not_paid_again(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")
    before = money_rows()

    refused(simulate(client, order, "pays"), 409, "order_not_payable")

    assert money_rows() == before


def test_an_order_that_is_over_is_not_paid(client: APIClient) -> None:
    order = an_order(client)
    client.post(f"/api/orders/{order['id']}/cancel", {})
    before = money_rows()

    refused(simulate(client, order, "pays"), 409, "order_not_payable")

    assert money_rows() == before
    assert payments(client, order)["options"] == []


def test_nor_is_one_whose_time_is_over_but_that_was_not_swept_yet(client: APIClient) -> None:
    order = an_order(client)
    Order.objects.update(expires_at=timezone.now())

    refused(simulate(client, order, "pays"), 409, "order_not_payable")

    Order.objects.update(expires_at=timezone.now() + timedelta(minutes=1))


def test_one_payment_at_a_time(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "hangs")
    before = money_rows()

    response = simulate(client, order, "pays")

    refused(response, 409, "payment_in_progress")
    assert 100 <= int(response["Retry-After"]) <= 120
    assert money_rows() == before


def test_one_that_nobody_can_answer_any_more_stands_in_nobodys_way(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "hangs")
    Payment.objects.update(expires_at=timezone.now())

    assert simulate(client, order, "pays_at_once").status_code == 201

    first = Payment.objects.earliest("pk")
    assert not first.is_live
    assert first.next_check_at is not None  # what became of it is still asked


def test_too_many_payments(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.actions.begin_payment.MOST_PAYMENTS", 2)
    order = an_order(client)
    for _ in range(2):
        simulate(client, order, "refuses")

    refused(simulate(client, order, "pays"), 409, "too_many_payments")

    assert Payment.objects.count() == 2


def test_cash_on_delivery_confirms_the_order_unpaid(client: APIClient) -> None:
    product = make_product(stock=10)
    order = client.post("/api/orders/create", {"items": [{"product": product.pk, "quantity": 1}]}).json()

    response = pay(client, order, "cash_on_delivery")

    assert (response.status_code, response.json()["status"]) == (201, "pending")
    assert "Retry-After" not in response
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "unpaid", "1000.00")
    assert level_of(product).allocated == 1
    event = OrderEvent.objects.latest("pk")
    assert (event.to_status, event.reason) == ("confirmed", "To be paid on delivery.")
    assert sweep(seconds=100_000) == 0


def test_whoever_pays_before_the_rider_comes_is_not_asked_again(client: APIClient) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    simulate(client, order, "pays_at_once")

    told = payments(client, order)
    assert (told["status"], told["payment_status"]) == ("confirmed", "paid")
    assert [payment["status"] for payment in told["payments"]] == ["succeeded", "withdrawn"]


def test_cash_on_delivery_where_the_shop_has_riders(client: APIClient, settings: Any) -> None:
    settings.CASH_ON_DELIVERY_COUNTIES = ["Nairobi"]
    order = an_order(client)

    problem = refused(pay(client, order, "cash_on_delivery"), 400, "invalid")

    assert field_codes(problem) == {("provider", "provider_not_available")}
    address = {"recipient": "W", "phone": "0712345678", "county": "Nairobi", "town": "Westlands"}
    assert pay(client, an_order(client, address=address), "cash_on_delivery").status_code == 201


def test_how_many_queries_payments_take(client: APIClient, django_assert_num_queries: Any) -> None:
    order = an_order(client, price="9000.00")
    simulate(client, order, "pays_at_once", amount="10.00")
    with django_assert_num_queries(4):  # who calls, the order, its payments, and the order once they are decided
        payments(client, order)

    for _ in range(20):
        simulate(client, order, "pays_at_once", amount="10.00")
    with django_assert_num_queries(4):
        assert len(payments(client, order)["payments"]) == 21


def test_nothing_is_no_amount(client: APIClient) -> None:
    problem = refused(pay(client, an_order(client), amount="0"), 400, "invalid")

    (error,) = problem["errors"]
    assert (error["field"], error["code"]) == ("amount", "invalid")
    assert error["message"].startswith("Give an amount above 0 as text")
