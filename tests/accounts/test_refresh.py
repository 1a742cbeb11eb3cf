"""POST /api/users/token/refresh: rotation, reuse and races."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.actions import rotate_session as rotating
from accounts.actions.rotate_session import rotate_session
from accounts.actions.start_session import start_session
from accounts.devices import Device
from accounts.errors import TokenReused
from accounts.models import AccountMessage, Session, User
from accounts.tokens import RefreshToken
from tests.accounts.calls import everything, field_codes, log_in, me, refresh, refused
from tests.factories import make_user

THREADS = 6


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="wanjiku")


def test_the_next_pair_works_and_the_session_lives_on(wanjiku: User) -> None:
    first = log_in(wanjiku)
    expires_at = Session.objects.get().expires_at

    response = refresh(first["refresh"])

    assert response.status_code == 200
    second = response.json()
    assert set(second) == {"access", "refresh"}
    assert second["refresh"] != first["refresh"]
    assert response["Cache-Control"] == "no-store"
    assert [me(pair["access"]).status_code for pair in (first, second)] == [200, 200]
    assert Session.objects.get().expires_at > expires_at
    assert refresh(second["refresh"]).status_code == 200
    assert Session.objects.count() == 1


def test_rotation_takes_one_query(wanjiku: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token = log_in(wanjiku)["refresh"]

    with django_assert_num_queries(1):
        assert refresh(token).status_code == 200
    with django_assert_num_queries(2):  # once more, as the other of two tabs
        assert refresh(token).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_reused_token_ends_the_whole_family() -> None:
    user = make_user()
    first, elsewhere = log_in(user), log_in(user)
    second = refresh(first["refresh"]).json()
    third = refresh(second["refresh"]).json()

    refused(refresh(first["refresh"]), 401, "token_reused")

    ended = Session.objects.get(pk=RefreshToken(first["refresh"]).session_id)
    assert ended.ended_at is not None
    assert ended.end_reason == "token_reused"
    refused(refresh(third["refresh"]), 401, "token_not_valid")
    refused(refresh(first["refresh"]), 401, "token_not_valid")
    for pair in (first, second, third):
        refused(me(pair["access"]), 401, "token_not_valid")
    assert me(elsewhere["access"]).status_code == 200
    assert refresh(elsewhere["refresh"]).status_code == 200
    (told,) = AccountMessage.objects.filter(kind="token_reused")  # once, however often it comes back
    assert (told.user, told.recipient) == (user, user.email)


def test_the_token_before_gives_the_newest_again_for_a_while(wanjiku: User, settings: Any) -> None:
    first = log_in(wanjiku)
    second = refresh(first["refresh"]).json()
    rotated_at = Session.objects.get().rotated_at
    before = everything()

    for seconds in (0, 10, 29.9):
        again = rotate_session(refresh_token=first["refresh"], at=rotated_at + timedelta(seconds=seconds))
        assert again.refresh == second["refresh"]
    assert everything() == before
    again = refresh(first["refresh"])
    assert again.json()["refresh"] == second["refresh"]
    assert me(again.json()["access"]).status_code == 200

    with pytest.raises(TokenReused):
        rotate_session(refresh_token=first["refresh"], at=rotated_at + timedelta(seconds=30))
    assert Session.objects.get().end_reason == "token_reused"
    refused(refresh(second["refresh"]), 401, "token_not_valid")


def test_control_without_the_while_the_second_of_two_tabs_signs_both_out(wanjiku: User, settings: Any) -> None:
    settings.REFRESH_REUSE_SECONDS = 0
    first = log_in(wanjiku)
    second = refresh(first["refresh"]).json()

    refused(refresh(first["refresh"]), 401, "token_reused")

    refused(me(second["access"]), 401, "token_not_valid")


def test_who_goes_on_with_a_stolen_token_is_found_out(wanjiku: User) -> None:
    """A thief who copies the token in the very seconds after it was exchanged shares the next one, and no longer."""
    stolen = log_in(wanjiku)["refresh"]
    owners = refresh(stolen).json()["refresh"]
    thiefs = refresh(stolen).json()["refresh"]
    assert thiefs == owners
    refresh(owners)
    long_ago = timezone.now() - timedelta(minutes=15)
    Session.objects.update(rotated_at=long_ago)

    refused(refresh(thiefs), 401, "token_reused")

    assert Session.objects.get().end_reason == "token_reused"


def test_a_request_that_was_on_its_way_before_the_rotation_is_no_thief(wanjiku: User) -> None:
    first = log_in(wanjiku)
    second = refresh(first["refresh"]).json()
    third = refresh(second["refresh"]).json()
    rotated_at = Session.objects.get().rotated_at
    before = everything()

    with pytest.raises(TokenReused):
        rotate_session(refresh_token=first["refresh"], at=rotated_at)
    assert everything() == before
    assert me(third["access"]).status_code == 200

    with pytest.raises(TokenReused):
        rotate_session(refresh_token=first["refresh"], at=rotated_at + timedelta(microseconds=1))
    assert Session.objects.get().end_reason == "token_reused"


def test_the_token_before_is_worth_nothing_once_the_session_is_over(wanjiku: User) -> None:
    first = log_in(wanjiku)
    refresh(first["refresh"])
    disable(wanjiku)

    refused(refresh(first["refresh"]), 401, "token_not_valid")


def test_a_refresh_notes_from_where_the_session_is_used(wanjiku: User) -> None:
    token = log_in(wanjiku)["refresh"]
    Session.objects.update(address=None, last_seen_at=None)

    refresh(token)

    session = Session.objects.get()
    assert (session.address, session.last_seen_at) == ("127.0.0.1", session.rotated_at)


def disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def delete(user: User) -> None:
    user.delete()


def set_password(user: User) -> None:
    user.set_password("staple 7 tree lantern")
    user.save()


def set_password_alone(user: User) -> None:
    user.set_password("staple 7 tree lantern")
    user.save(update_fields=["password"])


def expire(user: User) -> None:
    user.sessions.update(expires_at=timezone.now())


def end(user: User) -> None:
    user.sessions.update(ended_at=timezone.now())


@pytest.mark.parametrize("blow", [disable, delete, set_password, set_password_alone, expire, end])
def test_tokens_of_a_session_that_is_over_are_dead_at_once(wanjiku: User, blow: Callable[[User], None]) -> None:
    pair = log_in(wanjiku)

    blow(wanjiku)
    before = everything()

    refused(refresh(pair["refresh"]), 401, "token_not_valid")
    refused(me(pair["access"]), 401, "token_not_valid")
    assert everything() == before


def test_a_password_that_changes_while_it_is_being_checked_leaves_no_session(wanjiku: User) -> None:
    read_before = User.objects.get()
    set_password(wanjiku)

    pair = start_session(user=read_before, at=timezone.now())

    refused(me(pair.access), 401, "token_not_valid")
    refused(refresh(pair.refresh), 401, "token_not_valid")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {("refresh", "required")}),
        ({"refresh": None}, {("refresh", "null")}),
        ({"refresh": ""}, {("refresh", "blank")}),
        ({"refresh": 5}, {("refresh", "invalid")}),
        ({"refresh": ["a.b.c"]}, {("refresh", "invalid")}),
        ({"refresh": "a" * 2049}, {("refresh", "max_length")}),
    ],
)
@pytest.mark.parametrize("path", ["token/refresh", "logout"])
def test_a_wrong_body_is_400(api: APIClient, path: str, body: Any, codes: set[tuple[str, str]]) -> None:
    assert field_codes(refused(api.post(f"/api/users/{path}", body), 400, "invalid")) == codes


def all_at_once(token: str) -> list[Any]:
    """The answers to THREADS refreshes of one token."""
    responses: list[Any] = []

    def one() -> None:
        try:
            responses.append(refresh(token))
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return responses


@pytest.mark.django_db(transaction=True)
def test_of_parallel_refreshes_all_go_on_with_one_token(monkeypatch: pytest.MonkeyPatch) -> None:
    token = log_in(make_user())["refresh"]
    claim, ready, claims = rotating.claim_rotation, Barrier(THREADS, timeout=30), []

    def claim_together(**arguments: Any) -> bool:
        ready.wait()
        claims.append(claim(**arguments))
        return claims[-1]

    monkeypatch.setattr(rotating, "claim_rotation", claim_together)
    responses = all_at_once(token)
    monkeypatch.undo()

    assert [response.status_code for response in responses] == [200] * THREADS
    assert sorted(claims) == [*[False] * (THREADS - 1), True]
    pairs = [response.json() for response in responses]
    assert len({pair["refresh"] for pair in pairs}) == 1
    assert len({pair["access"] for pair in pairs}) == THREADS
    assert all(me(pair["access"]).status_code == 200 for pair in pairs)
    assert refresh(pairs[0]["refresh"]).status_code == 200
    assert Session.objects.get().ended_at is None


@pytest.mark.django_db(transaction=True)
def test_control_a_check_and_then_a_save_makes_tokens_of_which_one_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    token = log_in(make_user())["refresh"]
    ready = Barrier(THREADS, timeout=30)

    def check_then_save(*, old: RefreshToken, new: RefreshToken, device: Device, at: datetime) -> bool:
        session = Session.objects.live(at=at).get(pk=old.session_id)
        if session.refresh_jti != old.jti:
            return False
        ready.wait()
        session.refresh_jti = new.jti
        session.save()
        return True

    monkeypatch.setattr(rotating, "claim_rotation", check_then_save)
    responses = all_at_once(token)

    assert [response.status_code for response in responses] == [200] * THREADS
    assert len({response.json()["refresh"] for response in responses}) == THREADS
