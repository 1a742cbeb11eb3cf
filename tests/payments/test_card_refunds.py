"""Giving money back to cards: once, never more than came, however it goes wrong."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from orders.actions.check_refunds import check_refunds
from orders.actions.expire_orders import expire_orders
from orders.actions.request_refund import request_refund
from orders.errors import NothingToRefund
from orders.models import Order, Refund
from tests.factories import make_product, make_user
from tests.fakes.daraja_http import DROPS_AFTER, ERROR_500, ERROR_500_AFTER, HALF_AFTER, HANGS
from tests.fakes.stripe_api import HELD, LOST, FakeStripe
from tests.fakes.stripe_http import BUSY, CRASHES, SPIKE_429
from tests.orders import placed
from tests.payments import an_order, payments, the_payment
from tests.payments.cards import pay_by_card, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier(db: None) -> User:
    return make_user(is_staff=True)


@pytest.fixture
def order(client: APIClient, stripe: FakeStripe) -> dict[str, Any]:
    """An order of 1,500 KES that was paid by card."""
    paid = an_order(client, price="1500.00")
    pay_by_card(client, paid)
    stripe.pays()
    work()
    return dict(paid)


def give_back(cashier: User, amount: str) -> Refund:
    """A refund that was asked for."""
    return request_refund(
        payment=the_payment(),
        amount=Decimal(amount),
        reason="Broken on arrival.",
        by_hand=False,
        acting_user=cashier,
        at=timezone.now(),
    )


def send(*, seconds: float = 0) -> int:
    """Send refunds, or ask about them, as the worker does so many seconds from now."""
    return check_refunds(at=timezone.now() + timedelta(seconds=seconds))


def test_in_parts_and_then_the_rest(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    first = give_back(cashier, "500.00")
    assert (send(), send()) == (1, 0)

    told = payments(client, order)
    assert (told["payment_status"], told["refunded"]) == ("partially_refunded", "500.00")
    made = next(form for operation, form, _ in stripe.asked if operation == "refunds.create")
    assert (made["amount"], made["payment_intent"]) == ("50000", stripe.last()["id"])
    assert made["metadata"]["refund_reference"] == str(first.reference)
    assert stripe.asked[-1][2] == str(first.reference)  # the key

    with pytest.raises(NothingToRefund):
        give_back(cashier, "1000.01")
    give_back(cashier, "1000.00")
    send()

    assert payments(client, order)["payment_status"] == "refunded"
    assert [row["amount"] for row in stripe.refunds.values()] == [50_000, 100_000]


def test_events_about_it_count_it_once(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    give_back(cashier, "500.00")
    send()

    stripe.release()
    stripe.tell("refund.updated", next(iter(stripe.refunds.values())))
    work()

    assert payments(client, order)["refunded"] == "500.00"
    assert the_payment().attention == ""


@pytest.mark.parametrize("mode", ["once", LOST])
@pytest.mark.parametrize(("end", "status"), [("succeeded", "succeeded"), ("failed", "failed"), ("canceled", "failed")])
def test_a_bank_that_takes_its_time(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any], mode: str, end: str, status: str
) -> None:
    stripe.refund_status = "pending"
    stripe.modes.update({"refund.updated": mode, "refund.failed": mode})
    refund = give_back(cashier, "500.00")
    send()
    refund.refresh_from_db()
    assert (refund.status, refund.provider_reference) == ("sent", next(iter(stripe.refunds)))
    assert payments(client, order)["refunded"] == "0.00"

    stripe.ends_refund(end, "expired_or_canceled_card")
    assert (work() == 0) is (mode == LOST)
    send(seconds=31)

    refund.refresh_from_db()
    assert refund.status == status
    assert payments(client, order)["refunded"] == ("500.00" if status == "succeeded" else "0.00")
    if status == "failed":
        assert (refund.detail, bool(refund.attention)) == (f"{end} expired_or_canceled_card", True)
        assert the_payment().refunding == 0  # it can be given back in another way


def test_one_that_comes_back_from_the_bank_is_for_a_person(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    refund = give_back(cashier, "500.00")
    send()

    stripe.ends_refund("failed", "lost_or_stolen_card")
    work()

    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert refund.attention == "The provider said that it went through, and now: failed lost_or_stolen_card"
    stripe.parked = set(stripe.refunds)


@pytest.mark.parametrize("fault", [ERROR_500_AFTER, DROPS_AFTER, HALF_AFTER, BUSY, SPIKE_429, ERROR_500, CRASHES])
def test_an_answer_that_is_lost_is_no_second_refund(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any], fault: str
) -> None:
    stripe.modes.update({"refund.created": LOST, "charge.refunded": LOST})
    stripe.faults["refunds.create"] = [fault] * 3  # the library sends it three times
    refund = give_back(cashier, "500.00")
    send()
    refund.refresh_from_db()
    assert (refund.status, refund.provider_reference) == ("sent", "")

    stripe.faults.clear()
    stripe._kept.clear()  # a day later: the key is forgotten
    send(seconds=31)

    refund.refresh_from_db()
    assert (refund.status, refund.receipt) == ("succeeded", next(iter(stripe.refunds)))
    assert len(stripe.refunds) == 1
    assert payments(client, order)["refunded"] == "500.00"


def test_what_cannot_be_looked_for_is_not_sent(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    stripe.faults["refunds.list"] = [ERROR_500] * 3
    give_back(cashier, "500.00")
    send()
    assert stripe.refunds == {}

    send(seconds=31)

    assert payments(client, order)["refunded"] == "500.00"


def test_the_event_of_a_refund_whose_answer_was_lost(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    stripe.modes["refund.created"] = HELD
    stripe.faults["refunds.create"] = [HANGS, ERROR_500, DROPS_AFTER]
    refund = give_back(cashier, "500.00")
    send()

    stripe.release()
    work()

    refund.refresh_from_db()
    assert (refund.status, refund.provider_reference) == ("succeeded", next(iter(stripe.refunds)))
    assert send(seconds=31) == 0


def test_one_that_stripe_refuses_is_for_a_person(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    stripe.modes.update({"refund.created": LOST, "charge.refunded": LOST})
    stripe.refund_at_stripe(120_000)
    refund = give_back(cashier, "500.00")
    send()

    refund.refresh_from_db()
    assert (refund.status, refund.detail) == ("failed", "HTTP 400 charge_already_refunded")
    assert refund.attention
    assert the_payment().refunding == 0
    stripe.parked = set(stripe.refunds)


def test_money_given_back_at_stripe_is_for_a_person(
    client: APIClient, stripe: FakeStripe, order: dict[str, Any]
) -> None:
    stripe.refund_at_stripe(50_000)
    work()

    (made,) = stripe.refunds
    assert the_payment().attention == f"500.00 KES were given back at Stripe, and not by the shop: {made}."
    assert payments(client, order)["refunded"] == "0.00"
    stripe.parked = {made}


def test_a_refund_is_laid_out_in_its_charge_by_older_versions(
    client: APIClient, stripe: FakeStripe, cashier: User, order: dict[str, Any]
) -> None:
    stripe.modes["refund.created"] = LOST
    stripe.faults["refunds.create"] = [DROPS_AFTER] * 3
    give_back(cashier, "500.00")
    send()

    charge = next(iter(stripe.charges.values()))
    stripe.tell("charge.refunded", {**charge, "refunds": {"data": list(stripe.refunds.values())}})
    work()

    assert payments(client, order)["refunded"] == "500.00"


def test_what_is_owed_of_a_late_payment_goes_back(client: APIClient, stripe: FakeStripe, cashier: User) -> None:
    product = make_product(stock=1)
    order = placed(client, {"product": product.pk, "quantity": 1})
    pay_by_card(client, order)
    expire_orders(at=timezone.now() + timedelta(hours=1))
    placed(client, {"product": product.pk, "quantity": 1})
    stripe.pays()
    work()
    assert Order.objects.get(pk=order["id"]).owed == Decimal(order["total"])

    give_back(cashier, order["total"])
    send()

    assert payments(client, order)["payment_status"] == "refunded"
    assert Order.objects.get(pk=order["id"]).owed == 0
