"""Fixtures that every test may use."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import override_settings
from rest_framework.test import APIClient

from catalog.window import window
from electroports import hot
from electroports.broadcast import Ear
from tests import factories
from tests.flushing import quick_flush

DATABASES = {"db", "transactional_db", "live_server", "opened"}  # the fixtures that open one
# By what is imported: other processes open a database of their own, and a connection knows which it leads to.
MAY_DEPEND = {"subprocess", "connection", "connections"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that come to the same on every database: those that are let near none."""
    for item in items:
        asks = item.get_closest_marker("django_db") or DATABASES.intersection(getattr(item, "fixturenames", ()))
        if not asks and not MAY_DEPEND.intersection(vars(getattr(item, "module", None) or object)):
            item.add_marker("no_database")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords cheaply: Argon2 is tested by its own test."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Keep SQLite's test database in a file, as in production: one in memory neither has WAL nor waits for a writer."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = f"{connection.settings_dict['NAME']}.test"


@pytest.fixture(autouse=True)
def fresh_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test as a new process would: nothing kept, nothing heard."""
    cache.clear()
    hot.store.clear()
    window._reset()
    monkeypatch.setattr(Ear, "always_ask", True)


@pytest.fixture(scope="session", autouse=True)
def quick_flushes() -> Iterator[None]:
    """Empty after tests of real transactions what they have filled."""
    with quick_flush():
        yield


@pytest.fixture(scope="session", autouse=True)
def one_reading_of_certificates() -> Iterator[None]:
    """Let the clients of providers share what they trust: a process has one client, tests have hundreds.

    It takes longer to read than most of what is said to the fakes, none of which speaks TLS.
    """
    with pytest.MonkeyPatch.context() as patch:
        transport = httpx._transports.default
        patch.setattr(transport, "create_ssl_context", functools.cache(transport.create_ssl_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def right_database(request: pytest.FixtureRequest) -> None:
    """Refuse to run on another database than the one that was asked for."""
    wanted = {"sqlite": "sqlite", "postgres": "postgresql"}[request.config.getoption("--db")]
    assert connection.vendor == wanted


@pytest.fixture(scope="module")
def opened(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module; those of each test are savepoints in it.

    For rows that many tests only look at: made once, by fixtures of a module that ask for this.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def api() -> APIClient:
    """A client without a token."""
    return APIClient()


@pytest.fixture
def customer(db: None) -> object:
    """A customer."""
    return factories.make_user()
