"""Hearing of a change that another process committed, without asking the database on every request.

PostgreSQL pushes (LISTEN/NOTIFY, one small thread and connection per process); on SQLite, `PRAGMA data_version` tells
in microseconds whether any other connection has committed. A process that cannot hear asks the database each time.
"""

import logging
import os
import selectors
import threading
import time
from contextlib import closing
from typing import Any, ClassVar, NamedTuple

import psycopg2
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.0
DEAF_AFTER_SECONDS = 3.0
RETRY_SECONDS = 2.0


class Moment(NamedTuple):
    """A number as it was heard. It rises within an era; a new era begins when it is found to have fallen.

    That happens when a backup is restored or a standby takes over. The same number in two eras names two states.
    `phase` is for what also changes by itself at times known beforehand: the last such second that has passed.
    """

    era: int
    number: int
    phase: int = 0


class Ear:
    """Follows one number that only rises (a revision), kept in the database and announced on a channel.

    `sql` reads the number. `current()` is exact on SQLite and, on PostgreSQL, at most a notification (a few
    milliseconds) behind the last commit while the listener hears, and exact otherwise.
    """

    by_channel: ClassVar[dict[str, "Ear"]] = {}
    always_ask: ClassVar[bool] = False  # inside a test's transaction nothing is ever committed, so nothing is heard

    def __init__(self, channel: str, sql: str) -> None:
        self.channel = channel
        self.sql = sql
        self.by_channel[channel] = self
        self._moment = Moment(0, -1)
        self._local = threading.local()
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._hears_until = 0.0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def current(self) -> Moment:
        """Return the number as last committed; raises a database error if it must ask and cannot."""
        if self._hears_until > time.monotonic():
            return self._moment
        if self.always_ask:
            with connection.cursor() as cursor:
                return self._moment._replace(number=self._read(cursor))
        self.refuse_transaction()
        if connection.vendor == "postgresql":
            self._start_listening()
            self._ask()
        elif self._is_news_on_sqlite():
            self._ask()
            self._local.seen = self._local.latest
        return self._moment

    def refuse_transaction(self) -> None:
        """Raise TransactionManagementError inside a transaction: what is read there may never be committed."""
        if not self.always_ask:
            connection.validate_no_atomic_block()

    def note(self, number: int) -> None:
        """Learn that `number` was committed."""
        with self._lock:
            if number > self._moment.number:
                self._moment = self._moment._replace(number=number)

    def _ask(self) -> None:
        with connection.cursor() as cursor:
            self._learn(cursor)

    def _learn(self, cursor: Any) -> None:
        """Read the number. One that is lower than what was known before it was read means that it has fallen."""
        known = self._moment
        number = self._read(cursor)
        with self._lock:
            if number < known.number and self._moment is known:
                self._moment = Moment(known.era + 1, number)
                facts = {"channel": self.channel, "from": known.number, "to": number}
                logger.warning("number fell", extra={"facts": facts})
        self.note(number)

    def _read(self, cursor: Any) -> int:
        cursor.execute(self.sql)
        number: int = cursor.fetchone()[0]
        return number

    def _is_news_on_sqlite(self) -> bool:
        """Tell whether another connection may have committed since this thread last asked."""
        connection.ensure_connection()
        raw: Any = connection.connection
        with connection.wrap_database_errors:
            self._local.latest = (raw, raw.execute("PRAGMA data_version").fetchone()[0])
        return bool(self._local.latest != getattr(self._local, "seen", None))

    def _start_listening(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name=f"ear-{self.channel}", daemon=True)
                self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                with closing(self._connect()) as raw:
                    self._listen_on(raw)
            except psycopg2.Error as error:
                logger.warning("listener lost", extra={"facts": {"channel": self.channel, "error": str(error)}})
                time.sleep(RETRY_SECONDS)

    def _connect(self) -> Any:
        own: dict[str, Any] = {"connect_timeout": 3, "application_name": f"listener {self.channel}"}
        if settings.DATABASE_LISTEN_URL:
            return psycopg2.connect(settings.DATABASE_LISTEN_URL, **own)
        params = connections[DEFAULT_DB_ALIAS].get_connection_params()
        for name in ("cursor_factory", "connection_factory", "context"):
            params.pop(name, None)
        return psycopg2.connect(**{**params, **own})

    def _listen_on(self, raw: Any) -> None:
        raw.autocommit = True
        try:
            with raw.cursor() as cursor, selectors.DefaultSelector() as selector:
                selector.register(raw, selectors.EVENT_READ)
                cursor.execute(f'LISTEN "{self.channel}"')
                beat = -HEARTBEAT_SECONDS
                while True:
                    now = time.monotonic()
                    if now - beat >= HEARTBEAT_SECONDS:  # also catches what was committed before LISTEN took effect
                        self._learn(cursor)
                        beat = now
                        self._hears_until = now + DEAF_AFTER_SECONDS
                    while raw.notifies:  # before waiting: some may have come along with the heartbeat's answer
                        self._hear(raw.notifies.pop(0).payload)
                    if selector.select(HEARTBEAT_SECONDS):
                        raw.poll()
        finally:
            self._hears_until = 0.0

    def _hear(self, payload: str) -> None:
        if payload.isdecimal():
            self.note(int(payload))


def tell_own_ear(channel: str, number: int) -> None:
    """Tell this process's own ear at once of what this process committed."""
    if (ear := Ear.by_channel.get(channel)) is not None:
        ear.note(number)
