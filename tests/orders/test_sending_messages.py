"""What one message, or one server that hangs, does to the others: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions import send_messages as module
from orders.actions.send_messages import send_messages
from orders.models import OrderMessage
from tests.fakes.sms import KeepingBackend
from tests.orders import CONTACT
from tests.payments import an_order

pytestmark = pytest.mark.django_db


class DyingBackend(BaseEmailBackend):
    """As Django's own for SMTP: a connection that has died stays dead until it is closed and opened again."""

    poison = "poison@example.com"
    sent: ClassVar[list[str]] = []
    is_open = is_dead = False

    def open(self) -> bool:
        """Connect, unless it is."""
        was_closed, self.is_open = not self.is_open, True
        if was_closed:
            self.is_dead = False
        return was_closed

    def close(self) -> None:
        """Hang up."""
        self.is_open = False

    def send_messages(self, messages: Any) -> int:
        """Die of one of them."""
        (message,) = messages
        self.is_dead = self.is_dead or self.poison in message.to
        if self.is_dead:
            raise SMTPServerDisconnected("please run connect() first")
        self.sent.extend(message.to)
        return 1


@pytest.fixture(autouse=True)
def backends(settings: Any) -> Iterator[None]:
    """Mail that dies, and text messages that are kept."""
    settings.EMAIL_BACKEND = "tests.orders.test_sending_messages.DyingBackend"
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
    monkeypatch.setattr(module, "SECONDS", -1)

    assert send_messages(at=timezone.now() + timedelta(minutes=2)) == 0

    waiting = OrderMessage.objects.filter(status="waiting", attempts=0, claimed_at=None)
    assert (waiting.count(), DyingBackend.sent, KeepingBackend.sent) == (6, [], [])
