"""How long sessions are good for: the limits of customers and of staff, and changes of rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIRequestFactory

from accounts.actions.note_use import note_use
from accounts.actions.start_session import TokenPair, write_session
from accounts.devices import Device
from accounts.errors import SignInAgain
from accounts.models import Session, User
from accounts.querysets import SessionQuerySet
from accounts.recent import require_recent_sign_in
from accounts.tokens import AccessToken
from tests.accounts.calls import everything, me, refresh, refused
from tests.factories import make_user
from tests.staff import client_of

STAFF = {"is_staff": True}
ADMIN = {"is_staff": True, "is_superuser": True}


def begin(*, second_factor: bool = False, **rights: bool) -> TokenPair:
    now = timezone.now()
    user = make_user(**rights)
    return write_session(user=user, second_factor_at=now if second_factor else None, at=now)


def change(pair: TokenPair, **fields: Any) -> None:
    assert Session.objects.filter(pk=AccessToken(pair.access).session_id).update(**fields) == 1  # type: ignore[arg-type]


def is_alive(pair: TokenPair) -> bool:
    """Whether the session's tokens work, which the written-out statement and the query set agree on."""
    status = me(pair.access).status_code
    before = everything()
    session: SessionQuerySet = Session.objects.live(at=timezone.now())
    is_live = session.filter(pk=AccessToken(pair.access).session_id).exists()  # type: ignore[arg-type]
    assert status == (200 if is_live else 401)
    if not is_live:
        refused(refresh(pair.refresh), 401, "token_not_valid")
        refused(me(pair.access), 401, "token_not_valid")
        assert everything() == before
    return is_live


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rights", "second_factor", "wanted", "alive"),
    [
        ({}, False, True, True),
        ({}, False, False, True),
        (STAFF, False, True, False),
        (STAFF, True, True, True),
        (STAFF, False, False, True),
        (ADMIN, False, True, False),
        (ADMIN, True, True, True),
        ({"is_superuser": True}, False, True, False),
    ],
)
def test_staff_need_a_second_factor_where_the_shop_says_so(
    rights: dict[str, bool], second_factor: bool, wanted: bool, alive: bool, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = wanted

    assert is_alive(begin(second_factor=second_factor, **rights)) is alive


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rights", "field", "ago", "alive"),
    [
        (STAFF, "last_seen_at", timedelta(minutes=29, seconds=50), True),
        (STAFF, "last_seen_at", timedelta(minutes=30), False),
        (ADMIN, "last_seen_at", timedelta(minutes=30), False),
        ({}, "last_seen_at", timedelta(days=29), True),
        (STAFF, "created_at", timedelta(hours=11, minutes=59), True),
        (STAFF, "created_at", timedelta(hours=12), False),
        ({}, "created_at", timedelta(days=179), True),
        ({}, "created_at", timedelta(days=180), False),
    ],
)
def test_sessions_end_unused_and_after_a_time(rights: dict[str, bool], field: str, ago: timedelta, alive: bool) -> None:
    pair = begin(second_factor=True, **rights)
    change(pair, **{field: timezone.now() - ago})

    assert is_alive(pair) is alive


@pytest.mark.django_db
def test_staff_of_whom_nobody_knows_when_they_were_seen_sign_in_again() -> None:
    of_staff, of_customer = begin(second_factor=True, **STAFF), begin()
    for pair in (of_staff, of_customer):
        change(pair, last_seen_at=None)

    assert [is_alive(of_staff), is_alive(of_customer)] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"is_staff": True}),
        ({}, {"is_superuser": True}),
        (STAFF, {"is_staff": False}),
        (STAFF, {"is_superuser": True}),
        (ADMIN, {"is_superuser": False}),
        ({}, {"is_active": False}),
        (STAFF, {"is_active": False}),
    ],
)
def test_who_gets_other_rights_is_out_at_once(before: dict[str, bool], after: dict[str, bool]) -> None:
    pair = begin(second_factor=True, **before)
    assert is_alive(pair)

    User.objects.update(**after)

    assert not is_alive(pair)


@pytest.mark.django_db
@pytest.mark.parametrize(("rights", "ago", "writes"), [({}, 4, 0), ({}, 5, 1), (ADMIN, 0, 0), (ADMIN, 1, 1)])
def test_use_is_noted_every_few_minutes(
    rights: dict[str, bool], ago: int, writes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pair = begin(second_factor=True, **rights)
    seen_at = timezone.now() - timedelta(minutes=ago)
    change(pair, last_seen_at=seen_at, address="192.0.2.1")

    with django_assert_num_queries(1 + writes):
        assert me(pair.access).status_code == 200
    with django_assert_num_queries(1):
        assert me(pair.access).status_code == 200

    session = Session.objects.get()
    assert (session.last_seen_at != seen_at) == bool(writes)
    assert session.address == ("127.0.0.1" if writes else "192.0.2.1")


@pytest.mark.django_db
def test_a_database_that_cannot_write_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = begin()
    seen_at = timezone.now() - timedelta(hours=1)
    change(pair, last_seen_at=seen_at)

    def locked(*_: object, **__: object) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(SessionQuerySet, "update", locked)
    assert me(pair.access).status_code == 200
    monkeypatch.undo()

    assert Session.objects.get().last_seen_at == seen_at


@pytest.mark.django_db
@pytest.mark.parametrize("blow", ["ended", "seen"])
def test_use_is_noted_of_live_sessions_once(blow: str) -> None:
    now = timezone.now()
    pair = begin()
    change(pair, last_seen_at=now - timedelta(hours=1), **({"ended_at": now} if blow == "ended" else {}))
    if blow == "seen":
        change(pair, last_seen_at=now)
    before = everything()

    note_use(session_id=AccessToken(pair.access).session_id, device=Device(), at=now)  # type: ignore[arg-type]

    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "recent"), [(0, True), (14, True), (15, False), (60, False), (-1, False)])
def test_what_needs_a_recent_sign_in(
    minutes: int, recent: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pair = begin()
    now = timezone.now()
    change(pair, created_at=now - timedelta(minutes=minutes))
    request: Any = APIRequestFactory().post("/")
    request.auth = AccessToken(pair.access)  # type: ignore[arg-type]

    with django_assert_num_queries(1):
        if recent:
            require_recent_sign_in(request, at=now)
        else:
            with pytest.raises(SignInAgain):
                require_recent_sign_in(request, at=now)


@pytest.mark.django_db
def test_nobody_has_not_signed_in_recently() -> None:
    request: Any = APIRequestFactory().post("/")
    request.auth = None

    with pytest.raises(SignInAgain) as refusal:
        require_recent_sign_in(request, at=timezone.now())

    assert (refusal.value.status, refusal.value.code) == (403, "sign_in_again")


@pytest.mark.django_db
@pytest.mark.parametrize("rights", [{}, ADMIN])
def test_clients_of_tests_are_signed_in(rights: dict[str, bool]) -> None:
    assert client_of(make_user(**rights)).get("/api/users/me").status_code == 200
