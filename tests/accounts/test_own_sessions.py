"""GET and DELETE /api/users/me/sessions: where one is signed in, and signing out there."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.actions import start_session as starting
from accounts.actions.start_session import start_session
from accounts.devices import Device, device_words
from accounts.models import Session, User
from accounts.tokens import RefreshToken
from tests.accounts.calls import bearer, everything, field_codes, me, refresh, refused
from tests.concurrency import at_once
from tests.factories import make_user

URL = "/api/users/me/sessions"
CHROME = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="wanjiku")


def begin(user: User, *, agent: str = CHROME, ago: timedelta = timedelta(0)) -> Any:
    return start_session(user=user, device=Device(agent, "197.232.61.10"), at=timezone.now() - ago)


def caller_of(pair: Any) -> APIClient:
    return APIClient(headers=bearer(pair.access))


def id_of(pair: Any) -> UUID:
    return RefreshToken(pair.refresh).session_id


def test_all_that_are_alive_are_listed(wanjiku: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here, elsewhere, over = begin(wanjiku), begin(wanjiku, agent="", ago=timedelta(minutes=4)), begin(wanjiku)
    Session.objects.filter(pk=id_of(over)).update(ended_at=timezone.now())
    begin(make_user())
    for _ in range(20):
        begin(wanjiku, ago=timedelta(hours=1))

    with django_assert_num_queries(2):
        response = caller_of(here).get(URL)

    body = response.json()
    assert (response.status_code, body["count"], body["next"], body["previous"]) == (200, 22, None, None)
    first, second = body["results"][:2]
    assert (first["id"], first["current"], first["device"]) == (str(id_of(here)), True, "Chrome on Android")
    assert (first["method"], first["address"]) == ("password", "197.232.61.10")
    assert datetime.fromisoformat(first["signed_in_at"]) == Session.objects.get(pk=id_of(here)).created_at
    assert (second["id"], second["current"], second["device"]) == (str(id_of(elsewhere)), False, "Unknown device")
    assert set(first) == {"id", "current", "device", "method", "address", "signed_in_at", "last_seen_at"}
    assert response["Cache-Control"] == "no-store"


def test_one_of_the_callers_ends(wanjiku: User) -> None:
    here, elsewhere = begin(wanjiku), begin(wanjiku)

    response = caller_of(here).delete(f"{URL}/{id_of(elsewhere)}")

    assert (response.status_code, response.content) == (204, b"")
    refused(me(elsewhere.access), 401, "token_not_valid")
    refused(refresh(elsewhere.refresh), 401, "token_not_valid")
    assert me(here.access).status_code == 200
    assert caller_of(here).delete(f"{URL}/{id_of(here)}").status_code == 204
    refused(me(here.access), 401, "token_not_valid")


def test_others_and_those_that_are_over_are_not_there(wanjiku: User) -> None:
    here, over, strangers = begin(wanjiku), begin(wanjiku), begin(make_user())
    caller_of(over).delete(f"{URL}/{id_of(over)}")
    before = everything()

    for wanted in (id_of(over), id_of(strangers), uuid4(), "nothing", "1"):
        refused(caller_of(here).delete(f"{URL}/{wanted}"), 404, "not_found")

    assert everything() == before


@pytest.mark.parametrize(("query", "here_lives"), [("", True), ("?all=false", True), ("?all=true", False)])
def test_all_others_end_or_all(wanjiku: User, client: Client, query: str, here_lives: bool) -> None:
    here, elsewhere, strangers, under_way = begin(wanjiku), begin(wanjiku), begin(make_user()), User.objects.first()
    assert under_way == wanjiku
    client.force_login(wanjiku)  # a browser in the back office

    assert caller_of(here).delete(f"{URL}{query}").status_code == 204

    late = start_session(user=under_way, at=timezone.now())
    assert [me(pair.access).status_code for pair in (elsewhere, late, strangers)] == [401, 401, 200]
    assert (me(here.access).status_code == 200) is here_lives
    assert (refresh(here.refresh).status_code == 200) is here_lives
    assert get_user(client).is_anonymous  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "codes"),
    [("?all=yes", {("all", "invalid")}), ("?every=true", {("every", "unknown_parameter")})],
)
def test_a_parameter_that_makes_no_sense(wanjiku: User, query: str, codes: set[tuple[str, str]]) -> None:
    here = begin(wanjiku)
    before = everything()

    assert field_codes(refused(caller_of(here).delete(f"{URL}{query}"), 400, "invalid")) == codes
    refused(caller_of(here).get(f"{URL}?all=true"), 400, "invalid")
    assert everything() == before


def test_one_sign_in_too_many_ends_what_was_used_longest_ago(wanjiku: User, settings: Any) -> None:
    settings.SESSIONS_PER_USER = 3
    oldest, unused = begin(wanjiku, ago=timedelta(days=9)), begin(wanjiku, ago=timedelta(days=5))
    begin(make_user(), ago=timedelta(days=10))
    begin(wanjiku, ago=timedelta(days=2))
    assert me(oldest.access).status_code == 401  # its token is long over
    refresh(oldest.refresh)  # but it is in use

    newest = begin(wanjiku)

    assert dict(Session.objects.exclude(ended_at=None).values_list("pk", "end_reason")) == {
        id_of(unused): "outnumbered"
    }
    assert me(newest.access).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_many_sign_ins_at_once_leave_as_many_as_may_be(settings: Any) -> None:
    settings.SESSIONS_PER_USER = 2
    user = make_user()

    at_once(*[partial(begin, user)] * 6)

    assert user.sessions.filter(ended_at=None).count() == 2
    assert user.sessions.filter(end_reason="outnumbered").count() == 4


@pytest.mark.django_db(transaction=True)
def test_control_without_the_guard_all_of_them_live(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SESSIONS_PER_USER = 2
    user = make_user()
    monkeypatch.setattr(starting, "end_outnumbered", lambda **_: 0)

    at_once(*[partial(begin, user)] * 6)

    assert user.sessions.filter(ended_at=None).count() == 6


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Android"),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
                "Safari/537.36 Edg/126.0.0.0"
            ),
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
                "Safari/605.1.15"
            ),
            "Safari on Mac",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) "
                "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet on Android",
        ),
        ("Opera/9.80 (Android; Opera Mini/72.0/191.345; U; en) Presto/2.12.423", "Opera Mini on Android"),
        ("curl/8.5.0", "curl"),
        ("ShopApp/3.1 (Android 14)", "Android"),
        ("x" * 200, "x" * 40),
        ("", "Unknown device"),
        ("/", "Unknown device"),
    ],
)
def test_devices_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words
