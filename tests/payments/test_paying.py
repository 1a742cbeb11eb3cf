"""Paying for an order, whatever becomes of it."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from orders.models import LedgerEntry, Order
from tests.payments import an_order, payments, simulate, sweep, the_payment

pytestmark = pytest.mark.django_db


def test_paid(client: APIClient) -> None:
    order = an_order(client)

    response = simulate(client, order, "pays")

    assert response.status_code == 201, response.content
    assert response.json()["status"] == "pending"
    assert response["Retry-After"] == "2"
    assert sweep(seconds=40) == 1
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "paid", "0.00")
    assert the_payment().receipt.startswith("SIM")
    assert LedgerEntry.objects.get().amount == Order.objects.get().total
