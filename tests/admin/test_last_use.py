"""When somebody last used their account, as staff see it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from accounts.actions.forget_sessions import forget_sessions
from accounts.actions.start_session import start_session
from accounts.models import Session
from tests import factories
from tests.admin.pages import change_page

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


def shown(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_when_somebody_was_last_here_is_shown_and_not_when_they_were_in_the_back_office(office: Client) -> None:
    at = timezone.now().replace(microsecond=0)
    user = factories.make_user(date_joined=at - timedelta(days=900), last_login=at - timedelta(days=800, minutes=13))
    start_session(user=user, at=at - timedelta(days=60))
    Session.objects.update(last_seen_at=at - timedelta(days=50, minutes=7))
    seen, in_the_office = shown(at - timedelta(days=50, minutes=7)), shown(at - timedelta(days=800, minutes=13))

    listed, page = text_of(office, LIST), text_of(office, change_page(user))

    assert seen in listed
    assert in_the_office not in listed
    assert seen in page
    assert in_the_office in page

    forget_sessions(at=at + timedelta(days=1))

    assert not Session.objects.exists()
    assert seen in text_of(office, change_page(user))
    assert seen in text_of(office, LIST)


def test_the_last_use_of_many_takes_no_more_queries(office: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert office.get(LIST).status_code == 200
        return len(asked)

    def arrive() -> None:
        start_session(user=factories.make_user(), at=timezone.now())

    arrive()
    queries()
    few = queries()
    for _ in range(49):
        arrive()

    assert queries() == few
