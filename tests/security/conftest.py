"""What the tables share: one shop for all tests of a module, made in one transaction that is taken back at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.security.world import World, make_world

PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="module")
def plain_files() -> Iterator[None]:
    """Static files by their own names: their hashed names exist only after collectstatic."""
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN_FILES}):
        yield


@pytest.fixture(scope="module")
def world(plain_files: None, opened: None) -> World:
    """The shop that the rows of a table are about."""
    return make_world()
