"""Fixtures of the tests of payments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from rest_framework.test import APIClient

from orders.gateways import registry, simulator
from tests.fakes.daraja import FakeDaraja
from tests.orders import client_of
from tests.orders.conftest import invariants_hold, shopper

__all__ = ["invariants_hold", "shopper"]


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
    """A fake Daraja whose callbacks are kept and not sent: `daraja.sent` has them."""
    with FakeDaraja(deliver=lambda _url, _message: 200) as fake:
        yield fake
