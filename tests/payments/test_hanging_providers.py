"""A provider that hangs holds up what needs it, and nothing else."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders import provider_lines
from orders.actions import check_payments as module
from orders.actions.check_payments import check_payments
from orders.gateways.registry import gateway
from orders.models import Payment
from orders.provider_lines import ProviderBusy, in_line
from tests.payments import an_order, simulate

pytestmark = pytest.mark.django_db


def test_the_sweep_asks_the_others_in_time(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(*, payment: Payment, at: Any) -> Payment:
        asked.append(payment.provider)
        time.sleep(0.2 if payment.provider == "hangs" else 0)
        return payment

    for _ in range(6):
        simulate(client, an_order(client), "hangs")
    Payment.objects.exclude(pk=Payment.objects.latest("pk").pk).update(provider="hangs")
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.3)
    monkeypatch.setattr(module, "check_payment", ask)

    check_payments(at=timezone.now() + timedelta(seconds=40))

    assert "simulator" in asked
    assert asked.count("hangs") < 5
    Payment.objects.update(provider="simulator")


class Waiting:
    """A thread that waits for the simulator until it is told that the answer is there."""

    def __init__(self) -> None:
        self.is_in, self.answered = Event(), Event()
        self.thread = Thread(target=self._wait)

    def _wait(self) -> None:
        with in_line(gateway("simulator")):
            self.is_in.set()
            self.answered.wait(10)

    def __enter__(self) -> Waiting:
        self.thread.start()
        assert self.is_in.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.answered.set()
        self.thread.join()


def test_a_slow_provider_holds_no_more_threads(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(client)
    monkeypatch.setattr(provider_lines, "SLOW", 0.05)
    with Waiting():
        time.sleep(0.1)

        told = simulate(client, order, "pays").json()

    assert (told["status"], told["reason"]["code"]) == ("failed", "provider_unavailable")


def test_one_that_was_slow_is_asked_by_one_at_a_time(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_lines, "SLOW", 0.05)
    with Waiting():
        time.sleep(0.1)
    monkeypatch.setattr(provider_lines, "SLOW", 10)

    with Waiting(), pytest.raises(ProviderBusy), in_line(gateway("simulator")):
        pass
    assert simulate(client, an_order(client), "pays").json()["status"] == "pending"


def test_one_that_is_well_is_asked_by_many(client: APIClient) -> None:
    with Waiting(), Waiting():
        assert simulate(client, an_order(client), "pays").json()["status"] == "pending"
