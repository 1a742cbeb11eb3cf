"""Cards and many at a time: an event is stored once, money is counted once, one intent is open."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.check_payments import check_payments
from orders.actions.process_messages import process_messages
from orders.actions.receive_message import receive_message
from orders.models import LedgerEntry, Payment, ProviderMessage
from orders.views import provider_messages
from tests.concurrency import at_once, tally
from tests.fakes.stripe_api import LOST, OPEN, FakeStripe, sign
from tests.payments import an_order, pay, payments
from tests.payments.cards import pay_by_card, post_event

pytestmark = pytest.mark.django_db(transaction=True)


def eight_times(stripe: FakeStripe) -> list[int]:
    """The answers to the same event eight times at once."""
    body = stripe.event("payment_intent.succeeded", stripe.last())
    return at_once(*[partial(post_event, body, sign(body))] * 8)


def test_an_event_that_comes_eight_times_at_once_is_stored_once(client: APIClient, stripe: FakeStripe) -> None:
    stripe.modes["payment_intent.succeeded"] = LOST
    order = an_order(client)
    pay_by_card(client, order)
    stripe.pays()

    assert tally(eight_times(stripe)) == {200: 8}
    assert ProviderMessage.objects.count() == 1

    now = timezone.now()
    sweep = partial(check_payments, at=now + timedelta(seconds=31))
    at_once(*[partial(process_messages, at=now)] * 3, *[sweep] * 3)

    assert LedgerEntry.objects.count() == 1
    assert payments(client, order)["paid"] == order["total"]


def test_without_its_id_it_is_stored_eight_times(
    client: APIClient, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive_unguarded(*, event_id: str, **values: Any) -> None:
        receive_message(event_id="", **values)

    monkeypatch.setattr(provider_messages, "receive_message", receive_unguarded)
    pay_by_card(client, an_order(client))
    stripe.modes["payment_intent.succeeded"] = LOST
    stripe.pays()

    eight_times(stripe)

    assert ProviderMessage.objects.count() == 8
    at_once(*[partial(process_messages, at=timezone.now())] * 3)
    assert LedgerEntry.objects.count() == 1  # the ledger has a guard of its own


def test_who_pays_in_six_tabs_at_once_has_one_form(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)

    responses = at_once(*[partial(pay, client, order, "stripe")] * 6)

    assert {response.status_code for response in responses} <= {201, 409}
    (live,) = Payment.objects.filter(status="pending")
    assert [known for known, row in stripe.intents.items() if row["status"] in OPEN] == [live.provider_reference]
    stripe.pays(live.provider_reference)
    process_messages(at=timezone.now())
    assert payments(client, order)["paid"] == order["total"]
