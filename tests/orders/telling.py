"""What the tests of messages about orders have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.actions.advance_order import advance_order
from orders.actions.send_messages import send_messages
from orders.life import Status
from orders.models import Order, OrderMessage
from tests.factories import make_user
from tests.fakes.sms import KeepingBackend
from tests.payments.conftest import simulated  # noqa: F401  # a fixture


@pytest.fixture(autouse=True)
def texts(settings: Any) -> Iterator[list[Any]]:
    """What phones were sent."""
    settings.SMS_BACKEND = "tests.fakes.sms.KeepingBackend"
    KeepingBackend.sent.clear()
    KeepingBackend.failing.clear()
    yield KeepingBackend.sent
    KeepingBackend.failing.clear()


def later(**after: float) -> int:
    """Send what is due so long from now."""
    return send_messages(at=timezone.now() + timedelta(**after))


def states() -> set[tuple[str, str, str]]:
    return set(OrderMessage.objects.values_list("kind", "channel", "status"))


def ship(order: Order) -> None:
    clerk = make_user(is_staff=True)
    for status in (Status.PROCESSING, Status.SHIPPED, Status.DELIVERED):
        advance_order(order=order, status=status, acting_user=clerk, reason="", at=timezone.now())
