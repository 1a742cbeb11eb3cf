"""POST /api/users/logout, and what becomes of sessions afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Session, User
from accounts.tasks import delete_dead_sessions
from tests.accounts.calls import everything, log_in, me, refresh, refused
from tests.factories import make_user

URL = "/api/users/logout"


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="wanjiku")


def test_the_session_is_over_with_all_its_tokens(api: APIClient, wanjiku: User) -> None:
    here, elsewhere = log_in(wanjiku), log_in(wanjiku)

    response = api.post(URL, {"refresh": here["refresh"]})

    assert (response.status_code, response.content) == (204, b"")
    refused(me(here["access"]), 401, "token_not_valid")
    refused(refresh(here["refresh"]), 401, "token_not_valid")
    assert me(elsewhere["access"]).status_code == 200
    assert sorted(Session.objects.values_list("end_reason", flat=True)) == ["", "signed_out"]


def test_twice_is_no_error_and_changes_nothing(api: APIClient, wanjiku: User) -> None:
    token = log_in(wanjiku)["refresh"]
    api.post(URL, {"refresh": token})
    before = everything()

    assert api.post(URL, {"refresh": token}).status_code == 204

    assert everything() == before


def test_an_older_token_of_the_session_does_it_too(api: APIClient, wanjiku: User) -> None:
    first = log_in(wanjiku)
    second = refresh(first["refresh"]).json()

    assert api.post(URL, {"refresh": first["refresh"]}).status_code == 204

    refused(me(second["access"]), 401, "token_not_valid")


def test_an_access_token_does_not_do(api: APIClient, wanjiku: User) -> None:
    pair = log_in(wanjiku)
    before = everything()

    refused(api.post(URL, {"refresh": pair["access"]}), 401, "token_not_valid")

    assert everything() == before


def test_dead_sessions_are_deleted_once_their_tokens_have_expired(wanjiku: User) -> None:
    now = timezone.now()
    for expires_at, ended_at in [
        (now - timedelta(seconds=1), None),
        (now - timedelta(seconds=1), now - timedelta(days=1)),
        (now + timedelta(days=1), now - timedelta(days=1)),
        (now + timedelta(days=1), None),
    ]:
        Session.objects.create(
            user=wanjiku, refresh_jti="x", created_at=now, rotated_at=now, expires_at=expires_at, ended_at=ended_at
        )

    assert delete_dead_sessions() == 2
    assert delete_dead_sessions() == 0
    assert Session.objects.filter(expires_at__gt=now).count() == 2
