"""Failed sign-ins: how many are let pass, for how long nothing is tried afterwards, and when they are forgotten."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import chain

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions.sign_in import sign_in
from accounts.actions.tell_of_locks import tell_of_locks
from accounts.devices import Device
from accounts.errors import InvalidCredentials, TooManyAttempts
from accounts.models import AccountMessage, AuditEntry, FailureCount, Session, User
from accounts.tasks import forget_failures
from tests.accounts.calls import bearer, log_in, refused
from tests.accounts.mailing import BETTER, mailed_token
from tests.factories import PASSWORD, make_user

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TABLE = re.compile(r'(FROM|UPDATE|INSERT INTO) "?(accounts_\w+)')


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


def wait() -> timedelta:
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


def test_success_forgets_the_failures_at_the_account(wanjiku: User) -> None:
    for _ in range(4):
        attempt()

    assert attempt(PASSWORD) == 200
    assert FailureCount.objects.filter(scope="account").count() == 0
    assert [attempt() for _ in range(6)] == [401] * 5 + [429]


def test_pauses_double_up_to_a_quarter_of_an_hour_and_failures_leak_away(wanjiku: User) -> None:
    pauses, at = [], NOW
    for _ in range(4):
        attempt(at=at)
    for _ in range(7):
        assert attempt(at=at) == 401
        end = FailureCount.objects.get(scope="account").locked_until
        assert end is not None
        pauses.append((end - at) // MINUTE)
        at = end

    assert pauses == [1, 2, 4, 8, 15, 15, 15]
    later = at + timedelta(hours=9)
    assert [attempt(at=later) for _ in range(6)] == [401] * 5 + [429]


def test_an_owner_is_not_locked_out_by_strangers_where_they_have_signed_in_before(wanjiku: User) -> None:
    assert attempt(PASSWORD, address="198.51.100.4") == 200

    assert [attempt() for _ in range(6)] == [401] * 5 + [429]
    assert attempt(PASSWORD, address="192.0.2.9") == 429
    assert attempt(PASSWORD, address="198.51.100.4") == 200
    assert [attempt(address="198.51.100.4") for _ in range(6)] == [401] * 5 + [429]


def test_an_address_that_was_used_long_ago_is_not_known(wanjiku: User) -> None:
    assert attempt(PASSWORD, address="198.51.100.4", at=NOW - timedelta(days=91)) == 200
    for _ in range(5):
        attempt()

    assert attempt(PASSWORD, address="198.51.100.4") == 429


def test_an_address_that_guesses_at_many_accounts_is_locked_for_all(wanjiku: User) -> None:
    statuses = [attempt(identifier=f"user-{number}", address="2001:db8::1") for number in range(50)]

    assert statuses == [401] * 50
    assert attempt(PASSWORD, address="2001:db8::2") == 429
    assert attempt(PASSWORD, address="2001:db8:0:1::1") == 200


def test_the_owner_is_told_once_and_nobody_of_unknown_accounts(wanjiku: User) -> None:
    for identifier in ("wanjiku", "nobody"):
        for _ in range(5):
            attempt(identifier=identifier)

    assert [tell_of_locks(at=NOW) for _ in range(2)] == [1, 0]
    message = AccountMessage.objects.get()
    assert (message.kind, message.recipient) == ("locked_out", wanjiku.email)
    attempt(at=NOW + MINUTE)
    assert tell_of_locks(at=NOW) == 0
    assert not AuditEntry.objects.filter(action="locked_out").exists()  # a customer


def test_a_lock_at_an_account_of_staff_is_in_the_audit_trail(wanjiku: User) -> None:
    User.objects.filter(pk=wanjiku.pk).update(is_staff=True)
    for _ in range(5):
        attempt()

    for _ in range(2):
        tell_of_locks(at=NOW)

    entry = AuditEntry.objects.get(action="locked_out")
    assert (entry.object_id, entry.user_id, entry.message) == (str(wanjiku.pk), None, "Failures: Password.")
    assert set(AuditEntry.objects.values_list("action", "how", "name")) == {
        ("refused", "command", ""),  # nobody's deed, wherever it is noticed
        ("locked_out", "command", ""),
    }


@pytest.mark.parametrize("who", ["nobody", "a customer", "a disabled one", "staff"])
@pytest.mark.parametrize("failures", [0, 1, 4])
def test_a_refusal_asks_the_same_of_the_database_whoever_it_is_about(wanjiku: User, who: str, failures: int) -> None:
    make_user(username="otieno")
    User.objects.filter(pk=wanjiku.pk).update(is_staff=who == "staff", is_active=who != "a disabled one")
    asked = []
    for identifier, address in (("otieno", "203.0.113.7"), ("nobody" if who == "nobody" else "wanjiku", "203.0.113.8")):
        for _ in range(failures):
            assert attempt(identifier=identifier, address=address) == 401
        with CaptureQueriesContext(connection) as queries:
            assert attempt(identifier=identifier, address=address) == 401
        asked.append([" ".join(chain(*TABLE.findall(query["sql"]))) or query["sql"].split()[0] for query in queries])

    assert asked[0] == asked[1]
    assert "INSERT INTO accounts_auditentry" in asked[0]
    refusals = AuditEntry.objects.filter(action=AuditEntry.Action.REFUSED)
    assert [entry.object_id for entry in refusals] == [str(wanjiku.pk)] * (failures + 1) * (who == "staff")


def test_what_is_forgotten_is_deleted(wanjiku: User) -> None:
    attempt(at=NOW)
    assert forget_failures() == 2  # NOW is long ago
    assert FailureCount.objects.count() == 0


def test_operators_unlock_an_account_and_an_address(wanjiku: User) -> None:
    for _ in range(5):
        attempt()
    out = StringIO()

    call_command("unlock_account", "WANJIKU@example.com", "--address", "203.0.113.7", stdout=out)

    assert out.getvalue() == "Failures of 203.0.113.7 forgotten: 1.\nCounts of Wanjiku forgotten: 1.\n"
    of_address, of_account = AuditEntry.objects.order_by("pk")
    assert (of_address.model, of_address.message) == ("accounts.failurecount", "Lifted the lock of an address.")
    assert of_address.changes["failures"][0][0].startswith("Address, at any account: Anything")
    assert "203.0.113.7" not in str(AuditEntry.objects.values())
    assert (of_account.object_id, of_account.message) == (str(wanjiku.pk), "Lifted the lock.")
    assert {entry.name for entry in (of_address, of_account)} == {"command line"}
    assert attempt(PASSWORD) == 200
    for words in (["nobody"], [], ["--address", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("unlock_account", *words)


def test_a_device_is_known_by_the_token_that_it_was_given(api: APIClient, wanjiku: User) -> None:
    body = {"username": "wanjiku", "password": PASSWORD}
    token = api.post("/api/users/login", body)["X-Device-Token"]
    Session.objects.update(address="198.51.100.4")
    for _ in range(5):
        assert api.post("/api/users/login", {**body, "password": "wrong"}).status_code == 401

    locked = api.post("/api/users/login", body)
    refused(locked, 429, "too_many_attempts")
    assert 0 < int(locked["Retry-After"]) <= 60
    assert api.post("/api/users/login", body, headers={"X-Device-Token": token + "x"}).status_code == 429
    known = api.post("/api/users/login", body, headers={"X-Device-Token": token})
    assert known.status_code == 200
    assert "X-Device-Token" not in known


def test_wrong_passwords_of_a_stolen_session_count_too(api: APIClient, wanjiku: User) -> None:
    headers = bearer(log_in(wanjiku)["access"])
    body = {"current_password": "wrong", "new_password": "staple 7 tree lantern"}

    statuses = [api.post("/api/users/me/password", body, headers=headers).status_code for _ in range(6)]

    assert statuses == [400] * 5 + [429]


def test_the_owner_gets_in_with_a_new_password_while_strangers_go_on(api: APIClient, wanjiku: User) -> None:
    def fail() -> list[int]:
        body = {"username": "wanjiku", "password": "wrong"}
        return [api.post("/api/users/login", body).status_code for _ in range(6)]

    assert fail() == [401] * 5 + [429]
    token = mailed_token(wanjiku, "reset_password")

    changed = api.post("/api/users/password/reset/confirm", {"token": token, "new_password": BETTER})

    assert changed.status_code == 204
    assert fail() == [401] * 5 + [429]  # nothing is left of the failures at the old password
    body, known = {"username": "wanjiku", "password": BETTER}, {"X-Device-Token": changed["X-Device-Token"]}
    assert api.post("/api/users/login", body).status_code == 429
    assert api.post("/api/users/login", body, headers=known).status_code == 200


def test_a_new_password_forgets_no_wrong_codes(api: APIClient, wanjiku: User) -> None:
    attempt()
    FailureCount.objects.filter(scope="account").update(kind="second_factor")
    token = mailed_token(wanjiku, "reset_password")

    assert api.post("/api/users/password/reset/confirm", {"token": token, "new_password": BETTER}).status_code == 204

    assert FailureCount.objects.filter(user=wanjiku).count() == 1


def test_devices_and_addresses_of_the_password_before_are_not_known(api: APIClient, wanjiku: User) -> None:
    body = {"username": "wanjiku", "password": PASSWORD}
    theirs = [api.post("/api/users/login", body, REMOTE_ADDR=f"198.51.100.{n}")["X-Device-Token"] for n in range(3)]
    token = mailed_token(wanjiku, "reset_password")
    owners = api.post(
        "/api/users/password/reset/confirm",
        {"token": token, "new_password": BETTER},
        headers={"X-Device-Token": theirs[0]},
    )["X-Device-Token"]

    def guess(n: int, token: str = "") -> int:
        wrong = {**body, "password": f"wrong {n}"}
        return int(
            api.post(
                "/api/users/login", wrong, headers={"X-Device-Token": token}, REMOTE_ADDR=f"198.51.100.{n}"
            ).status_code
        )

    assert [guess(n, token) for n, token in enumerate(theirs)] == [401] * 3
    assert [guess(n) for n in range(3)] == [401] * 2 + [429]
    assert [guess(n, token) for n, token in enumerate(theirs)] == [429] * 3
    answer = api.post("/api/users/login", {**body, "password": BETTER}, headers={"X-Device-Token": owners})
    assert (answer.status_code, "X-Device-Token" in answer) == (200, False)


def test_whoever_changes_their_password_keeps_a_known_device(api: APIClient, wanjiku: User) -> None:
    body = {"current_password": PASSWORD, "new_password": BETTER}
    headers = bearer(log_in(wanjiku)["access"])

    token = api.post("/api/users/me/password", body, headers=headers)["X-Device-Token"]

    right, elsewhere = {"username": "wanjiku", "password": BETTER}, {"REMOTE_ADDR": "192.0.2.9"}
    for _ in range(5):
        assert api.post("/api/users/login", {**right, "password": "wrong"}, **elsewhere).status_code == 401
    assert api.post("/api/users/login", right, **elsewhere).status_code == 429
    assert api.post("/api/users/login", right, headers={"X-Device-Token": token}, **elsewhere).status_code == 200
