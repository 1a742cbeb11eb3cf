"""What one message, or one server that hangs, does to the others: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from electroports import outbox
from orders.actions.send_messages import send_messages
from orders.models import OrderMessage
from tests.fakes.mail import DyingBackend
from tests.fakes.sms import KeepingBackend
from tests.orders import CONTACT
from tests.payments import an_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def backends(settings: Any) -> Iterator[None]:
    """Mail that dies, and text messages that are kept."""
    settings.EMAIL_BACKEND = "tests.fakes.mail.DyingBackend"
    settings.SMS_BACKEND = "tests.fakes.sms.KeepingBackend"
    DyingBackend.sent.clear()
    KeepingBackend.sent.clear()
    yield
    KeepingBackend.sent.clear()


def test_a_message_that_ends_the_connection_holds_up_no_other(client: APIClient) -> None:
    an_order(client, contact={**CONTACT, "email": DyingBackend.poison})
    for _ in range(2):
        an_order(client, contact=CONTACT)

    send_messages(at=timezone.now() + timedelta(minutes=2))

    assert DyingBackend.sent == [CONTACT["email"]] * 2
    assert OrderMessage.objects.filter(channel="email", status="failed").count() == 1


def test_a_server_that_takes_its_time_is_left_in_time(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        an_order(client, contact=CONTACT)
    monkeypatch.setattr(outbox, "SECONDS", -1)

    assert send_messages(at=timezone.now() + timedelta(minutes=2)) == 0

    waiting = OrderMessage.objects.filter(status="waiting", attempts=0, claimed_at=None)
    assert (waiting.count(), DyingBackend.sent, KeepingBackend.sent) == (6, [], [])
