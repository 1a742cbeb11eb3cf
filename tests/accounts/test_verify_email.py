"""POST /api/users/email/verify and …/resend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.links import link_token
from accounts.models import AccountMessage, Link, User
from electroports import people
from electroports.people import register_keeper
from tests.accounts.calls import bearer, everything, field_codes, refused
from tests.accounts.mailing import delivered, mailed_token, post
from tests.factories import PASSWORD, make_user
from tests.orders import client_of

pytestmark = pytest.mark.django_db
BODY = {"username": "wanjiku", "email": "Wanjiku@Example.com", "password": PASSWORD}


def is_verified(user: User) -> bool:
    user.refresh_from_db()
    return user.email_verified


class Watcher:
    """A keeper that notes who has verified, or fails."""

    def __init__(self) -> None:
        self.told: list[tuple[int, bool]] = []
        self.failing = False

    def email_verified(self, *, user: Any, at: Any) -> None:
        if self.failing:
            raise ZeroDivisionError
        self.told.append((user.pk, user.email_verified))


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    monkeypatch.setattr(people, "_keepers", dict(people._keepers))
    watcher = Watcher()
    register_keeper("zz_watcher", watcher)  # type: ignore[arg-type]
    return watcher


def test_registering_sends_a_link_that_verifies() -> None:
    access = post("register", BODY).json()["access"]
    (token,) = delivered("wanjiku@example.com")

    assert post("email/verify", {"token": token}).status_code == 204

    profile = APIClient().get("/api/users/me", headers=bearer(access)).json()
    assert profile["email_verified"] is True


def test_a_registration_that_is_refused_sends_nothing() -> None:
    make_user(username="wanjiku")

    refused(post("register", BODY), 400, "invalid")

    assert (AccountMessage.objects.count(), Link.objects.count()) == (0, 0)


def test_other_apps_hear_of_it_once_in_the_same_transaction(watcher: Watcher) -> None:
    user = make_user()
    first, second = mailed_token(user, "verify_email"), mailed_token(user, "verify_email")

    assert post("email/verify", {"token": first}).status_code == 204
    assert post("email/verify", {"token": second}).status_code == 204

    assert watcher.told == [(user.pk, True)]


def test_what_fails_there_fails_here(watcher: Watcher) -> None:
    user = make_user()
    token = mailed_token(user, "verify_email")
    watcher.failing = True
    with pytest.raises(ZeroDivisionError):
        post("email/verify", {"token": token})
    assert not is_verified(user)

    watcher.failing = False

    assert post("email/verify", {"token": token}).status_code == 204  # and is good still


@pytest.mark.parametrize("end", ["used", "expired", "moved", "disabled", "forged", "of another purpose", "empty"])
def test_a_link_that_is_not_good_does_nothing(end: str) -> None:
    user = make_user()
    token = mailed_token(user, "verify_email")
    if end == "used":
        post("email/verify", {"token": token})
        User.objects.update(email_verified_at=None)
    elif end == "expired":
        Link.objects.update(expires_at=timezone.now())
    elif end == "moved":
        User.objects.update(email="elsewhere@example.com")
    elif end == "disabled":
        User.objects.update(is_active=False)
    elif end == "forged":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif end == "of another purpose":
        token = mailed_token(user, "reset_password")
    else:
        token = "." * 5
    before = everything()

    problem = refused(post("email/verify", {"token": token}), 400, "link_not_valid")

    assert field_codes(problem) == {("token", "link_not_valid")}
    assert everything() == before
    assert not is_verified(user)


def test_a_new_link_makes_the_older_one_worthless() -> None:
    access = post("register", BODY).json()["access"]
    (old,) = delivered("wanjiku@example.com")
    AccountMessage.objects.update(created_at=timezone.now() - timedelta(minutes=2))

    assert post("email/verify/resend", **bearer(access)).status_code == 204

    new = delivered("wanjiku@example.com")[-1]
    refused(post("email/verify", {"token": old}), 400, "link_not_valid")
    assert post("email/verify", {"token": new}).status_code == 204


def test_there_is_a_pause_between_mails_and_a_limit() -> None:
    user = make_user()
    client = client_of(user)
    assert client.post("/api/users/email/verify/resend").status_code == 204

    response = client.post("/api/users/email/verify/resend")

    refused(response, 429, "too_many_mails")
    assert 0 < int(response["Retry-After"]) <= 60
    for n in range(1, 5):
        AccountMessage.objects.filter(user=user).order_by("-pk").update(
            created_at=timezone.now() - timedelta(minutes=2)
        )
        assert client.post("/api/users/email/verify/resend").status_code == 204, n
    AccountMessage.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    response = client.post("/api/users/email/verify/resend")
    refused(response, 429, "too_many_mails")
    assert int(response["Retry-After"]) > 60
    assert AccountMessage.objects.count() == 5


@pytest.mark.parametrize("fields", [{"email_verified_at": timezone.now()}, {"email": ""}])
def test_where_there_is_nothing_to_verify_nothing_is_sent(fields: dict[str, Any]) -> None:
    assert client_of(make_user(**fields)).post("/api/users/email/verify/resend").status_code == 204
    assert AccountMessage.objects.count() == 0


def test_nobody_asks_for_others() -> None:
    refused(post("email/verify/resend"), 401, "not_authenticated")


def test_without_a_mail_server_people_register_and_verify_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "open", refuse)
        assert post("register", BODY).status_code == 201
        assert delivered("wanjiku@example.com") == []

    (token,) = delivered("wanjiku@example.com")

    assert post("email/verify", {"token": token}).status_code == 204
    assert len(mail.outbox) == 1


def test_a_token_is_not_the_id_of_its_link() -> None:
    user = make_user()
    token = mailed_token(user, "verify_email")
    link = Link.objects.get()

    assert token == link_token(link)
    refused(post("email/verify", {"token": str(link.pk)}), 400, "link_not_valid")
    refused(post("email/verify", {"token": link.pk.hex}), 400, "link_not_valid")
