"""Fixtures of the tests of payments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from rest_framework.test import APIClient

from orders.gateways import registry, simulator
from tests.fakes import daraja as fakes
from tests.fakes.daraja import FakeDaraja, keep
from tests.orders import client_of
from tests.orders.conftest import invariants_hold, shopper
from tests.payments.cards import stripe

__all__ = ["invariants_hold", "shopper", "stripe"]


class Sent(NamedTuple):
    """A message that the simulator would have sent."""

    url: str
    seconds: float
    body: bytes


@pytest.fixture(autouse=True)
def simulated(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Sent]]:
    """The simulator, as in development; what it would send later is kept."""
    sent: list[Sent] = []
    settings.DEBUG = True  # type: ignore[attr-defined]
    settings.PAYMENT_PROVIDERS = ["simulator", "cash_on_delivery"]  # type: ignore[attr-defined]
    monkeypatch.setattr(simulator, "send_later", lambda url, seconds, body: sent.append(Sent(url, seconds, body)))
    registry.gateway.cache_clear()
    yield sent
    registry.gateway.cache_clear()


@pytest.fixture
def client(shopper: object) -> APIClient:
    """The shopper, signed in."""
    return client_of(shopper)  # type: ignore[arg-type]


@pytest.fixture
def daraja() -> Iterator[FakeDaraja]:
    """A fake Daraja that calls nobody back."""
    with FakeDaraja(deliver=keep) as fake:
        yield fake


def call_back(url: str, message: bytes) -> tuple[int, bytes]:
    """Send a callback to this shop, as Daraja does."""
    response = APIClient().post(urlsplit(url).path, message, content_type="application/json")
    return response.status_code, response.content


@pytest.fixture
def safaricom(settings: Any, simulated: object, daraja: FakeDaraja) -> FakeDaraja:
    """A shop that takes M-Pesa, and its provider, which calls it back."""
    daraja.deliver = call_back
    settings.PAYMENT_PROVIDERS = ["mpesa", "cash_on_delivery"]
    settings.PUBLIC_URL = "https://shop.example.co.ke"
    settings.MPESA_BASE_URL = daraja.base_url
    settings.MPESA_CONSUMER_KEY, settings.MPESA_CONSUMER_SECRET = fakes.KEY, fakes.SECRET
    settings.MPESA_SHORTCODE, settings.MPESA_PASSKEY = fakes.SHORTCODE, fakes.PASSKEY
    settings.MPESA_INITIATOR, settings.MPESA_SECURITY_CREDENTIAL = fakes.INITIATOR, fakes.CREDENTIAL
    settings.MPESA_DEPOSIT_TOKEN = "a-token-for-tests-of-deposits"
    return daraja
