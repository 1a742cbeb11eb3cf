"""How sweeps delete what was kept long enough: a batch a transaction; and what the framework keeps, swept."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models import QuerySet
from django_q.models import Task

from electroports.jobs import SWEEP_SECONDS
from electroports.personal import any_change
from electroports.transactions import in_transaction

BATCH = 1_000  # rows that are deleted in one transaction


def delete_in_batches(
    rows: QuerySet[Any],
    *,
    before: Callable[[QuerySet[Any]], None] | None = None,
    batch: int = BATCH,
    seconds: float = SWEEP_SECONDS,
) -> int:
    """Delete these rows with what hangs on them, a batch a transaction; return how many of these rows there were.

    In each transaction `before` is given the rows first, to keep what has to outlive them.

    It may be stopped at any moment, and run twice at once: what is left goes with the next sweep. After so many
    `seconds` it stops by itself.
    """
    until, swept = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        found = in_transaction(partial(_delete_batch, rows, before, batch))
        swept += found
        if found < batch:
            break
    return swept


def _delete_batch(rows: QuerySet[Any], before: Callable[[QuerySet[Any]], None] | None, batch: int) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
    if keys:
        # Asked again: what has changed since and is no longer meant stays.
        meant = rows.filter(pk__in=keys).order_by()
        if before is not None:
            before(meant)
        any_change(meant).delete()
    return len(keys)


def forget_job_results(*, at: datetime) -> int:
    """Delete what is known of jobs that ended JOB_RESULT_DAYS ago, whether well or not; return of how many."""
    period = settings.RETENTION.job_results
    return delete_in_batches(Task.objects.filter(stopped__lt=at - period)) if period else 0


def forget_browser_sessions(*, at: datetime) -> int:
    """Delete the back office's sessions that have expired; return how many."""
    return delete_in_batches(BrowserSession.objects.filter(expire_date__lt=at))
