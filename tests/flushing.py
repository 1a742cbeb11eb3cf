"""Empties the database after tests of real transactions: what holds rows, and nothing else.

Django's own way truncates every table of the shop, some hundred, and then writes content types and permissions anew. It
takes longer than most of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import flush
from django.db import connection

from accounts.audit import OPEN, SHUT

KEPT = {"django_content_type", "auth_permission"}  # written by migrations alone, and the same for every test
TRAIL = "accounts_auditentry"  # which the database lets nobody empty but through its door


def filled(tables: Sequence[str]) -> list[str]:
    """Those of the tables that hold rows."""
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in tables if table not in KEPT
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def quick_flush() -> Iterator[None]:
    """Have Django's `flush` work so. Whoever wants sequences reset gets what Django does."""
    kind = type(connection.ops)
    whole, announce = kind.sql_flush, flush.emit_post_migrate_signal

    def emptied(self: Any, style: Any, tables: Any, *, reset_sequences: bool = False, **kwargs: Any) -> list[str]:
        if reset_sequences:
            return [OPEN[connection.vendor], *whole(self, style, tables, reset_sequences=True, **kwargs)]
        full = filled(list(tables))
        # Foreign keys are looked at when the transaction ends.
        deletes = [f"DELETE FROM {self.quote_name(table)}" for table in full]
        opened = [OPEN[connection.vendor], *deletes, SHUT[connection.vendor]]
        return opened if TRAIL in full else deletes

    kind.sql_flush = emptied  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *_arguments, **_options: None
    try:
        yield
    finally:
        kind.sql_flush = whole  # type: ignore[method-assign]
        flush.emit_post_migrate_signal = announce
