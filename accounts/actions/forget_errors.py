"""Forget the errors of jobs that quote somebody."""

from __future__ import annotations

from collections.abc import Collection

from django_q.models import Task

from electroports.personal import mentions


def forget_errors(*, names: Collection[str]) -> None:
    """Delete failed jobs whose errors have one of these words: a mail server says which address it refuses."""
    failed = Task.objects.filter(success=False).only("pk", "result")
    quoting = [task.pk for task in failed.iterator() if mentions(str(task.result), names)]
    Task.objects.filter(pk__in=quoting).delete()
