"""What was to be paid on delivery, and the customer pays otherwise, or tries to."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from orders.models import Payment
from tests.orders import refused
from tests.payments import an_order, pay, payments, simulate

pytestmark = pytest.mark.django_db


def standing(client: APIClient, order: dict[str, object]) -> list[tuple[str, str, str]]:
    """The order's payments, the newest first."""
    told = payments(client, order)["payments"]
    return [(payment["provider"], payment["status"], payment["amount"]) for payment in told]


@pytest.mark.parametrize("outcome", ["refuses", "answers_nothing", "pays"])
def test_a_promise_stands_until_the_money_has_come(client: APIClient, outcome: str) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    simulate(client, order, outcome)

    assert standing(client, order)[1] == ("cash_on_delivery", "pending", "1000.00")
    assert payments(client, order)["status"] == "confirmed"


def test_the_rider_asks_for_what_is_left(client: APIClient) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    simulate(client, order, "pays_at_once", amount="400.00")

    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "partially_paid", "600.00")
    assert standing(client, order) == [
        ("simulator", "succeeded", "400.00"),
        ("cash_on_delivery", "pending", "600.00"),
    ]


def test_a_second_promise_takes_the_place_of_the_first(client: APIClient) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    assert pay(client, order, "cash_on_delivery").status_code == 201

    assert [status for _provider, status, _amount in standing(client, order)] == ["pending", "withdrawn"]


def test_a_promise_that_is_refused_leaves_the_first_alone(client: APIClient) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    refused(pay(client, order, "cash_on_delivery", amount="10.00"), 400, "invalid")

    assert list(Payment.objects.values_list("status", flat=True)) == ["pending"]
