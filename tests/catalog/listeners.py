"""Connections that listen for the catalogue's revision."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import connection

from catalog.revision import CHANNEL

LATE = 1.0  # what no machine is slow enough for
on_postgres = pytest.mark.skipif("config.getoption('--db') != 'postgres'", reason="only PostgreSQL notifies")


def wait_until(is_so: Callable[[], bool], *, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "that took too long"
        time.sleep(0.01)


def database_url() -> str:
    """Return the DATABASE_URL of the test run's database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


def end_listeners(channel: str = CHANNEL) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s",
            [f"listener {channel}"],
        )
