"""Reading and writing rows with as little between the object and the database as can be."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, models

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)
Found = TypeVar("Found")
# PostgreSQL, appendix A.
NOT_KEPT = ("26000", "42P05")  # a prepared statement is not there, or there already
RESULT_CHANGED = "0A000"  # a migration gave the table other columns since


class Statement(NamedTuple):
    """A statement of SQL with the values of its parameters."""

    sql: str
    values: Sequence[Any]


@cache
def _insert_sql(model: type[models.Model], rows: int, unless_taken: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * rows)
    conflict = f" ON CONFLICT ({', '.join(map(quote, unless_taken))}) DO NOTHING" if unless_taken else ""
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {values}{conflict}", fields  # noqa: S608


def insert_statement(objects: Sequence[models.Model], *, unless_taken: tuple[str, ...] = ()) -> Statement:
    """Return the statement that inserts objects of one model: all fields, as they are on the objects.

    With the columns of a unique constraint in `unless_taken`, a row that exists already is left alone.
    """
    sql, fields = _insert_sql(type(objects[0]), len(objects), unless_taken)
    database = connections[DEFAULT_DB_ALIAS]  # not its proxy, which every field would look through several times
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for row in objects for field in fields]
    return Statement(sql, values)


def insert_rows(objects: Sequence[models.Model], *, unless_taken: tuple[str, ...] = ()) -> bool:
    """Insert objects of one model by one statement and set their primary keys; return whether they were written.

    This is what `bulk_create` does, at half its cost for the few rows of an order: no signals, batches or
    savepoint. A row that is `unless_taken` makes it False instead of failing the transaction; PostgreSQL waits for a
    transaction that is just inserting such a row.
    """
    sql, values = insert_statement(objects, unless_taken=unless_taken)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING {connection.ops.quote_name(str(objects[0]._meta.pk.column))}", values)
        keys = cursor.fetchall()
    for row, (key,) in zip(objects, keys, strict=False):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias
    return len(keys) == len(objects)


def insert_if(is_wanted: bool, row: models.Model) -> None:
    """Insert a row, or send the same statement and have it insert none: who waits for it does not learn which."""
    sql, fields = _insert_sql(type(row), 1, ())
    into = sql.partition(" VALUES ")[0]
    values = [field.get_db_prep_save(getattr(row, field.attname), connections[DEFAULT_DB_ALIAS]) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{into} SELECT {', '.join(['%s'] * len(fields))} WHERE %s", [*values, is_wanted])


def in_utc(stored: datetime) -> datetime:
    """Return a moment, as a statement of our own read it, with its zone; SQLite's are in UTC, and do not say so."""
    return stored if stored.tzinfo is not None else stored.replace(tzinfo=UTC)


def send_together(*statements: Statement) -> list[tuple[Any, ...]]:
    """Execute statements one after the other and return the rows of the last, if it returns any.

    On PostgreSQL they travel in one message (psycopg2 speaks the simple query protocol): one round trip for all.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "; ".join(statement.sql for statement in statements), list(chain(*(s.values for s in statements)))
            )
        else:
            for statement in statements:
                cursor.execute(statement.sql, statement.values)
        return cursor.fetchall() if cursor.description else []


def first_row(database: Any, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the first row that a statement finds, if there is one.

    On PostgreSQL by the driver's own cursor, where nobody wants to see what is executed: Django's, with its log, its
    wrappers and what only transactions need, takes a third of the process's time for a read by key.
    """
    found: tuple[Any, ...] | None
    is_watched = database.queries_logged or database.execute_wrappers or database.in_atomic_block
    if is_watched or database.vendor != "postgresql":
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchone()
            return found
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors, closing(database.connection.cursor()) as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
        return found


class PreparedRead:
    """A statement that reads by key, planned once per connection where the database keeps plans (PostgreSQL).

    Planning such a statement takes longer than executing it. A pool that hands every statement to another connection
    knows nothing of what was prepared; where that shows, the statement is planned each time from then on. Inside a
    transaction it always is: an error there could not be answered by a second attempt.
    """

    def __init__(self, sql: str, *types: str) -> None:
        """`sql` has a `%s` for each of the values, whose PostgreSQL types are `types`."""
        self.sql = sql
        # The text is in the name, for a pool's connections outlive a version of the code.
        self.name = f"read_{blake2b(sql.encode(), digest_size=8).hexdigest()}"
        numbered = sql % tuple(f"${number}" for number in range(1, len(types) + 1))
        self._prepare = f"PREPARE {self.name} ({', '.join(types)}) AS {numbered}"
        self._execute = f"EXECUTE {self.name} ({', '.join(['%s'] * len(types))})"
        self._keeps_plans = True

    def row(self, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row for these values, if there is one."""

        def execute(sql: str) -> tuple[Any, ...] | None:
            return first_row(connections[DEFAULT_DB_ALIAS], sql, values)

        return self._run(execute)

    def instance(self, model: type[Row], *values: Any) -> Row | None:
        """Return the first row for these values as an instance of `model`, whose columns the statement selects."""
        return self._run(lambda sql: next(iter(model._default_manager.raw(sql, values)), None))

    def _run(self, execute: Callable[[str], Found]) -> Found:
        database: Any = connections[DEFAULT_DB_ALIAS]
        if database.vendor != "postgresql" or not self._keeps_plans or database.in_atomic_block:
            return execute(self.sql)
        database.close_if_health_check_failed()
        database.ensure_connection()  # before looking at what is prepared: on a new connection nothing is
        try:
            if self.name not in database.prepared:
                self._send(database, self._prepare)
                database.prepared.add(self.name)
            return execute(self._execute)
        except Error as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code == RESULT_CHANGED:
                self._send(database, f"DEALLOCATE {self.name}")
                database.prepared.discard(self.name)
            elif code in NOT_KEPT:
                self._keeps_plans = False
                logger.warning("statements are not kept", extra={"facts": {"error": str(error)}})
            else:
                raise
            return execute(self.sql)

    @staticmethod
    def _send(database: Any, sql: str) -> None:
        with database.cursor() as cursor:
            cursor.execute(sql)
