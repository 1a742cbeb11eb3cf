"""The thread that listens for revisions: what it hears, misses, and survives."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from electroports import broadcast
from electroports.broadcast import Ear, Moment
from tests.catalog.listeners import LATE, database_url, end_listeners, on_postgres, wait_until


@pytest.fixture
def listening(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """An ear of this process, on a channel of its own, that hears; it ends with the test."""
    monkeypatch.setattr(Ear, "always_ask", False)
    monkeypatch.setattr(broadcast, "RETRY_SECONDS", 0.2)
    say("CREATE TABLE told (number bigint); INSERT INTO told VALUES (5)")
    found = Ear("told", "SELECT number FROM told")
    found.current()
    wait_until(lambda: hears(found))
    yield found

    def stop() -> None:
        raise SystemExit

    monkeypatch.setattr(threading, "excepthook", lambda hook: None)
    monkeypatch.setattr(found, "_connect", stop)
    end_listeners("told")
    if found._thread is not None:
        found._thread.join(5)
        assert not found._thread.is_alive()
    del Ear.by_channel["told"]
    say("DROP TABLE told")


def hears(found: Ear) -> bool:
    return found._hears_until > time.monotonic()


def say(sql: str) -> None:
    """Run SQL in a session of its own, and commit it."""
    params = {**connection.get_connection_params(), "cursor_factory": None}
    params.pop("context", None)
    with psycopg2.connect(**params) as raw, raw.cursor() as cursor:
        cursor.execute(sql)
    raw.close()


def tell(number: int) -> None:
    say(f"UPDATE told SET number = {number}; NOTIFY told, '{number}'")


@on_postgres
def test_one_that_hears_knows_the_number_without_asking(listening: Ear) -> None:
    for number in (6, 7, 100):
        tell(number)
        with CaptureQueriesContext(connection) as queries:
            wait_until(lambda number=number: listening.current().number == number, seconds=LATE)
        assert len(queries) == 0


@on_postgres
def test_what_was_committed_without_a_word_is_found_by_the_heartbeat(listening: Ear) -> None:
    say("UPDATE told SET number = 6")

    wait_until(lambda: listening.current().number == 6, seconds=3)

    assert hears(listening)


@on_postgres
def test_a_number_that_falls_is_found_by_the_heartbeat(listening: Ear) -> None:
    era = listening.current().era
    say("UPDATE told SET number = 2")

    wait_until(lambda: listening.current() == Moment(era + 1, 2), seconds=3)

    tell(5)
    wait_until(lambda: listening.current() == Moment(era + 1, 5), seconds=LATE)


@on_postgres
@pytest.mark.parametrize("payload", ["", "seven", "-7", "7.5", "²"])
def test_a_word_that_is_no_number_is_ignored(listening: Ear, payload: str) -> None:
    say(f"NOTIFY told, '{payload}'")
    tell(8)

    wait_until(lambda: listening.current().number == 8, seconds=LATE)
    assert hears(listening)


@on_postgres
def test_one_whose_connection_ends_asks_until_it_hears_again(listening: Ear) -> None:
    end_listeners("told")
    wait_until(lambda: not hears(listening), seconds=LATE)

    for number in (6, 7):
        say(f"UPDATE told SET number = {number}")
        assert listening.current().number == number

    wait_until(lambda: hears(listening))
    tell(8)
    with CaptureQueriesContext(connection) as queries:
        wait_until(lambda: listening.current().number == 8, seconds=LATE)
    assert len(queries) == 0


@on_postgres
def test_one_that_dies_for_another_reason_begins_anew(listening: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    hooked: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", hooked.append)
    monkeypatch.setattr(listening, "_hear", lambda payload: 1 / 0)
    first = listening._thread
    assert first is not None

    tell(6)
    first.join(5)

    assert [hook.exc_type for hook in hooked] == [ZeroDivisionError]
    assert not hears(listening)
    monkeypatch.undo()
    monkeypatch.setattr(Ear, "always_ask", False)
    assert listening.current().number == 6
    assert listening._thread is not first
    wait_until(lambda: hears(listening))


@on_postgres
def test_it_listens_where_the_settings_say(listening: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASE_LISTEN_URL", database_url())
    end_listeners("told")
    wait_until(lambda: not hears(listening), seconds=LATE)

    wait_until(lambda: hears(listening))
    tell(6)
    wait_until(lambda: listening.current().number == 6, seconds=LATE)


class ScriptedConnection:
    """A connection whose server notifies together with its answer to the heartbeat, and never again."""

    def __init__(self) -> None:
        self.quiet, self.other_end = socket.socketpair()
        self.notifies: list[Any] = []
        self.autocommit = False
        self.statements: list[str] = []

    def fileno(self) -> int:
        return self.quiet.fileno()

    def cursor(self) -> ScriptedConnection:
        return self

    def __enter__(self) -> ScriptedConnection:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Nothing to close."""

    def execute(self, sql: str) -> None:
        self.statements.append(sql)

    def fetchone(self) -> tuple[int]:
        self.notifies.append(type("Notify", (), {"payload": "8"}))
        return (7,)

    def poll(self) -> None:
        raise psycopg2.OperationalError("the end")


def test_a_word_that_comes_with_the_heartbeat_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "HEARTBEAT_SECONDS", 30)
    found, raw = Ear("scripted", "SELECT 7"), ScriptedConnection()
    outcome: list[Exception] = []

    def listen() -> None:
        try:
            found._listen_on(raw)
        except psycopg2.Error as error:
            outcome.append(error)

    thread = threading.Thread(target=listen)
    thread.start()
    wait_until(lambda: found._moment.number == 8, seconds=5)
    assert raw.statements == ['LISTEN "scripted"', "SELECT 7"]
    assert hears(found)

    raw.other_end.close()  # readable, and broken
    thread.join(5)

    assert [str(error) for error in outcome] == ["the end"]
    assert not hears(found)
    raw.quiet.close()
    del Ear.by_channel["scripted"]


def test_a_forked_process_has_no_listener_and_knows_it() -> None:
    found = Ear("forked", "SELECT 7")
    found._hears_until = time.monotonic() + 60
    found._lock.acquire()  # as another thread might, just then
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        found.note(3)
        os.write(writing, b"hears" if hears(found) or found._thread else b"deaf")
        os._exit(0)

    try:
        assert select.select([reading], [], [], 5)[0], "the child waits for a lock that nobody holds"
        assert os.read(reading, 10) == b"deaf"
    finally:
        found._lock.release()
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)
        del Ear.by_channel["forked"]
    assert hears(found)


def test_a_number_only_rises_by_hearsay() -> None:
    found = Ear("hearsay", "SELECT 7")

    for number in (3, 9, 4, 9, -1):
        found.note(number)
    broadcast.tell_own_ear("hearsay", 8)
    broadcast.tell_own_ear("nobody follows this", 99)

    assert found._moment == Moment(0, 9)
    del Ear.by_channel["hearsay"]
