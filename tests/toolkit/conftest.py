"""What the tests of the toolkit share."""

from __future__ import annotations

import json
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import User
from electroports.logs import logging_config
from tests.factories import PASSWORD, make_user


@pytest.fixture
def calm() -> APIClient:
    """A client to which an unhandled exception is a 500, as it is to everybody outside."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def more_views() -> Iterator[None]:
    """The URLs of tests.toolkit.urls."""
    with override_settings(ROOT_URLCONF="tests.toolkit.urls"):
        yield


@pytest.fixture
def unhashed_static_files() -> Iterator[None]:
    """Pages whose static files have the names that they have in the packages: nothing was collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


def sign_in(user: User, **extra: Any) -> APIClient:
    """A client with an access token of `user`."""
    response = APIClient().post("/api/users/login", {"username": user.username, "password": PASSWORD})
    assert response.status_code == 200, response.content
    return APIClient(headers={"Authorization": f"Bearer {response.json()['access']}"}, **extra)


@pytest.fixture
def signed_in(db: None) -> APIClient:
    """The client of a customer."""
    return sign_in(make_user())


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What is logged from here on, at INFO and above, as production logs it: one JSON object a line."""
    stream = StringIO()
    config = logging_config(level="INFO", style="json")
    config["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)
