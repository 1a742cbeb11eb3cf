"""Writing rows with as little between the object and the database as can be."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models


@cache
def _insert_statement(
    model: type[models.Model], rows: int, unless_taken: tuple[str, ...]
) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * rows)
    conflict = f" ON CONFLICT ({', '.join(map(quote, unless_taken))}) DO NOTHING" if unless_taken else ""
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"INSERT INTO {table} ({columns}) VALUES {values}{conflict} RETURNING {key}", fields  # noqa: S608


def insert_rows(objects: Sequence[models.Model], *, unless_taken: tuple[str, ...] = ()) -> bool:
    """Insert objects of one model by one statement and set their primary keys; return whether they were written.

    With the columns of a unique constraint in `unless_taken`, a row that exists already is left alone and the answer is
    False, instead of a failed transaction; on PostgreSQL that waits for a transaction that is just inserting it. This
    is what `bulk_create` does, at a fifth of its cost for the few rows of an order: all fields, as they are on the
    objects, with no signals, batches or savepoint.
    """
    statement, fields = _insert_statement(type(objects[0]), len(objects), unless_taken)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in objects for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    for row, (key,) in zip(objects, keys, strict=False):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias
    return len(keys) == len(objects)
