"""What the tests of cards share: a shop whose provider of cards is the fake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.process_messages import process_messages
from orders.gateways import registry
from orders.gateways.cards import client as cards_client
from orders.models import Payment
from tests.fakes import stripe_api as fake
from tests.fakes.stripe_api import FakeStripe
from tests.payments import assert_books_agree, pay

EVENTS = "/payments/events/stripe"


def post_event(body: bytes, header: str) -> int:
    """The status that the shop answers to an event."""
    return int(
        Client().post(EVENTS, body, content_type="application/json", headers={"Stripe-Signature": header}).status_code
    )


@pytest.fixture
def stripe(settings: Any, simulated: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[FakeStripe]:
    """A fake Stripe that the shop is set up with; its events are posted to the shop at once.

    Afterwards its ledger and the shop's agree, but for what waits for a person: `stripe.parked`.
    """
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    monkeypatch.setattr(cards_client, "TIMEOUT", cards_client.httpx.Timeout(0.5))
    with FakeStripe(deliver=post_event) as server:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLISHABLE_KEY = fake.SECRET_KEY, fake.PUBLISHABLE_KEY
        settings.STRIPE_WEBHOOK_SECRETS = ["whsec_old", fake.WEBHOOK_SECRET]
        settings.STRIPE_API_BASE = server.url
        settings.PAYMENT_PROVIDERS = ["simulator", "stripe", "cash_on_delivery"]
        registry.gateway.cache_clear()
        yield server
        assert_books_agree("stripe", server.ledger, but=frozenset(server.parked))
        assert_nothing_dangles(server)


def assert_nothing_dangles(server: FakeStripe) -> None:
    """No intent whose secret anybody was given can still be paid when its payment is over."""
    over = Payment.objects.filter(provider="stripe", status__in=["failed", "withdrawn"]).exclude(provider_reference="")
    dangling = [row.provider_reference for row in over if server.intents[row.provider_reference]["status"] in fake.OPEN]
    assert dangling == []


def pay_by_card(client: APIClient, order: dict[str, Any], **body: Any) -> dict[str, Any]:
    """A payment by card that was begun."""
    response = pay(client, order, "stripe", **body)
    assert response.status_code == 201, response.content
    return dict(response.json())


def work() -> int:
    """Act upon the messages that came, as the worker does."""
    return process_messages(at=timezone.now())
