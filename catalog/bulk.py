"""Many rows at a time: lists cut for IN, keys reserved in blocks, tables filled by COPY where there is such a thing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from django.db import connection, models, transaction

NULL = "\x01"  # stands for no value among texts
LATER = "\x02"  # stands for a value that is known only when the rows are loaded
COPY_CHUNK = 1024 * 1024  # bytes; each is waited for, so few large ones leave the processor to other threads


IN_LIST = 1000  # values; SQLite may be built to take no more than 32,766 in a statement

Value = TypeVar("Value")


class Packed(NamedTuple):
    """Rows of texts, made ready for the database that they go to."""

    table: str
    columns: Sequence[str]
    rows: bytes | list[list[str | None]]  # bytes for COPY


def chunks(values: Iterable[Value], size: int = IN_LIST) -> Iterator[list[Value]]:
    """Cut values into lists of at most `size`."""
    stream = iter(values)
    while chunk := list(islice(stream, size)):
        yield chunk


def overwrite(rows: Sequence[models.Model], fields: Sequence[str], *, batch: int = 500) -> None:
    """Write these fields of rows that exist: one statement a batch, where `bulk_update` builds a CASE per field.

    A field that is part of a unique key locks the rows against references on PostgreSQL, even if it stays the same.
    """
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, batch, update_conflicts=True, update_fields=fields, unique_fields=["id"]
        )


def reserve_ids(model: type[models.Model], count: int) -> range:
    """Return `count` consecutive primary keys that nobody else will get.

    They come from the sequence that hands them out otherwise; a rollback does not give them back.
    """
    if not count:
        return range(0)
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id "
                    "FROM generate_series(1, %s)) AS taken",
                    [table, count],
                )
                first, last = cursor.fetchone()
            if last - first + 1 == count:  # else another session took a number out of the middle
                return range(first, last + 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        if row is None:  # nothing was ever written to the table
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        return range(last + 1, last + count + 1)


def pack(table: str, columns: Sequence[str], lines: str, *, vendor: str) -> Packed:
    """Make rows, given as lines of cells with tabs between, ready for `load`.

    Needs no connection, so that another thread can do it. No cell may hold a tab, a line end, U+0001 or U+0002 but for
    what these stand for.
    """
    if vendor == "postgresql":
        return Packed(table, columns, lines.replace("\\", "\\\\").encode())
    rows = [line.split("\t") for line in lines.split("\n")[:-1]]
    return Packed(table, columns, [[None if cell == NULL else cell for cell in row] for row in rows])


def load(packed: Packed, *, later: int | None = None) -> None:
    """Insert packed rows; `later` is what LATER stands for."""
    if not packed.rows:
        return
    names = ", ".join(packed.columns)
    with connection.cursor() as cursor:
        if isinstance(packed.rows, bytes):
            lines = packed.rows if later is None else packed.rows.replace(LATER.encode(), b"%d" % later)
            statement = f"COPY {packed.table} ({names}) FROM STDIN WITH (NULL E'\\x01')"
            cursor.copy_expert(statement, io.BytesIO(lines), COPY_CHUNK)  # no keyword: the wrapper of DEBUG takes none
            return
        rows = packed.rows
        if later is not None:
            rows = [[str(later) if cell == LATER else cell for cell in row] for row in rows]
        marks = ", ".join(["%s"] * len(packed.columns))
        cursor.executemany(f"INSERT INTO {packed.table} ({names}) VALUES ({marks})", rows)  # noqa: S608
