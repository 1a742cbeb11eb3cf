"""Failed sign-ins: how many are let pass, for how long nothing is tried afterwards, and when they are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions.sign_in import sign_in
from accounts.devices import Device
from accounts.errors import InvalidCredentials, TooManyAttempts
from accounts.models import FailureCount, Session, User
from tests.factories import PASSWORD, make_user

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="Wanjiku", email="Wanjiku@example.com")


def attempt(
    password: str = "wrong", *, identifier: str = "wanjiku", address: str | None = "203.0.113.7", at: datetime = NOW
) -> int:
    """Try to sign in; return what the API would answer."""
    try:
        sign_in(identifier=identifier, password=password, device=Device("tests", address), at=at)
    except (InvalidCredentials, TooManyAttempts) as refusal:
        return refusal.status
    return 200


def wait(**told: str) -> timedelta:
    """How long to wait, as a refusal says."""
    with pytest.raises(TooManyAttempts) as refused:
        sign_in(identifier="wanjiku", password=PASSWORD, device=Device("tests", "203.0.113.7"), at=NOW)
    assert refused.value.retry_after is not None
    return refused.value.retry_after


@pytest.mark.parametrize("identifier", ["wanjiku", "nobody", "nobody@example.com"])
def test_after_five_failures_nothing_is_tried_for_a_minute(wanjiku: User, identifier: str) -> None:
    assert [attempt(identifier=identifier) for _ in range(7)] == [401] * 5 + [429] * 2
    assert Session.objects.count() == 0

    assert attempt(identifier=identifier, at=NOW + MINUTE) == 401
    assert attempt(identifier=identifier, at=NOW + 2 * MINUTE) == 429
    assert attempt(identifier=identifier, at=NOW + 3 * MINUTE) == 401


def test_the_right_password_is_not_tried_either_while_locked(wanjiku: User) -> None:
    for _ in range(5):
        attempt()

    assert wait() == MINUTE
    assert attempt(PASSWORD) == 429
    assert Session.objects.count() == 0
    assert attempt(PASSWORD, at=NOW + MINUTE) == 200
    assert [attempt(at=NOW + MINUTE) for _ in range(6)] == [401] * 5 + [429]


def test_no_row_tells_who_tried_or_from_where(wanjiku: User) -> None:
    attempt(identifier="Nobody@Example.com")

    rows = FailureCount.objects.values_list()
    assert rows.count() == 2
    assert "nobody" not in repr(rows).lower()
    assert "203.0.113" not in repr(rows)
