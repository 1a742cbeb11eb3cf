"""Check the invariants of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from orders.invariants.money import OF_MONEY
from orders.invariants.orders import OF_ORDERS
from orders.invariants.rules import Invariant

EXAMPLES = 5
EXPIRY_JOB = "orders.tasks.expire_orders"
LATE = timedelta(minutes=15)
INVARIANTS = (*OF_ORDERS, *OF_MONEY)


class Finding(NamedTuple):
    """What checking an invariant found: how many rows there are, how many break it, and the first few of these."""

    invariant: Invariant
    checked: int
    violations: int
    examples: list[str]


def check_invariants(*, at: datetime) -> Iterator[Finding]:
    """Check every invariant as of `at`, one query each, and yield what was found."""
    sweep = timedelta(minutes=settings.SCHEDULES[EXPIRY_JOB])
    adapt = connection.ops.adapt_datetimefield_value
    moments = {"swept": adapt(at - sweep), "late": adapt(at - LATE)}
    for invariant in INVARIANTS:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {invariant.table}")  # noqa: S608
            checked: int = cursor.fetchone()[0]
            cursor.execute(
                f"SELECT broken.*, count(*) OVER () FROM ({invariant.broken}) broken LIMIT {EXAMPLES}",  # noqa: S608
                moments,
            )
            rows = cursor.fetchall()
        yield Finding(invariant, checked, rows[0][1] if rows else 0, [row[0] for row in rows])
