"""Administrators who take one another's rights away at the same moment."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.admin import users as page
from accounts.errors import LastAdministrator
from accounts.models import User
from tests.admin.pages import change_page, read_form
from tests.concurrency import Meeting, at_once
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def office(settings: Any) -> None:
    """A back office that opens to a password, and whose files are named as they are."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    settings.STAFF_SECOND_FACTOR = False


def demote_one_another() -> int:
    """How many administrators there are after each of two has unticked the other."""
    pair = [make_user(is_staff=True, is_superuser=True) for _ in range(2)]
    calls = []
    for acting, other in (pair, pair[::-1]):
        browser = Client(raise_request_exception=False)
        browser.force_login(acting)
        form = read_form(browser, change_page(other))
        del form["is_superuser"]
        calls.append(partial(browser.post, change_page(other), form))
    at_once(*calls)
    return User.objects.administrators().count()


def test_one_is_left() -> None:
    assert demote_one_another() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite no two transactions write at a time.")
def test_control_without_the_lock_none_is(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(2)

    def look(*, without: Collection[int]) -> None:
        is_left = User.objects.administrators().exclude(pk__in=without).exists()
        meeting.wait()
        if not is_left:
            raise LastAdministrator

    monkeypatch.setattr(page, "keep_an_administrator", look)

    assert demote_one_another() == 0
