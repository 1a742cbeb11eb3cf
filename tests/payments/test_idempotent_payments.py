"""A payment that is sent twice asks for money once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.forget_keys import forget_keys
from orders.models import Payment, PaymentAnswer
from tests.factories import make_user
from tests.orders import client_of, refused
from tests.payments import an_order, money_rows, simulate, sweep

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "one-and-only"}


def test_the_first_answer_comes_again_byte_for_byte(client: APIClient) -> None:
    order = an_order(client)
    first = simulate(client, order, "pays", headers=KEY)
    sweep(seconds=40)  # meanwhile it was paid
    before = money_rows()

    again = simulate(client, order, "pays", headers=KEY)

    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert money_rows() == before


def test_with_another_body_it_is_refused(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays", headers=KEY)
    before = money_rows()

    refused(simulate(client, order, "pays", amount="5.00", headers=KEY), 422, "idempotency_key_reused")

    assert money_rows() == before


def test_a_key_is_of_one_order_and_one_caller(client: APIClient) -> None:
    other = client_of(make_user())
    orders = [(client, an_order(client)), (client, an_order(client)), (other, an_order(other))]

    answers = [simulate(caller, order, "pays", headers=KEY) for caller, order in orders]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert Payment.objects.count() == 3


def test_a_refusal_is_not_kept(client: APIClient) -> None:
    order = an_order(client)
    refused(simulate(client, order, "pays", amount="5000.00", headers=KEY), 400, "invalid")
    assert not PaymentAnswer.objects.exists()

    assert simulate(client, order, "pays", amount="5.00", headers=KEY).status_code == 201


def died_before_the_answer(client: APIClient, order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the process had been killed after it wrote the payment down."""

    class Killed(BaseException):
        pass

    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("orders.gateways.simulator.Simulator.start", killed)
        with pytest.raises(Killed):
            simulate(client, order, "pays", headers=KEY)


def test_while_the_first_is_being_answered_the_second_waits(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(client)
    died_before_the_answer(client, order, monkeypatch)
    before = money_rows()

    response = simulate(client, order, "pays", headers=KEY)

    refused(response, 409, "request_in_progress")
    assert response["Retry-After"] == "2"
    assert money_rows() == before


def test_after_a_crash_the_second_gets_the_same_payment_and_nobody_is_asked_again(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(client)
    died_before_the_answer(client, order, monkeypatch)
    PaymentAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=2))

    response = simulate(client, order, "pays", headers=KEY)

    payment = Payment.objects.get()
    assert (response.status_code, response["Idempotent-Replayed"]) == (201, "true")
    assert (response.json()["id"], response.json()["status"]) == (payment.pk, "pending")
    sweep(seconds=125)
    payment.refresh_from_db()
    assert (payment.status, payment.is_live) == ("unknown", False)


def test_keys_are_forgotten_after_a_day(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "refuses", headers=KEY)

    assert forget_keys(at=timezone.now() + timedelta(hours=25)) >= 1

    assert not PaymentAnswer.objects.exists()
    assert simulate(client, order, "refuses", headers=KEY).json()["id"] != Payment.objects.earliest("pk").pk
