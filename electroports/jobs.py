"""The one way to do something later: a row in the job queue, written in the caller's transaction."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django_q.models import Schedule
from django_q.tasks import async_task

logger = logging.getLogger(__name__)


def enqueue(job: str, *args: Any, **kwargs: Any) -> None:
    """Run the function at dotted path `job` after the current transaction commits.

    The queue is the same database, so a job exists exactly if what caused it was committed; a job may run more than
    once and must be idempotent. With JOBS_INLINE (development without a worker) it runs in this process after commit;
    one that fails is logged, and fails nobody's call: what asked for it is done.
    """
    if settings.JOBS_INLINE:
        transaction.on_commit(partial(_run_inline, job, partial(import_string(job), *args, **kwargs)))
    else:
        async_task(job, *args, **kwargs)


def _run_inline(job: str, work: Callable[[], Any]) -> None:
    try:
        work()
    except Exception:
        logger.exception("job failed", extra={"facts": {"job": job}})


def write_schedules() -> int:
    """Make the queue's schedules equal to the SCHEDULES setting (job path → minutes); return how many there are."""
    for job, minutes in settings.SCHEDULES.items():
        Schedule.objects.update_or_create(
            name=job,
            defaults={"func": job, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
        )
    Schedule.objects.exclude(name__in=settings.SCHEDULES).delete()
    return len(settings.SCHEDULES)
