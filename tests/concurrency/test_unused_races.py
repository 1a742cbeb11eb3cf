"""Closing an account that nobody uses at the moment in which somebody does, and by two workers at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions import close_unused as closing
from accounts.actions import hold_unused as holding
from accounts.actions import start_session as starting
from accounts.actions import warn_unused as warning
from accounts.models import AccountMessage, Session, User
from accounts.tokens import RefreshToken
from accounts.uses import NOTICE
from electroports.periods import YEAR
from electroports.transactions import in_transaction
from tests.accounts.calls import refresh
from tests.concurrency import Meeting, at_once
from tests.concurrency.erasing import is_waited_for, log_in, meet
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_years(settings: Any) -> None:
    settings.RETENTION = settings.RETENTION._replace(unused_accounts=2 * YEAR)


def warned(**fields: Any) -> User:
    """A customer whose account is to be closed now."""
    now = timezone.now()
    return make_user(date_joined=now - 3 * YEAR, unused_told_at=now - NOTICE, **fields)


def close() -> int:
    return closing.close_unused(at=timezone.now())


def warn() -> int:
    return warning.warn_unused(at=timezone.now())


def erased(user: User) -> bool:
    return User.objects.get(pk=user.pk).erased_at is not None


def test_a_sign_in_that_comes_too_late_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    user = warned()

    assert meet(monkeypatch, lambda _user: close())(user) == [1, 401]

    assert erased(user)
    assert not Session.objects.exists()


def test_control_a_session_that_does_not_look_for_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(starting.HELD, connection.vendor, "FROM accounts_user WHERE id = %s")
    user = warned()

    assert meet(monkeypatch, lambda _user: close())(user) == [1, 200]

    assert erased(user)
    assert Session.objects.get().user_id == user.pk


def sign_in_before_the_lock(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    """Have somebody sign in when the account was found unused and is about to be closed."""

    def late(work: Callable[[], bool]) -> bool:
        assert log_in(user) == 200
        return in_transaction(work)

    monkeypatch.setattr(closing, "in_transaction", late)


def test_a_sign_in_after_the_account_was_found_unused_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    user = warned()
    sign_in_before_the_lock(monkeypatch, user)

    assert close() == 0

    assert not erased(user)
    assert Session.objects.live(at=timezone.now()).get().user_id == user.pk


def unasked(*, user_id: int, since: Any) -> User:
    """Neither lock nor ask anew."""
    return User.objects.get(pk=user_id)


def test_control_what_was_found_is_not_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    user = warned()
    sign_in_before_the_lock(monkeypatch, user)
    monkeypatch.setattr(closing, "hold_unused", unasked)
    found = iter([closing.told(at=timezone.now())])
    monkeypatch.setattr(closing, "told", lambda **_: next(found, Q()))

    assert close() == 1

    assert erased(user)


def test_a_sign_in_that_is_being_written_keeps_it() -> None:
    user, written, swept = warned(), Event(), Event()

    def slow_sign_in() -> int:
        with transaction.atomic():
            starting.start_session(user=user, at=timezone.now())
            written.set()
            swept.wait(1)  # on SQLite the sweep waits for this transaction
        return 200

    def sweep() -> int:
        assert written.wait(10)
        closed = close()
        swept.set()
        return closed

    assert at_once(slow_sign_in, sweep) == [200, 0]

    assert not erased(user)
    assert Session.objects.live(at=timezone.now()).get().user_id == user.pk


def refresh_while_it_is_closed(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[int]:
    """Close an account whose only session is as old as itself, and refresh that once the account was found unused."""
    settings.SESSION_DAYS = 5_000
    user, held, refreshed, erase = warned(), Event(), Event(), closing.erase_held
    starting.start_session(user=user, at=user.date_joined)
    token = RefreshToken.for_session(
        session_id=Session.objects.get().pk, user_id=user.pk, jti=Session.objects.get().refresh_jti, at=timezone.now()
    )
    Session.objects.update(expires_at=timezone.now() + YEAR)

    def slow_erase(**told: Any) -> None:
        held.set()
        until = monotonic() + 1
        while not refreshed.is_set() and monotonic() < until:
            if connection.vendor == "postgresql" and is_waited_for():
                break
        erase(**told)

    def late_refresh() -> int:
        assert held.wait(10)
        status = refresh(str(token)).status_code
        refreshed.set()
        return int(status)

    monkeypatch.setattr(closing, "erase_held", slow_erase)
    return at_once(close, late_refresh)


def test_a_refresh_that_comes_too_late_is_refused(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    assert refresh_while_it_is_closed(monkeypatch, settings) == [1, 401]

    assert not Session.objects.exists()


def test_control_sessions_that_are_not_locked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    nothing = SimpleNamespace(select_for_update=Session.objects.none)
    monkeypatch.setattr(holding, "Session", SimpleNamespace(objects=nothing))

    assert refresh_while_it_is_closed(monkeypatch, settings) == [1, 200]

    assert not Session.objects.exists(), "tokens that are good for nothing"


def test_two_workers_tell_each_owner_once_and_close_each_account_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        make_user(date_joined=timezone.now() - 3 * YEAR)
    in_step(monkeypatch, warning)

    assert sum(at_once(warn, warn)) == 6

    assert AccountMessage.objects.filter(kind="account_unused").values("user").distinct().count() == 6
    assert AccountMessage.objects.count() == 6
    User.objects.update(unused_told_at=timezone.now() - NOTICE)
    in_step(monkeypatch, closing)

    assert sum(at_once(close, close)) == 6

    assert User.objects.filter(erased_at__isnull=False).count() == 6
    assert AccountMessage.objects.filter(kind="account_erased").count() == 6


def in_step(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    """Have two workers begin with the accounts when both have found them."""
    meeting = Meeting(2)

    def together(work: Callable[[], bool]) -> bool:
        meeting.wait()
        return in_transaction(work)

    monkeypatch.setattr(module, "in_transaction", together)


def test_control_two_workers_that_do_not_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    make_user(date_joined=timezone.now() - 3 * YEAR)
    meeting = Meeting(2, at_most=3)
    monkeypatch.setattr(warning, "hold_unused", unasked)
    monkeypatch.setattr(warning, "refuse_erasure", lambda **_: meeting.wait())

    assert sum(at_once(warn, warn)) == 2

    assert AccountMessage.objects.filter(kind="account_unused").count() == 2
