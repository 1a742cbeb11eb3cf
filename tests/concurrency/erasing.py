"""What the tests of erasures share: a sign-in at the very moment in which an account is erased."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.actions import erase_user as erasing
from accounts.actions import sign_in as signing
from accounts.models import User
from tests.concurrency import at_once
from tests.factories import PASSWORD

BLOCKING = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


def log_in(user: User) -> int:
    response = APIClient().post("/api/users/login", {"username": user.username, "password": PASSWORD})
    if response.status_code == 401:
        assert response.json()["code"] == "invalid_credentials"
    return int(response.status_code)


def meet(monkeypatch: pytest.MonkeyPatch, erase: Callable[[User], int]) -> Callable[[User], list[int]]:
    """Return what erases and logs in at once, so that the session is written while the erasure has deleted the others.

    The erasure begins once the password was found right; on PostgreSQL it commits once the sign-in waits for it.
    """
    checked, deleted = Event(), Event()
    tell, start = erasing.tell_user, signing.start_session

    def slow_start(**told: Any) -> Any:
        checked.set()
        assert deleted.wait(10)
        return start(**told)

    def slow_tell(**told: Any) -> None:
        deleted.set()
        until = monotonic() + 10
        while connection.vendor == "postgresql" and not is_waited_for():
            assert monotonic() < until, "the sign-in does not wait"
        tell(**told)

    def late_erase(user: User) -> int:
        assert checked.wait(10)
        return erase(user)

    monkeypatch.setattr(signing, "start_session", slow_start)
    monkeypatch.setattr(erasing, "tell_user", slow_tell)
    return lambda user: at_once(partial(late_erase, user), partial(log_in, user))


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(BLOCKING)
        return bool(cursor.fetchone()[0])
