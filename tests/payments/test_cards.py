"""Paying by card, through the shop's API and a Stripe that tells and loses events."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.cancel_order import cancel_order
from orders.actions.expire_orders import expire_orders
from orders.models import LedgerEntry, Order, Payment, ProviderMessage
from tests.factories import make_product
from tests.fakes.stripe_api import HELD, LOST, PUBLISHABLE_KEY, TWICE, FakeStripe
from tests.orders import client_of, level_of, placed, refused
from tests.payments import an_order, pay, payments, simulate, sweep, the_payment
from tests.payments.cards import pay_by_card, work

pytestmark = pytest.mark.django_db


def test_paid_by_card(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client, price="1500.00")

    begun = pay_by_card(client, order)

    intent = stripe.last()
    assert (begun["status"], begun["amount"], begun["receipt"]) == ("pending", "1500.00", "")
    assert begun["next_action"] == {
        "type": "stripe",
        "client_secret": intent["client_secret"],
        "publishable_key": PUBLISHABLE_KEY,
    }
    ((_, sent, key),) = stripe.asked
    assert (sent["amount"], sent["currency"], key) == ("150000", "kes", str(the_payment().reference))
    assert sent["metadata"] == {"order_number": order["number"], "payment_reference": key}

    stripe.pays()

    assert (stripe.statuses, payments(client, order)["payment_status"]) == ([200], "unpaid")  # only stored as yet
    assert work() == 1
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "paid", "0.00")
    (paid,) = told["payments"]
    assert (paid["status"], paid["receipt"], paid["next_action"]) == ("succeeded", intent["latest_charge"], None)
    assert LedgerEntry.objects.get().amount == Decimal("1500.00")


def test_the_secret_is_told_to_whoever_may_see_the_order_alone(
    client: APIClient, api: APIClient, customer: Any, stripe: FakeStripe
) -> None:
    order = an_order(client)
    pay_by_card(client, order)

    for stranger in (api, client_of(customer)):
        response = stranger.get(f"/api/orders/{order['id']}/payments")
        assert response.status_code in (401, 404)
        assert stripe.last()["client_secret"].encode() not in response.content


def test_the_same_request_again_makes_no_second_intent(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)

    first, again = (pay_by_card(client, order, headers={"Idempotency-Key": "tap"}) for _ in range(2))

    assert first == again
    assert len(stripe.intents) == 1


@pytest.mark.parametrize(
    ("decline", "code", "reason"),
    [
        ("insufficient_funds", "card_declined", "insufficient_funds"),
        ("stolen_card", "card_declined", "card_declined"),  # which is not told to whoever holds it
        ("expired_card", "expired_card", "card_expired"),
        ("", "payment_intent_authentication_failure", "authentication_failed"),
        ("a_code_of_next_year", "card_declined", "card_declined"),
    ],
)
def test_declined_and_then_paid_with_another_card(
    client: APIClient, stripe: FakeStripe, decline: str, code: str, reason: str
) -> None:
    order = an_order(client)
    begun = pay_by_card(client, order)

    stripe.declines(decline, code=code)
    work()

    (told,) = payments(client, order)["payments"]
    assert (told["status"], told["reason"]["code"]) == ("pending", reason)
    assert told["next_action"] == begun["next_action"]  # the same form takes another card

    stripe.pays()
    work()

    (told,) = payments(client, order)["payments"]
    assert (told["status"], told["reason"]) == ("succeeded", None)


def test_a_lost_event_is_found_by_asking(client: APIClient, stripe: FakeStripe) -> None:
    stripe.modes["payment_intent.succeeded"] = LOST
    order = an_order(client)
    pay_by_card(client, order)
    stripe.pays()

    assert (work(), sweep(seconds=31)) == (0, 1)

    assert payments(client, order)["payment_status"] == "paid"
    assert sweep(seconds=3600) == 0


def test_events_that_come_twice_count_once(client: APIClient, stripe: FakeStripe) -> None:
    stripe.modes["payment_intent.succeeded"] = TWICE
    order = an_order(client)
    pay_by_card(client, order)

    stripe.pays()
    stripe.tell("payment_intent.succeeded", stripe.last())  # the same, as an event of its own
    work()

    assert stripe.statuses == [200] * 4
    assert ProviderMessage.objects.count() == 2
    assert LedgerEntry.objects.count() == 1
    assert payments(client, order)["paid"] == order["total"]


def test_events_out_of_order_take_no_success_back(client: APIClient, stripe: FakeStripe) -> None:
    kinds = ("payment_failed", "processing", "succeeded")
    stripe.modes.update({f"payment_intent.{kind}": HELD for kind in kinds})
    order = an_order(client)
    pay_by_card(client, order)
    stripe.declines()
    stripe.processes()
    stripe.pays()

    stripe.release(backwards=True)
    work()

    assert payments(client, order)["payments"][0]["status"] == "succeeded"
    assert {message.status for message in ProviderMessage.objects.all()} == {"processed"}
    assert the_payment().attention == ""


@pytest.mark.parametrize(
    ("lie", "doubt"),
    [
        ({"amount_received": 99}, "0.99 was paid"),
        ({"currency": "usd"}, "paid in USD"),
        ({"metadata": {"order_number": "EP-OTHER1"}}, "the order EP-OTHER1"),
        ({"id": "pi_another"}, "speaks of pi_another"),
    ],
)
def test_a_success_that_does_not_fit_pays_nothing(
    client: APIClient, stripe: FakeStripe, lie: dict[str, Any], doubt: str
) -> None:
    order = an_order(client, price="1500.00")
    pay_by_card(client, order)
    metadata = {**stripe.last()["metadata"], **lie.pop("metadata", {})}

    stripe.pays(metadata=metadata, **lie)
    work()

    stripe.parked = {stripe.last()["latest_charge"]}
    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["payments"][0]["status"]) == ("pending", "unpaid", "pending")
    assert doubt in the_payment().attention
    assert not LedgerEntry.objects.exists()


def test_money_for_an_intent_of_nobody_changes_nothing(client: APIClient, stripe: FakeStripe) -> None:
    an_order(client)

    stripe.tell(
        "payment_intent.succeeded",
        {"id": "pi_else", "status": "succeeded", "amount_received": 5, "currency": "kes", "metadata": {}},
    )
    work()

    assert ProviderMessage.objects.get().note == "There is no such payment."
    assert not LedgerEntry.objects.exists()


def test_another_way_of_paying_withdraws_the_intent(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)

    assert simulate(client, order, "pays_at_once").status_code == 201

    assert stripe.last()["status"] == "canceled"
    statuses = [payment["status"] for payment in payments(client, order)["payments"]]
    assert statuses == ["succeeded", "withdrawn"]


def test_who_changes_their_mind_after_paying_has_paid(client: APIClient, stripe: FakeStripe) -> None:
    stripe.modes["payment_intent.succeeded"] = LOST
    order = an_order(client)
    pay_by_card(client, order)
    stripe.pays()

    refused(simulate(client, order, "pays"), 409, "order_not_payable")

    assert payments(client, order)["payment_status"] == "paid"


def test_while_the_bank_is_at_it_no_second_payment_begins(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    stripe.processes()
    work()

    refused(simulate(client, order, "pays"), 409, "payment_in_progress")

    stripe.pays()
    work()
    assert payments(client, order)["payment_status"] == "paid"


def test_an_intent_is_called_off_when_its_time_is_over(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    for seconds in (31, 60, 100, 170, 300, 620, 1250):
        assert sweep(seconds=seconds) == 1, seconds
    assert stripe.last()["status"] == "requires_payment_method"

    assert sweep(seconds=1801) == 1  # at its end, before the order's hold of its stock is over

    assert stripe.last()["status"] == "canceled"
    assert the_payment().status == "withdrawn"
    assert Order.objects.get(pk=order["id"]).expires_at > timezone.now() + timedelta(seconds=1801)


def test_the_intent_of_a_cancelled_order_is_called_off(client: APIClient, shopper: Any, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    cancel_order(order=Order.objects.get(), acting_user=shopper, reason="", at=timezone.now())

    sweep(seconds=31)

    assert (stripe.last()["status"], the_payment().status) == ("canceled", "withdrawn")


@pytest.mark.parametrize("left", [1, 0])
def test_money_that_comes_too_late_is_honoured_or_owed(client: APIClient, stripe: FakeStripe, left: int) -> None:
    product = make_product(stock=1)
    order = placed(client, {"product": product.pk, "quantity": 1})
    pay_by_card(client, order)
    assert expire_orders(at=timezone.now() + timedelta(hours=1)) == 1
    if not left:
        placed(client, {"product": product.pk, "quantity": 1})

    stripe.pays()
    work()

    told = payments(client, order)
    assert (told["status"], told["paid"]) == ("confirmed" if left else "expired", order["total"])
    assert Order.objects.get(pk=order["id"]).owed == Decimal(0 if left else order["total"])
    assert level_of(product).allocated == 1


def test_dear_orders_are_paid_in_parts(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client, price="1500000.00")

    for paid in ("999999.99", "1500000.00"):
        pay_by_card(client, order)
        stripe.pays()
        work()
        assert payments(client, order)["paid"] == paid

    assert [intent["amount"] for intent in stripe.intents.values()] == [99_999_999, 50_000_001]
    assert payments(client, order)["status"] == "confirmed"


def test_a_dispute_is_for_a_person(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client, price="1500.00")
    pay_by_card(client, order)
    stripe.pays()

    stripe.disputes()
    work()

    attention = "1500.00 KES are disputed (fraudulent, needs_response): du_fake000004. Answer at Stripe."
    assert the_payment().attention == attention
    assert payments(client, order)["payment_status"] == "paid"


def test_payments_by_card_are_read_with_the_same_number_of_queries(
    client: APIClient, stripe: FakeStripe, django_assert_num_queries: Any
) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    with django_assert_num_queries(3):
        payments(client, order)
    first = the_payment()
    Payment.objects.bulk_create(
        Payment(
            order_id=first.order_id,
            provider="stripe",
            status="failed",
            amount=first.amount,
            currency="KES",
            created_at=first.created_at,
            expires_at=first.expires_at,
        )
        for _ in range(49)
    )

    with django_assert_num_queries(3):
        assert len(payments(client, order)["payments"]) == 50


def test_too_small_an_amount_is_the_shops_fault(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)

    response = pay(client, order, "stripe", amount="0.10")

    assert response.status_code == 201
    assert (response.json()["status"], response.json()["reason"]["code"]) == ("failed", "provider_refused")
    assert the_payment().detail == "HTTP 400 amount_too_small"
