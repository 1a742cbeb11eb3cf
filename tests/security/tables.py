"""Everything that the database holds, to show that a refusal wrote nothing."""

from __future__ import annotations

from typing import Any

from django.db import connection

# What a mere look leaves behind: when a session was last used.
LOOKS = {"accounts_session": "last_seen_at"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            kept = [place for place, name in enumerate(names) if name != LOOKS.get(table)]
            found[table] = sorted((tuple(str(row[place]) for place in kept) for row in cursor), key=str)
    return found


def changed_since(before: dict[str, list[tuple[Any, ...]]]) -> set[str]:
    """Return the tables that have changed."""
    now = everything()
    return {table for table in now | before if now.get(table) != before.get(table)}
