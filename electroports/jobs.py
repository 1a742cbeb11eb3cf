"""The one way to do something later: a row in the job queue, written in the caller's transaction; and how jobs pace."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Any, TypeVar

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django.utils.module_loading import import_string
from django_q.models import Schedule
from django_q.tasks import async_task

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

LONGEST_PAUSE = timedelta(hours=6)
SWEEP_SECONDS = 60  # a job that takes longer than Q_CLUSTER's `timeout` is ended in the middle

# One thread: jobs run one after the other, as they were asked for. What is begun is finished before the process ends.
background = ThreadPoolExecutor(1, thread_name_prefix="jobs")


def enqueue(job: str, *args: Any, **kwargs: Any) -> None:
    """Run the function at dotted path `job` after the current transaction commits.

    The queue is the same database, so a job exists exactly if what caused it was committed; a job may run more than
    once and must be idempotent. With JOBS_INLINE (development without a worker) it runs in this process after commit,
    in a thread of its own, so that the answer does not wait for it; one that fails is logged.
    """
    if settings.JOBS_INLINE:
        work = partial(_run_inline, job, partial(import_string(job), *args, **kwargs))
        transaction.on_commit(partial(background.submit, work))
    else:
        async_task(job, *args, **kwargs)


def while_time(items: Iterable[Item], *, seconds: float = SWEEP_SECONDS) -> Iterator[Item]:
    """Return the items one by one, and no more once so many seconds have passed: the rest is left to the next sweep."""
    until = time.monotonic() + seconds
    return takewhile(lambda _item: time.monotonic() < until, items)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a minute, doubled each time, six hours at most."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def _run_inline(job: str, work: Callable[[], Any]) -> None:
    close_old_connections()
    try:
        work()
    except Exception:
        logger.exception("job failed", extra={"facts": {"job": job}})
    finally:
        connections.close_all()


def write_schedules() -> int:
    """Make the queue's schedules equal to the SCHEDULES setting (job path → minutes); return how many there are."""
    for job, minutes in settings.SCHEDULES.items():
        Schedule.objects.update_or_create(
            name=job,
            defaults={"func": job, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
        )
    Schedule.objects.exclude(name__in=settings.SCHEDULES).delete()
    return len(settings.SCHEDULES)
