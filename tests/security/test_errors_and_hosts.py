"""Answers that reveal nothing of the inside, and links that a request's own headers cannot bend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.answer_resets import answer_resets
from accounts.actions.send_account_messages import send_account_messages
from accounts.models import Link
from accounts.querysets import UserManager
from tests.factories import PASSWORD, make_user
from tests.security.tables import everything
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
INSIDE = ("Traceback", "/tmp", "django", "site-packages", "sqlite", "psycopg", "SELECT", "secret-of-the-fault", ".py")
BENT = {
    "X-Forwarded-Host": "evil.example",
    "X-Original-Host": "evil.example",
    "X-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=http",
    "X-Forwarded-Proto": "http",
    "Origin": "https://evil.example",
    "Referer": "https://evil.example/reset",
}


def test_a_fault_tells_its_request_id_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret-of-the-fault")

    monkeypatch.setattr(UserManager, "identified_by", fail)
    client = APIClient(raise_request_exception=False)

    response = client.post("/api/users/login", {"username": "wanjiku", "password": PASSWORD})

    problem_in(response, 500, "internal_error")
    text = response.content.decode() + str(dict(response.items()))
    assert [word for word in INSIDE if word in text.replace("application/problem+json", "")] == []


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_log_in_of_the_back_office_leads_nowhere_else(plain_files: None, client: Any, target: str) -> None:
    user = make_user(is_staff=True, is_superuser=True)
    cache.clear()

    response = client.post(
        f"/admin/login/?next={target}", {"username": user.username, "password": PASSWORD, "next": target}
    )

    assert response.status_code in (200, 302)
    assert "evil.example" not in response.headers.get("Location", "").partition("?")[0]
    assert not response.headers.get("Location", "").startswith(("http", "//", "/\\", "javascript"))


LOOK_ALIKES = ["ＷＡＮＪＩＫＵ@example.com", "wanjıku@example.com", "wanjiκu@example.com", "wanjiku@examplе.com"]


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_an_address_that_looks_like_another_resets_nobodys_password(address: str) -> None:
    make_user(email="wanjiku@example.com")
    response = APIClient().post("/api/users/password/reset", {"email": address})
    at = timezone.now() + timedelta(minutes=1)
    answer_resets(at=at)
    send_account_messages(at=at)

    assert response.status_code in (204, 400)
    assert not mail.outbox
    assert not Link.objects.filter(user__isnull=False).exists()


def test_the_address_itself_gets_its_mail() -> None:
    make_user(email="wanjiku@example.com")

    APIClient().post("/api/users/password/reset", {"email": "WANJIKU@example.com"}, headers=BENT)
    at = timezone.now() + timedelta(minutes=1)
    answer_resets(at=at)
    send_account_messages(at=at)

    (message,) = mail.outbox
    assert message.to == ["wanjiku@example.com"]
    assert "evil.example" not in str(message.message())


@pytest.mark.parametrize("name", ["wanjikU", "WANJIKU"])
def test_a_name_in_another_case_is_taken(name: str) -> None:
    make_user(username="wanjiku", email="wanjiku@example.com")

    for body in (
        {"username": name, "email": "other@example.com", "password": PASSWORD},
        {"username": "other", "email": f"{name}@Example.COM", "password": PASSWORD},
    ):
        problem = problem_in(APIClient().post("/api/users/register", body), 400, "invalid")
        assert [error["code"] for error in problem["errors"]] == ["unique"]


@pytest.mark.parametrize("name", ["wаnjiku", "wanjıku", "ｗanjiku", "wanjiku\u200b", "wanjiku\u202e", "wan jiku"])
def test_a_name_that_looks_like_another_is_none(name: str) -> None:
    make_user(username="wanjiku")
    body = {"username": name, "email": "other@example.com", "password": PASSWORD}

    problem_in(APIClient().post("/api/users/register", body), 400, "invalid")


@pytest.mark.parametrize(
    "address", ["a@example.com\nBcc: b@example.com", "a@example.com\r\nSubject: x", '"a\n"@example.com']
)
def test_an_address_writes_no_headers_of_mails(address: str) -> None:
    before = everything()

    for path, body in (
        ("/api/users/register", {"username": "wanjiku", "email": address, "password": PASSWORD}),
        ("/api/users/password/reset", {"email": address}),
    ):
        problem_in(APIClient().post(path, body), 400, "invalid")

    assert everything() == before
    assert not mail.outbox
