"""Chooses the database of a test run before Django's settings are read: `--db sqlite` (default) or `--db postgres`."""

import gc
import os
import tempfile
from pathlib import Path

import pytest

from tests.postgres import TemporaryPostgres


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgres"], default="sqlite", help="database to run the suite on")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Point the settings at a database of this run's own."""
    folder = Path(tempfile.mkdtemp(prefix="electroports-test-"))
    os.environ.update(
        {
            "DEBUG": "false",
            "SECRET_KEY": "a-key-for-tests-only-that-is-long-enough-for-hs256",
            "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
            "SECURE_SSL_REDIRECT": "false",
            "MEDIA_ROOT": str(folder / "media"),
            "JOBS_INLINE": "false",
            "REDIS_URL": "",
            "LOG_LEVEL": "ERROR",
            **{
                f"THROTTLE_{scope}": ""
                for scope in (
                    "LOGIN",
                    "CODES",
                    "REGISTER",
                    "TOKEN",
                    "ORDERS",
                    "REVIEWS",
                    "NOTICES",
                    "PRIVACY",
                    "DEFAULT",
                )
            },
        }
    )
    if early_config.known_args_namespace.db == "postgres":
        server = TemporaryPostgres()
        server.__enter__()
        early_config.add_cleanup(lambda: server.__exit__(None, None, None))
        os.environ["DATABASE_URL"] = server.url
    else:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"


def pytest_collection_finish() -> None:
    """Have the collector of garbage look at what tests make, not at all that is loaded, and more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
