"""Hearing of a change that another process committed, without asking the database on every request.

PostgreSQL pushes (LISTEN/NOTIFY, one small thread and connection per process); on SQLite, `PRAGMA data_version` tells
in microseconds whether any other connection has committed. A process that cannot hear asks the database each time.
"""

import logging
import select
import threading
import time
from typing import Any, ClassVar

import psycopg2
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.0
DEAF_AFTER_SECONDS = 3.0
RETRY_SECONDS = 2.0


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
        self._number = -1
        self._hears_until = 0.0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._local = threading.local()

    def current(self) -> int:
        """Return the number as last committed; raises a database error if it must ask and cannot."""
        if self._hears_until > time.monotonic():
            return self._number
        if self.always_ask:
            return self._ask()
        if connection.vendor == "postgresql":
            self._start_listening()
            return self._ask()
        return self._current_on_sqlite()

    def note(self, number: int) -> None:
        """Learn that the number is at least `number`."""
        with self._lock:
            self._number = max(self._number, number)

    def _ask(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            number: int = cursor.fetchone()[0]
            return number

    def _current_on_sqlite(self) -> int:
        connection.ensure_connection()
        raw: Any = connection.connection
        version: int = raw.execute("PRAGMA data_version").fetchone()[0]
        seen: tuple[Any, int] | None = getattr(self._local, "seen", None)
        if seen != (raw, version):
            self.note(self._ask())
            self._local.seen = (raw, version)
        return self._number

    def _start_listening(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name=f"ear-{self.channel}", daemon=True)
                self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                self._listen_on(self._connect())
            except psycopg2.Error as error:
                self._hears_until = 0.0
                logger.warning("listener lost", extra={"facts": {"channel": self.channel, "error": str(error)}})
                time.sleep(RETRY_SECONDS)

    def _connect(self) -> Any:
        if settings.DATABASE_LISTEN_URL:
            return psycopg2.connect(settings.DATABASE_LISTEN_URL, connect_timeout=3)
        params = connections[DEFAULT_DB_ALIAS].get_connection_params()
        for name in ("cursor_factory", "connection_factory", "context"):
            params.pop(name, None)
        return psycopg2.connect(**{**params, "connect_timeout": 3})

    def _listen_on(self, raw: Any) -> None:
        raw.autocommit = True
        with raw.cursor() as cursor:
            cursor.execute(f'LISTEN "{self.channel}"')
            beat = 0.0
            while True:
                now = time.monotonic()
                if now - beat >= HEARTBEAT_SECONDS:  # also catches what was committed before LISTEN took effect
                    cursor.execute(self.sql)
                    self.note(cursor.fetchone()[0])
                    beat = now
                    self._hears_until = now + DEAF_AFTER_SECONDS
                if any(select.select([raw], [], [], HEARTBEAT_SECONDS)):
                    raw.poll()
                while raw.notifies:
                    self.note(int(raw.notifies.pop(0).payload))


def hear(channel: str, number: int) -> None:
    """Tell this process's own ear at once of what this process committed."""
    if (ear := Ear.by_channel.get(channel)) is not None:
        ear.note(number)
