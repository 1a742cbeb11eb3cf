"""Guesses in parallel: they learn no more than guesses one after the other."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts import attempts
from accounts.actions import check_credentials as checking
from accounts.actions.sign_in import sign_in
from accounts.devices import Device
from accounts.errors import InvalidCredentials, TooManyAttempts
from accounts.models import FailureCount, Session, User
from tests.concurrency import Meeting, at_once, tally
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)

GUESSES = 20
FREE = 5


@pytest.fixture(autouse=True)
def room_for_all(settings: Any) -> None:
    """Let all of them hash: how many may is for other tests."""
    settings.HASHES_WAITING = GUESSES


@pytest.fixture
def judged_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all guesses pass the first look at the locks before any of them is judged."""
    meeting = Meeting(GUESSES)
    judge = checking.may_sign_in

    def may_sign_in(user: User | None, password: str) -> bool:
        meeting.wait()
        return judge(user, password)

    monkeypatch.setattr(checking, "may_sign_in", may_sign_in)


def twenty_guesses(identifier: str) -> list[int]:
    """The statuses that as many simultaneous wrong passwords get."""
    make_user(username="wanjiku")
    at = timezone.now()

    def guess(number: int) -> int:
        try:
            sign_in(identifier=identifier, password=f"wrong {number}", device=Device("tests", "203.0.113.7"), at=at)
        except (InvalidCredentials, TooManyAttempts) as refusal:
            return refusal.status
        return 200

    return at_once(*[partial(guess, number) for number in range(GUESSES)])


@pytest.mark.parametrize("identifier", ["wanjiku", "nobody"])
def test_twenty_guesses_at_once_are_five_tries(identifier: str, judged_together: None) -> None:
    statuses = twenty_guesses(identifier)

    assert tally(statuses) == {401: FREE, 429: GUESSES - FREE}
    assert {row.scope: row.version for row in FailureCount.objects.all()} == {"account": FREE - 1, "address": FREE - 1}


def test_looking_before_alone_lets_all_of_them_through(judged_together: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_nothing(*_counters: object, **_at: object) -> None:
        """Do not look again after the password was judged."""

    monkeypatch.setattr(attempts, "_refuse", refuse_nothing)
    monkeypatch.setattr(attempts, "_count", lambda *_row, **_at: None)

    assert tally(twenty_guesses("wanjiku")) == {401: GUESSES}


def test_without_the_version_failures_overwrite_one_another(
    judged_together: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = Meeting(GUESSES - 1)  # one of them makes the row
    write = attempts._write_failure

    def write_whatever_was_read(counter: attempts.Counter, row: FailureCount | None, *user: User, at: object) -> bool:
        if counter.scope == "account" and row is not None:
            meeting.wait()
            row.forgotten_at, row.locked_until = counter.limit.after_failure(row.forgotten_at, at=at)
            row.save()
            return True
        return write(counter, row, *user, at=at)

    monkeypatch.setattr(attempts, "_write_failure", write_whatever_was_read)

    assert tally(twenty_guesses("wanjiku"))[401] > FREE


def test_a_right_guess_that_is_judged_after_the_lock_is_worth_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(username="wanjiku")
    at, device = timezone.now(), Device("tests", "203.0.113.7")
    judge = checking.may_sign_in

    def fail_meanwhile(user: User | None, password: str) -> bool:
        monkeypatch.setattr(checking, "may_sign_in", judge)
        for _ in range(FREE):
            with pytest.raises(InvalidCredentials):
                sign_in(identifier="wanjiku", password="wrong", device=device, at=at)
        return judge(user, password)

    monkeypatch.setattr(checking, "may_sign_in", fail_meanwhile)

    with pytest.raises(TooManyAttempts):
        sign_in(identifier="wanjiku", password=PASSWORD, device=device, at=at)
    assert Session.objects.count() == 0
