"""Stripe misbehaves: nothing is charged twice, nobody is held up, and what was lost is found."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions import begin_payment
from orders.gateways import registry
from orders.gateways.cards import client as cards_client
from orders.models import Payment
from tests.fakes.daraja_http import (
    DRIPS_AFTER,
    DROPS,
    DROPS_AFTER,
    ERROR_500,
    ERROR_500_AFTER,
    FLOOD_AFTER,
    HALF_AFTER,
    HANGS,
    HANGS_AFTER,
    REDIRECTS,
)
from tests.fakes.stripe_api import LOST, FakeStripe
from tests.fakes.stripe_http import BUSY, CRASHES, SPIKE_429
from tests.orders import refused
from tests.payments import an_order, pay, payments, simulate, sweep, the_payment
from tests.payments.cards import pay_by_card, work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fault", [ERROR_500, DROPS, ERROR_500_AFTER, DROPS_AFTER, HALF_AFTER, BUSY])
def test_the_library_tries_again_on_the_same_key(client: APIClient, stripe: FakeStripe, fault: str) -> None:
    stripe.faults["intents.create"] = [fault] * 2

    begun = pay_by_card(client, an_order(client))

    assert (begun["status"], len(stripe.intents)) == ("pending", 1)
    assert {key for _, _, key in stripe.asked} == {str(the_payment().reference)}


@pytest.mark.parametrize(
    "fault",
    [ERROR_500, DROPS, ERROR_500_AFTER, DROPS_AFTER, HALF_AFTER, BUSY, SPIKE_429, REDIRECTS, HANGS, HANGS_AFTER],
)
def test_an_answer_that_never_came_is_found_and_paid(client: APIClient, stripe: FakeStripe, fault: str) -> None:
    stripe.faults["intents.create"] = [fault] * 3
    order = an_order(client)
    begun = pay_by_card(client, order)
    assert (begun["status"], begun["reason"]["code"], begun["next_action"]) == ("unknown", "not_known", None)
    stripe.faults.clear()

    sweep(seconds=31)

    (told,) = payments(client, order)["payments"]
    assert (told["status"], told["reason"], len(stripe.intents)) == ("pending", None, 1)
    assert told["next_action"]["client_secret"] == stripe.last()["client_secret"]
    stripe.pays()
    work()
    assert payments(client, order)["payment_status"] == "paid"


def test_an_intent_that_was_paid_is_not_taken_for_what_it_was(client: APIClient, stripe: FakeStripe) -> None:
    stripe.modes["payment_intent.succeeded"] = LOST
    stripe.faults["intents.create"] = [DROPS_AFTER] * 3
    order = an_order(client)
    pay_by_card(client, order)
    stripe.pays()

    sweep(seconds=31)  # the creation, repeated, answers as it did at first

    assert payments(client, order)["payment_status"] == "paid"


def test_an_event_may_be_the_first_to_tell(client: APIClient, stripe: FakeStripe) -> None:
    stripe.faults["intents.create"] = [DROPS_AFTER] * 3
    order = an_order(client)
    pay_by_card(client, order)

    stripe.pays()
    work()

    assert payments(client, order)["payment_status"] == "paid"
    assert the_payment().provider_reference == stripe.last()["id"]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_crash_that_stripe_repeats_is_looked_behind(client: APIClient, stripe: FakeStripe, is_there: bool) -> None:
    order = an_order(client)
    stripe.faults["intents.create"] = [CRASHES]
    pay_by_card(client, order)
    if is_there:
        _, form, _ = stripe.asked[0]
        stripe._intents_create("", form)

    sweep(seconds=31)
    sweep(seconds=61)

    assert the_payment().status == ("pending" if is_there else "failed")
    assert the_payment().reason == ("" if is_there else "provider_unavailable")
    assert len(stripe.intents) == is_there


def test_a_process_that_died_before_the_answer_was_written_down(
    client: APIClient, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(**_: Any) -> None:
        raise KeyboardInterrupt

    order = an_order(client)
    with monkeypatch.context() as patch:
        patch.setattr(begin_payment, "apply_report", die)
        with pytest.raises(KeyboardInterrupt):
            pay(client, order, "stripe")
    assert (the_payment().status, len(stripe.intents)) == ("starting", 1)

    sweep(seconds=31)

    assert (the_payment().status, len(stripe.intents)) == ("pending", 1)
    assert payments(client, order)["payments"][0]["next_action"]["client_secret"] == stripe.last()["client_secret"]


@pytest.mark.parametrize("fault", [HANGS, HANGS_AFTER, DRIPS_AFTER, FLOOD_AFTER])
def test_nobody_is_held_up(client: APIClient, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr(cards_client, "DEADLINE", 0.5)
    monkeypatch.setattr(cards_client, "MAX_ANSWER", 100_000)
    stripe.faults["intents.create"] = [fault] * 3
    began = time.monotonic()

    begun = pay_by_card(client, an_order(client))

    assert begun["status"] == "unknown"
    assert time.monotonic() - began < 10


def test_while_stripe_is_away_the_order_can_be_paid_otherwise(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    stripe.server.stop()
    assert pay_by_card(client, order)["status"] == "unknown"

    assert simulate(client, order, "pays_at_once").status_code == 201

    assert payments(client, order)["payment_status"] == "paid"
    assert Payment.objects.get(provider="stripe").status == "withdrawn"  # nobody was given its client secret


def test_what_the_browser_can_pay_is_not_paid_otherwise_till_it_is_called_off(
    client: APIClient, stripe: FakeStripe
) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    stripe.faults["intents.cancel"] = [ERROR_500] * 3

    refused(simulate(client, order, "pays"), 409, "payment_in_progress")
    assert the_payment().status == "pending"

    assert simulate(client, order, "pays_at_once").status_code == 201
    assert stripe.last()["status"] == "canceled"


def test_a_withdrawal_whose_answer_was_lost_is_one(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    stripe.faults["intents.cancel"] = [DROPS_AFTER] * 3

    refused(simulate(client, order, "pays"), 409, "payment_in_progress")
    assert simulate(client, order, "pays_at_once").status_code == 201

    assert Payment.objects.get(provider="stripe").status == "withdrawn"


def test_an_intent_whose_end_stripe_did_not_hear_of_is_paid_late(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    stripe.faults["intents.cancel"] = [ERROR_500] * 3
    sweep(seconds=1801)
    assert the_payment().status == "pending"

    stripe.pays()
    work()

    assert payments(client, order)["payment_status"] == "paid"


def test_a_wrong_key_is_the_shops_fault_and_says_nothing_of_payments(
    client: APIClient, stripe: FakeStripe, settings: Any
) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    settings.STRIPE_SECRET_KEY = "sk_test_of_last_year"
    registry.gateway.cache_clear()

    sweep(seconds=31)

    assert the_payment().status == "pending"
    begun = pay_by_card(client, an_order(client))
    assert (begun["status"], begun["reason"]["code"]) == ("failed", "provider_refused")
    assert "sk_test" not in Payment.objects.latest("pk").detail


def test_after_a_day_of_silence_a_person_looks_at_it(client: APIClient, stripe: FakeStripe) -> None:
    stripe.faults["intents.retrieve"] = [SPIKE_429] * 100
    stripe.faults["intents.cancel"] = [SPIKE_429] * 100
    pay_by_card(client, an_order(client))
    at = timedelta(0)
    for _ in range(60):
        at += timedelta(minutes=30)
        sweep(seconds=at.total_seconds())

    payment = the_payment()
    assert (payment.status, payment.next_check_at) == ("pending", None)
    assert payment.attention == "The provider did not say within a day what became of it."
    assert payment.expires_at < timezone.now() + timedelta(days=1)
