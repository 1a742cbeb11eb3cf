"""What the tests of codes to phones share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.send_account_messages import send_account_messages
from accounts.models import PhoneCode, PhoneCodeCount
from tests.accounts.calls import everything
from tests.fakes.sms import KeepingBackend

CODE, CONFIRM = "/api/users/login/code", "/api/users/login/code/confirm"
MINE, MINE_CONFIRM = "/api/users/me/phone", "/api/users/me/phone/confirm"
PHONE = "+254712345678"


@pytest.fixture
def sms(settings: Any) -> Iterator[type[KeepingBackend]]:
    """Keeps text messages."""
    settings.SMS_BACKEND = "tests.fakes.sms.KeepingBackend"
    KeepingBackend.sent.clear()
    KeepingBackend.failing.clear()
    yield KeepingBackend
    KeepingBackend.sent.clear()
    KeepingBackend.failing.clear()


def deliver(at: datetime | None = None) -> None:
    """Send what waits in the outbox, as the worker does."""
    send_account_messages(at=at or timezone.now())


def ask(phone: str = PHONE, client: APIClient | None = None, url: str = CODE) -> str:
    """Ask for a code; return the one that arrived."""
    response = (client or APIClient()).post(url, {"phone": phone})
    assert (response.status_code, response.content) == (204, b""), response.content
    deliver()
    found = re.search(r"\b\d{6}\b", KeepingBackend.sent[-1].text)
    assert found is not None
    return found[0]


def forget_pauses() -> None:
    """Let another code be asked for at once."""
    PhoneCodeCount.objects.all().delete()


def confirm(code: str, phone: str = PHONE, **more: Any) -> Any:
    return APIClient().post(CONFIRM, {"phone": phone, "code": code, **more})


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def everything_of_phones() -> list[Any]:
    return [*everything(), list(PhoneCode.objects.order_by("pk").values_list("pk", "used_at", "voided_at"))]
