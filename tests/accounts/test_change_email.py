"""Another e-mail address: asked for, agreed to at the old one, confirmed at the new one, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.change_email import change_email
from accounts.actions.erase_user import erase_user
from accounts.actions.replace_password import replace_password
from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.errors import AccountGone
from accounts.models import AccountMessage, EmailChange, Link, Session, User
from tests.accounts.calls import bearer, everything, field_codes, log_in, me, refused
from tests.accounts.mailing import BETTER, NEW, begin_change, delivered, mailed_token, post, undoing_token
from tests.factories import PASSWORD, make_user
from tests.orders import client_of

pytestmark = pytest.mark.django_db
URL = "/api/users/me/email"
BODY = {"email": NEW, "current_password": PASSWORD}


def reread(user: User) -> User:
    return User.objects.get(pk=user.pk)


def known(**fields: Any) -> User:
    return make_user(email_verified_at=timezone.now(), **fields)


@pytest.mark.parametrize("first", ["email/approve", "email/confirm"])
def test_the_address_changes_when_both_have_agreed(first: str) -> None:
    user = known()
    tokens = dict(zip(("email/approve", "email/confirm"), begin_change(user), strict=True))
    (second,) = set(tokens) - {first}

    assert post(first, {"token": tokens[first]}).json() == {"changed": False}
    assert reread(user).email == user.email
    assert post(second, {"token": tokens[second]}).json() == {"changed": True}

    assert (reread(user).email, reread(user).email_verified) == (NEW, True)
    refused(post("login", {"email": user.email, "password": PASSWORD}), 401, "invalid_credentials")
    assert post("login", {"email": NEW, "password": PASSWORD}).status_code == 200


def test_where_the_old_address_was_nobodys_the_new_one_decides() -> None:
    user = make_user()
    _none, confirming = begin_change(user, verified=False)

    assert post("email/confirm", {"token": confirming}).json() == {"changed": True}

    assert reread(user).email == NEW
    assert delivered(user.email) == [
        "The e-mail address of your account was changed"
    ]  # and no link: it may be a stranger's


def test_an_address_that_was_shown_to_be_the_users_meanwhile_has_to_agree() -> None:
    user = make_user()
    _, confirming = begin_change(user, verified=False)
    assert post("email/verify", {"token": mailed_token(user, "verify_email")}).status_code == 204
    before = everything()

    refused(post("email/confirm", {"token": confirming}), 400, "link_not_valid")

    assert everything() == before
    assert User.objects.get().email == user.email


def test_an_address_is_taken_back_though_its_next_owner_was_erased() -> None:
    user = make_user()
    undo = undoing_token(user)
    user.refresh_from_db()
    begin = begin_change(user, "third@example.com")
    for path, token in zip(("email/approve", "email/confirm"), begin, strict=True):
        assert post(path, {"token": token}).status_code == 200
    next_owner = make_user(email=NEW, email_verified_at=timezone.now())
    caller = APIClient(headers=bearer(log_in(next_owner)["access"]))
    copy = caller.get("/api/users/me/export").json()["accounts"]
    assert {row["user"] for kind in ("link", "accountmessage") for row in copy[kind]} <= {next_owner.pk}

    erase_user(user=next_owner, at=timezone.now())

    assert post("email/undo", {"token": undo}).status_code == 204
    user.refresh_from_db()
    assert user.email not in (NEW, "third@example.com")


def test_who_has_no_address_gets_one() -> None:
    user = make_user(email="")
    assert client_of(user).post(URL, BODY).status_code == 204

    assert post("email/confirm", {"token": delivered(NEW)[-1]}).json() == {"changed": True}

    assert reread(user).email == NEW


def test_the_call_says_what_is_missing() -> None:
    user = known()
    client = client_of(user)
    nothing = {"email": user.email, "email_verified": True, "pending": None}
    assert client.get(URL).json() == nothing
    assert client.post(URL, {**BODY, "email": NEW.upper()}).status_code == 204
    change = EmailChange.objects.get()

    pending = client.get(URL).json()["pending"]

    expires_at = timezone.localtime(change.confirmation.expires_at).isoformat()
    assert pending == {
        "email": NEW,
        "needs_approval": True,
        "needs_confirmation": True,
        "expires_at": expires_at,
    }
    post("email/approve", {"token": delivered(user.email)[-1]})
    assert client.get(URL).json()["pending"]["needs_approval"] is False
    assert client.delete(URL).status_code == 204
    assert client.get(URL).json() == nothing
    refused(post("email/confirm", {"token": delivered(NEW)[-1]}), 400, "link_not_valid")
    assert client.delete(URL).status_code == 204


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {("email", "required")}),
        ({"email": "nobody"}, {("email", "invalid")}),
        ({"email": NEW}, {("current_password", "invalid_password")}),
        ({"email": NEW, "current_password": "wrong"}, {("current_password", "invalid_password")}),
        ({"email": "Me@example.com", "current_password": PASSWORD}, {("email", "unchanged")}),
    ],
)
def test_what_is_wrong_is_named(body: dict[str, str], codes: set[tuple[str, str]]) -> None:
    client = client_of(known(email="me@example.com"))
    before = everything()

    assert field_codes(refused(client.post(URL, body), 400, "invalid")) == codes

    assert everything() == before
    assert (EmailChange.objects.count(), AccountMessage.objects.count(), Link.objects.count()) == (0, 0, 0)


def test_a_sign_in_of_long_ago_is_not_enough() -> None:
    user = known()
    client = client_of(user)
    Session.objects.update(created_at=timezone.now() - timedelta(minutes=16))

    refused(client.post(URL, BODY), 403, "sign_in_again")

    assert EmailChange.objects.count() == 0


def test_a_stolen_session_does_not_guess_the_password() -> None:
    client = client_of(known())
    statuses = [client.post(URL, {**BODY, "current_password": "wrong"}).status_code for _ in range(15)]

    assert set(statuses) == {400, 429}
    refused(client.post(URL, BODY), 429, "too_many_attempts")
    assert EmailChange.objects.count() == 0


def give_another(user: User, at: datetime) -> None:
    replace_password(user=user, hashed=make_password(BETTER), at=at)


@pytest.mark.parametrize("close", [sign_out_everywhere, give_another])
def test_whoever_was_signed_out_meanwhile_begins_nothing(close: Callable[..., Any]) -> None:
    user = known()
    close(user=reread(user), at=timezone.now())

    with pytest.raises(AccountGone):
        change_email(user=user, email=NEW, current_password=PASSWORD, at=timezone.now())

    assert (EmailChange.objects.count(), AccountMessage.objects.count(), Link.objects.count()) == (0, 0, 0)


def test_who_has_no_password_needs_none() -> None:
    client = client_of(known(password=None))

    assert client.post(URL, {"email": NEW}).status_code == 204


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_taken_address_is_told_to_its_owner_alone(is_taken: bool) -> None:
    user = known()
    if is_taken:
        make_user(email=NEW)
    client = client_of(user)

    with CaptureQueriesContext(connection) as asked:
        response = client.post(URL, BODY)

    assert (response.status_code, response.content) == (204, b"")
    assert not [query for query in asked if NEW in query["sql"] and query["sql"].startswith("SELECT")]
    assert len(asked) == 16
    (told,) = delivered(NEW)
    assert told.startswith("This address has an account already") == is_taken
    assert "." in delivered(user.email)[-1]  # asked in either case


def test_of_what_became_taken_meanwhile_the_database_says_so() -> None:
    user = known()
    approving, confirming = begin_change(user)
    make_user(email=NEW.upper())
    assert post("email/approve", {"token": approving}).json() == {"changed": False}
    before = everything()

    refused(post("email/confirm", {"token": confirming}), 400, "link_not_valid")

    assert everything() == before
    assert EmailChange.objects.get().confirmed_at is None


def test_the_old_address_can_refuse() -> None:
    user = known()
    approving, confirming = begin_change(user)

    assert post("email/refuse", {"token": approving}).status_code == 204

    for path, token in (("email/approve", approving), ("email/confirm", confirming), ("email/refuse", approving)):
        refused(post(path, {"token": token}), 400, "link_not_valid")
    assert reread(user).email == user.email


def test_another_change_withdraws_the_one_before() -> None:
    user = known()
    approving, confirming = begin_change(user)
    AccountMessage.objects.update(created_at=timezone.now() - timedelta(minutes=2))

    assert client_of(user).post(URL, {**BODY, "email": "other@example.com"}).status_code == 204

    for path, token in (("email/approve", approving), ("email/confirm", confirming)):
        refused(post(path, {"token": token}), 400, "link_not_valid")
    assert EmailChange.objects.filter(withdrawn_at=None).get().new_email == "other@example.com"


def test_strangers_mailboxes_are_not_filled() -> None:
    client = client_of(known())
    assert client.post(URL, BODY).status_code == 204

    response = client.post(URL, {**BODY, "email": "other@example.com"})

    refused(response, 429, "too_many_mails")
    assert "Retry-After" in response
    assert EmailChange.objects.get().new_email == NEW


@pytest.mark.parametrize("how", ["changed", "signed out everywhere"])
def test_a_new_password_ends_what_was_begun_under_the_old_one(how: str) -> None:
    user = known()
    approving, confirming = begin_change(user)
    if how == "changed":
        access = log_in(user)["access"]
        body = {"current_password": PASSWORD, "new_password": BETTER}
        assert post("me/password", body, **bearer(access)).status_code == 204
    else:
        User.objects.update(password_version=99)

    for path, token in (("email/approve", approving), ("email/confirm", confirming)):
        refused(post(path, {"token": token}), 400, "link_not_valid")
    assert reread(user).email == user.email


def test_the_old_address_is_told_and_takes_itself_back() -> None:
    user = known()
    now = timezone.now()
    undoing = undoing_token(user)
    thief = log_in(user)
    User.objects.update(phone="+254712345678", phone_verified_at=now)

    assert post("email/undo", {"token": undoing}).status_code == 204

    again = reread(user)
    assert (again.email, again.email_verified, again.phone, again.phone_verified) == (user.email, True, "", False)
    assert not again.has_usable_password()
    assert me(thief["access"]).status_code == 401
    refused(post("login", {"email": user.email, "password": PASSWORD}), 401, "invalid_credentials")
    assert delivered(user.email)[-1] == "Your address was restored"
    assert delivered(NEW)[-1] == "The e-mail address of your account was changed"
    refused(post("email/undo", {"token": undoing}), 400, "link_not_valid")


def test_an_address_is_taken_back_however_often_it_was_changed_since() -> None:
    user = known()
    undoing = undoing_token(user)
    AccountMessage.objects.all().delete()
    change_email(user=reread(user), email="next@example.com", current_password=PASSWORD, at=timezone.now())
    for step, address in (("approve", NEW), ("confirm", "next@example.com")):
        assert post(f"email/{step}", {"token": delivered(address)[-1]}).status_code == 200
    assert reread(user).email == "next@example.com"
    thiefs = delivered(NEW)[-1]

    assert post("email/undo", {"token": undoing}).status_code == 204

    assert reread(user).email == user.email
    refused(post("email/undo", {"token": thiefs}), 400, "link_not_valid")


def test_what_staff_wrote_since_is_not_taken_back() -> None:
    user = known()
    undoing = undoing_token(user)
    User.objects.filter(pk=user.pk).update(email="office@example.com")

    refused(post("email/undo", {"token": undoing}), 400, "link_not_valid")

    assert reread(user).email == "office@example.com"


def test_an_address_that_somebody_took_cannot_be_taken_back() -> None:
    user = known()
    undoing = undoing_token(user)
    make_user(email=user.email)
    before = everything()

    refused(post("email/undo", {"token": undoing}), 400, "link_not_valid")

    assert everything() == before


def test_taking_back_has_an_end(settings: Any) -> None:
    undoing = undoing_token(known())
    link = Link.objects.get(purpose="undo_email")
    assert link.expires_at - link.created_at == settings.EMAIL_UNDO_LIFETIME == timedelta(days=7)
    Link.objects.update(expires_at=timezone.now())

    refused(post("email/undo", {"token": undoing}), 400, "link_not_valid")


def test_a_reset_that_went_to_the_old_address_is_worthless() -> None:
    user = known()
    reset = mailed_token(user, "reset_password")
    undoing_token(user)

    refused(post("password/reset/confirm", {"token": reset, "new_password": BETTER}), 400, "link_not_valid")


def test_the_profile_still_refuses_an_address() -> None:
    user = known()

    problem = refused(client_of(user).patch("/api/users/me", {"email": NEW}), 400, "unknown_field")

    assert field_codes(problem) == {("email", "unknown_field")}
    assert reread(user).email == user.email
