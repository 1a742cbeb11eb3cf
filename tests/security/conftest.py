"""What the tables share: one shop for all tests of a module, made in one transaction that is taken back at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.security.world import World, make_world

PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="module")
def opened(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module; those of each test are savepoints in it."""
    with (
        override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN_FILES}),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(opened: None) -> World:
    """The shop that the rows of a table are about."""
    return make_world()
