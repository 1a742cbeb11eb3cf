"""What becomes of an open payment when another one is asked for: nothing, until that one has really begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions import begin_payment as module
from orders.gateways.cash_on_delivery import CashOnDelivery
from orders.gateways.registry import gateway
from orders.models import Order, PaymentAnswer
from tests.fakes.stripe_api import FakeStripe
from tests.orders import refused
from tests.payments import an_order, money_rows, pay, payments, sweep, the_payment
from tests.payments.cards import pay_by_card

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "tap"}
CASH = "cash_on_delivery"


def test_the_same_request_again_leaves_the_card_form_open(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    first = pay_by_card(client, order, headers=KEY)

    assert pay_by_card(client, order, headers=KEY) == first

    assert stripe.last()["status"] == "requires_payment_method"
    assert the_payment().status == "pending"


def test_the_same_key_with_another_body_calls_nothing_off(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order, headers=KEY)

    refused(pay(client, order, "stripe", amount="5.00", headers=KEY), 422, "idempotency_key_reused")

    assert stripe.last()["status"] == "requires_payment_method"


@pytest.mark.parametrize("body", [{"amount": "5000.00"}, {"provider": CASH, "amount": "10.00"}])
def test_a_request_that_is_refused_calls_nothing_off(
    client: APIClient, stripe: FakeStripe, body: dict[str, Any]
) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    before = money_rows()

    refused(pay(client, order, **{"provider": "stripe", **body}), 400, "invalid")

    assert stripe.last()["status"] == "requires_payment_method"
    assert money_rows() == before


def test_what_the_same_request_begins_meanwhile_is_not_called_off(
    client: APIClient, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(client)
    checked, others = module._what_to_ask, [lambda: pay_by_card(client, order, headers=KEY)]

    def check_and_be_slow(*args: Any) -> Any:
        found = checked(*args)
        if others:
            others.pop()()  # the other one, which began later, overtakes
        return found

    monkeypatch.setattr(module, "_what_to_ask", check_and_be_slow)

    response = pay(client, order, "stripe", headers=KEY)

    assert response["Idempotent-Replayed"] == "true"
    assert [intent["status"] for intent in stripe.intents.values()] == ["requires_payment_method"]


def test_a_promise_whose_process_died_is_kept(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    order = an_order(client)
    with monkeypatch.context() as patch:
        patch.setattr(CashOnDelivery, "start", killed)
        with pytest.raises(Killed):
            pay(client, order, CASH, headers=KEY)
    PaymentAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert pay(client, order, CASH, headers=KEY).json()["status"] == "pending"  # so they think that all is well

    sweep(seconds=40)

    assert payments(client, order)["status"] == "confirmed"


def test_riders_take_money_where_the_goods_are_fetched(client: APIClient, settings: Any) -> None:
    settings.CASH_ON_DELIVERY_COUNTIES = ["Nairobi"]
    gateway.cache_clear()
    address = {"recipient": "W", "phone": "0712345678", "county": "Nairobi", "town": "Westlands"}
    order = an_order(client, address=address)
    Order.objects.update(delivery_station={"name": "Likoni", "county": "Mombasa"})

    refused(pay(client, order, CASH), 400, "invalid")
