"""When an account was last used is known from its sessions, and outlives them at no cost to whoever signs in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions.forget_sessions import forget_sessions
from accounts.models import User
from accounts.uses import with_last_use
from tests.accounts.unused import CUT, DAY, NOW, session_of, unused
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_dead_sessions_leave_the_last_use_with_the_account() -> None:
    user, other, erased = unused(), unused(last_used_at=CUT), make_user(erased_at=NOW, is_active=False)
    for rotated, seen_at in ((CUT, CUT + DAY), (CUT + 2 * DAY, None), (CUT - DAY, CUT - DAY), (CUT + 3 * DAY, CUT)):
        session_of(user, rotated=rotated, seen=seen_at, expires=NOW)
    session_of(user, rotated=NOW, seen=NOW)
    session_of(other, rotated=CUT - 9 * DAY, seen=None, expires=NOW)
    session_of(erased, rotated=CUT, seen=None, expires=NOW)

    assert forget_sessions(at=NOW) == 6

    assert User.objects.get(pk=user.pk).last_used_at == CUT + 3 * DAY
    assert User.objects.get(pk=other.pk).last_used_at == CUT, "what was known was later"
    assert User.objects.get(pk=erased.pk).last_used_at is None
    assert with_last_use(User.objects.filter(pk=user.pk)).get().last_use == NOW, "of the session that lives"


def test_dead_sessions_of_many_take_no_more_queries() -> None:
    def queries(users: int) -> int:
        for _ in range(users):
            session_of(make_user(), rotated=CUT, seen=None, expires=NOW)
        with CaptureQueriesContext(connection) as asked:
            assert forget_sessions(at=NOW) == users
        return len(asked)

    assert queries(1) == queries(50)


def test_a_log_in_and_a_call_write_no_more_than_before() -> None:
    user = make_user()
    client = APIClient()

    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/api/users/login", {"username": user.username, "password": PASSWORD})
        client.get("/api/users/me", headers={"Authorization": f"Bearer {answer.json()['access']}"})

    assert answer.status_code == 200
    written = [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert not [sql for sql in written if "last_used_at" in sql]
    assert User.objects.get(pk=user.pk).last_used_at is None
