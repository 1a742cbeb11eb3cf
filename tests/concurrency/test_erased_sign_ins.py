"""Erasing somebody whose password was right a moment ago: no session of an erased account is left."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import erase_user as erasing
from accounts.actions import start_session as starting
from accounts.models import FailureCount, Session, User
from tests.concurrency import at_once
from tests.concurrency.erasing import log_in, meet
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def erase(user: User) -> int:
    erasing.erase_user(user=user, at=timezone.now())
    return 204


def test_no_session_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()

    assert meet(monkeypatch, erase)(user) == [204, 401]

    assert not Session.objects.exists()
    assert not FailureCount.objects.filter(user=user).exists()


def test_control_a_session_that_does_not_look_for_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(starting.HELD, connection.vendor, "FROM accounts_user WHERE id = %s")
    user = make_user()

    assert meet(monkeypatch, erase)(user) == [204, 200]

    assert Session.objects.get().user_id == user.pk


def test_whichever_is_first() -> None:
    for _ in range(5):
        user = make_user()

        erased, status = at_once(partial(erase, user), partial(log_in, user))

        assert erased == 204
        assert status in (200, 401)
        assert not Session.objects.exists()
