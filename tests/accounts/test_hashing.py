"""How many passwords a process hashes at once, and what is said to those for whom there is no room."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Lock, Semaphore
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import sign_in as signing_in
from accounts.errors import TooBusy
from accounts.hashers import ShopArgon2PasswordHasher, Slots, slots
from accounts.models import FailureCount, User
from tests.accounts.calls import everything, log_in, refused
from tests.accounts.crowd import somebody_hashing
from tests.accounts.mailing import BETTER, mailed_token
from tests.factories import PASSWORD, make_user

ARGON2 = ["accounts.hashers.ShopArgon2PasswordHasher"]
PATIENCE = 30  # seconds until what has to happen has happened


class Hashing:
    """Hashes that end when they are told to. Tells how many were begun, and how many went on together at most."""

    def __init__(self) -> None:
        self.begun, self.end, self.lock = Semaphore(0), Event(), Lock()
        self.now = self.most = 0

    def verify(self, *_: Any) -> bool:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.begun.release()
        assert self.end.wait(PATIENCE)
        with self.lock:
            self.now -= 1
        return True


class WatchedTurns:
    """The turns of `slots`, with a count of those who have asked for one."""

    def __init__(self, turns: Any) -> None:
        self.turns, self.asked = turns, Semaphore(0)

    def acquire(self, **kwargs: Any) -> bool:
        self.asked.release()
        return bool(self.turns.acquire(**kwargs))

    def release(self) -> None:
        self.turns.release()


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hashing]:
    found = Hashing()
    monkeypatch.setattr(Argon2PasswordHasher, "verify", found.verify)
    yield found
    found.end.set()


@pytest.fixture
def begin() -> Iterator[Callable[[], Future[bool]]]:
    """Begins the verification of a password in a thread of its own."""
    with ThreadPoolExecutor(8) as pool:
        yield lambda: pool.submit(ShopArgon2PasswordHasher().verify, "password", "encoded")


def watch(monkeypatch: pytest.MonkeyPatch) -> WatchedTurns:
    turns = WatchedTurns(slots()._turns)
    monkeypatch.setattr(slots(), "_turns", turns)
    return turns


@pytest.mark.parametrize(("at_once", "waiting"), [(1, 0), (1, 2), (2, 3)])
def test_so_many_hash_so_many_wait_and_the_next_is_refused_at_once(
    at_once: int, waiting: int, hashing: Hashing, begin: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HASHES_AT_ONCE, settings.HASHES_WAITING = at_once, waiting
    settings.HASH_WAIT = timedelta(seconds=PATIENCE)
    turns = watch(monkeypatch)

    calls = [begin() for _ in range(at_once + waiting)]
    assert all(turns.asked.acquire(timeout=PATIENCE) for _ in calls)
    with pytest.raises(TooBusy):
        begin().result(PATIENCE)

    hashing.end.set()
    assert [call.result(PATIENCE) for call in calls] == [True] * (at_once + waiting)
    assert hashing.most == at_once
    assert begin().result(PATIENCE)


def test_without_the_bound_all_hash_together(
    hashing: Hashing, begin: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HASHES_AT_ONCE, settings.HASHES_WAITING = 8, 0

    calls = [begin() for _ in range(5)]
    assert all(hashing.begun.acquire(timeout=PATIENCE) for _ in calls)

    assert hashing.most == 5


def test_who_waits_is_refused_when_no_turn_came(hashing: Hashing, begin: Any, settings: Any) -> None:
    settings.HASHES_AT_ONCE, settings.HASHES_WAITING, settings.HASH_WAIT = 1, 1, timedelta(milliseconds=1)
    first = begin()
    assert hashing.begun.acquire(timeout=PATIENCE)

    with pytest.raises(TooBusy):
        begin().result(PATIENCE)

    hashing.end.set()
    assert first.result(PATIENCE)
    assert begin().result(PATIENCE)  # the place of who was refused is free again


def test_a_hash_that_fails_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Slots(at_once=1, waiting=0)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError), few.turn(wait=0):
            raise ZeroDivisionError


@pytest.mark.parametrize(("threads", "waiting"), [("2", 0), ("4", 2)])
def test_one_thread_of_the_server_is_left_to_everybody_else(threads: str, waiting: int) -> None:
    code = "from electroports import settings; print(settings.HASHES_WAITING)"
    environment = {**os.environ, "DEBUG": "true", "WEB_THREADS": threads}

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)

    assert int(done.stdout) == waiting


@contextmanager
def a_crowd(settings: Any, *, waiting: int) -> Iterator[None]:
    """Let others hash as long as the block lasts; `waiting` is how many more may wait, which is in vain."""
    settings.HASHES_AT_ONCE, settings.HASHES_WAITING, settings.HASH_WAIT = 1, waiting, timedelta(0)
    with somebody_hashing():
        yield


@pytest.fixture
def wanjiku(db: None, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ARGON2
    return make_user(username="wanjiku")


def calls_of(user: User) -> dict[str, tuple[str, dict[str, Any], dict[str, str]]]:
    """The operations of the API that hash a password: path, body and headers of each."""
    token = mailed_token(user, "reset_password")
    new = {"username": "otieno", "email": "otieno@example.com", "password": BETTER}
    change = {"current_password": PASSWORD, "new_password": BETTER}
    return {
        "log-in": ("login", {"username": user.username, "password": PASSWORD}, {}),
        "log-in of nobody": ("login", {"username": "nobody", "password": PASSWORD}, {}),
        "register": ("register", new, {}),
        "password": ("me/password", change, {"Authorization": f"Bearer {log_in(user)['access']}"}),
        "reset": ("password/reset/confirm", {"token": token, "new_password": BETTER}, {}),
    }


@pytest.mark.parametrize("waiting", [0, 1])
@pytest.mark.parametrize("operation", ["log-in", "log-in of nobody", "register", "password", "reset"])
def test_everything_that_hashes_says_come_back_in_a_second(
    operation: str, waiting: int, wanjiku: User, settings: Any
) -> None:
    path, body, headers = calls_of(wanjiku)[operation]
    before = everything()

    with a_crowd(settings, waiting=waiting):
        response = APIClient(headers=headers).post(f"/api/users/{path}", body)

    refused(response, 429, "too_busy")
    assert response["Retry-After"] == "1"
    assert everything() == before
    assert FailureCount.objects.count() == 0
    again = APIClient(headers=headers).post(f"/api/users/{path}", body)
    assert again.status_code in ((401,) if "nobody" in operation else (200, 201, 204))


def test_who_finds_no_room_at_the_log_in_costs_the_database_nothing(wanjiku: User, settings: Any) -> None:
    with a_crowd(settings, waiting=0), CaptureQueriesContext(connection) as asked:
        response = APIClient().post("/api/users/login", {"username": "wanjiku", "password": PASSWORD})

    refused(response, 429, "too_busy")
    assert len(asked) == 0


def test_who_finds_no_room_at_the_log_in_is_not_even_read(wanjiku: User, settings: Any) -> None:
    with a_crowd(settings, waiting=0):
        response = APIClient().post("/api/users/login", "{", content_type="application/json")

    refused(response, 429, "too_busy")
    refused(APIClient().post("/api/users/login", "{", content_type="application/json"), 400, "parse_error")


def test_a_log_in_holds_its_place_to_the_end(wanjiku: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HASHES_AT_ONCE, settings.HASHES_WAITING, settings.HASH_WAIT = 1, 0, timedelta(0)
    tried: list[BaseException | None] = []
    start = signing_in.start_session

    def start_session(**given: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            tried.append(pool.submit(ShopArgon2PasswordHasher().verify, PASSWORD, wanjiku.password).exception(PATIENCE))
        return start(**given)

    monkeypatch.setattr(signing_in, "start_session", start_session)

    log_in(wanjiku)

    assert [type(error) for error in tried] == [TooBusy]
