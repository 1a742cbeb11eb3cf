"""Jobs without a worker: in this process, after the commit, and not while anybody waits."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Event, get_ident
from typing import Any

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from electroports.environment import BASE_DIR
from electroports.jobs import background, enqueue

done: list[Any] = []
may_go = Event()


def note(what: str) -> None:
    """A job that says in which thread it ran, and whether inside a transaction."""
    may_go.wait(timeout=30)
    done.append((what, get_ident(), connection.in_atomic_block))


def fail() -> None:
    """A job that does not work."""
    raise RuntimeError("the disk is full")


@pytest.fixture(autouse=True)
def inline(settings: Any) -> None:
    settings.JOBS_INLINE = True
    done.clear()
    may_go.clear()


@pytest.mark.django_db(transaction=True)
def test_they_run_after_the_commit_while_nobody_waits() -> None:
    with transaction.atomic():
        enqueue("tests.toolkit.test_jobs.note", "one")
        enqueue("tests.toolkit.test_jobs.note", "two")
        may_go.set()
        assert done == []
        may_go.clear()
    assert done == []  # whoever asked goes on at once

    may_go.set()
    background.submit(int).result(timeout=30)

    assert [(what, ident != get_ident(), inside) for what, ident, inside in done] == [
        ("one", True, False),
        ("two", True, False),
    ]
    assert not OrmQ.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_has_no_job() -> None:
    may_go.set()
    with transaction.atomic():
        enqueue("tests.toolkit.test_jobs.note", "one")
        transaction.set_rollback(True)

    background.submit(int).result(timeout=30)

    assert done == []


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_is_logged_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    may_go.set()
    enqueue("tests.toolkit.test_jobs.fail")
    enqueue("tests.toolkit.test_jobs.note", "two")
    background.submit(int).result(timeout=30)

    assert [row[0] for row in done] == ["two"]
    assert [record.message for record in caplog.records] == ["job failed"]


@pytest.mark.parametrize(
    ("variables", "inline"),
    [
        ({"DEBUG": "true"}, "True"),
        ({"DEBUG": "true", "JOBS_INLINE": "false"}, "False"),
        ({"DEBUG": "false"}, "False"),
        ({"DEBUG": "false", "JOBS_INLINE": "true"}, "True"),
    ],
)
def test_in_development_no_worker_is_needed(variables: dict[str, str], inline: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "JOBS_INLINE"} | variables
    asked = [sys.executable, "-c", "from electroports import settings; print(settings.JOBS_INLINE)"]

    said = subprocess.run(asked, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == inline
