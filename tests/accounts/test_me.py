"""GET and PATCH /api/users/me, POST /api/users/me/password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.actions.add_address import add_address
from accounts.actions.change_email import change_email
from accounts.actions.change_password import change_password
from accounts.actions.change_profile import change_profile
from accounts.actions.end_other_sessions import end_other_sessions
from accounts.actions.erase_user import erase_user
from accounts.actions.give_up_email_change import give_up_email_change
from accounts.actions.record_consents import record_consents
from accounts.actions.resend_verification import resend_verification
from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.actions.start_session import start_session
from accounts.consents import unsubscribe_url
from accounts.errors import AccountGone, WrongPassword
from accounts.models import Consent, Session, User
from accounts.tokens import AccessToken
from tests.accounts.calls import bearer, everything, field_codes, log_in, me, refresh, refused
from tests.factories import PASSWORD, make_user
from tests.staff import client_of

ME = "/api/users/me"
NEW_PASSWORD = "staple 7 tree lantern"


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="wanjiku", email="wanjiku@example.com", phone="+254712345678")


@pytest.fixture
def signed_in(wanjiku: User) -> dict[str, Any]:
    return log_in(wanjiku)


@pytest.fixture
def caller(signed_in: dict[str, Any]) -> APIClient:
    return APIClient(headers=bearer(signed_in["access"]))


def test_reading_oneself_takes_one_query(caller: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        response = caller.get(ME)

    assert response.status_code == 200
    body = response.json()
    assert body["username"] == "wanjiku"
    assert list(body) == [
        *(
            "id",
            "username",
            "email",
            "email_verified",
            "phone",
            "phone_verified",
            "role",
            "first_name",
            "last_name",
            "date_joined",
        ),
    ]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("rights", "role"),
    [({}, "customer"), ({"is_staff": True}, "staff"), ({"is_staff": True, "is_superuser": True}, "admin")],
)
def test_the_role_says_what_the_account_may(db: None, rights: dict[str, bool], role: str) -> None:
    assert client_of(make_user(**rights)).get(ME).json()["role"] == role


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), [("get", ME), ("patch", ME), ("post", f"{ME}/password")])
def test_without_a_token_there_is_no_self(api: APIClient, method: str, path: str) -> None:
    refused(getattr(api, method)(path), 401, "not_authenticated")


def test_the_given_fields_change_and_no_others(caller: APIClient, wanjiku: User) -> None:
    response = caller.patch(ME, {"first_name": " Wanjiku ", "phone": "0110 123 456"})

    assert response.status_code == 200
    body = response.json()
    assert (body["first_name"], body["last_name"], body["phone"]) == ("Wanjiku", "", "+254110123456")
    assert caller.get(ME).json() == body
    assert (body["username"], body["email"]) == ("wanjiku", "wanjiku@example.com")


@pytest.mark.parametrize("body", [{}, {"username": "WanJiku"}, {"phone": ""}, {"last_name": ""}])
def test_small_changes(caller: APIClient, body: dict[str, str]) -> None:
    before = caller.get(ME).json()

    response = caller.patch(ME, body)

    assert response.status_code == 200
    assert response.json() == caller.get(ME).json() == {**before, **body}


@pytest.mark.parametrize(
    ("body", "code", "codes"),
    [
        ({"username": "TAKEN"}, "invalid", {("username", "unique")}),
        ({"username": ""}, "invalid", {("username", "blank")}),
        ({"username": "a@b"}, "invalid", {("username", "invalid")}),
        ({"username": None}, "invalid", {("username", "null")}),
        ({"first_name": "x" * 151}, "invalid", {("first_name", "max_length")}),
        ({"first_name": "Wan\njiku"}, "invalid", {("first_name", "invalid")}),
        ({"last_name": "Ka\u202emau"}, "invalid", {("last_name", "invalid")}),
        ({"last_name": 5}, "invalid", {("last_name", "invalid")}),
        ({"phone": "123"}, "invalid", {("phone", "invalid_phone")}),
        ({"email": "new@example.com"}, "unknown_field", {("email", "unknown_field")}),
        ({"role": "admin"}, "unknown_field", {("role", "unknown_field")}),
        ({"is_staff": True}, "unknown_field", {("is_staff", "unknown_field")}),
        ({"is_superuser": True}, "unknown_field", {("is_superuser", "unknown_field")}),
        ({"id": 1}, "unknown_field", {("id", "unknown_field")}),
        ({"password": NEW_PASSWORD}, "unknown_field", {("password", "unknown_field")}),
        ({"email_verified": True}, "unknown_field", {("email_verified", "unknown_field")}),
        ({"first_name": "A", "date_joined": "2020-01-01"}, "unknown_field", {("date_joined", "unknown_field")}),
    ],
)
def test_a_refused_change_changes_nothing(
    caller: APIClient, body: dict[str, Any], code: str, codes: set[tuple[str, str]]
) -> None:
    make_user(username="taken")
    before = everything()

    assert field_codes(refused(caller.patch(ME, body), 400, code)) == codes
    assert everything() == before


def test_a_new_password_ends_every_other_session(
    caller: APIClient, wanjiku: User, signed_in: dict[str, Any], client: Client
) -> None:
    elsewhere, stranger, under_way = log_in(wanjiku), log_in(make_user()), User.objects.get(pk=wanjiku.pk)
    client.force_login(wanjiku)  # a browser in the back office

    response = caller.post(f"{ME}/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert (response.status_code, response.content) == (204, b"")
    assert caller.get(ME).status_code == 200
    assert me(refresh(signed_in["refresh"]).json()["access"]).status_code == 200
    late = start_session(user=under_way, at=timezone.now())  # its password was checked before
    for pair in (elsewhere, late._asdict()):
        refused(me(pair["access"]), 401, "token_not_valid")
        refused(refresh(pair["refresh"]), 401, "token_not_valid")
    assert sorted(wanjiku.sessions.values_list("end_reason", flat=True)) == ["", "", "password_changed"]
    assert get_user(client).is_anonymous
    assert me(stranger["access"]).status_code == 200
    credentials = {"username": "wanjiku", "password": PASSWORD}
    refused(APIClient().post("/api/users/login", credentials), 401, "invalid_credentials")
    answer = APIClient().post("/api/users/login", {**credentials, "password": NEW_PASSWORD})
    assert me(answer.json()["access"]).status_code == 200


def test_a_session_that_somebody_ended_meanwhile_does_not_come_back(wanjiku: User, signed_in: dict[str, Any]) -> None:
    read_before = User.objects.get(pk=wanjiku.pk)
    sign_out_everywhere(user=wanjiku, at=timezone.now())
    Session.objects.update(ended_at=None)  # even if it had been overlooked there

    here = AccessToken(signed_in["access"]).session_id  # type: ignore[arg-type]
    end_other_sessions(user=read_before, session_id=here, at=timezone.now())

    refused(me(signed_in["access"]), 401, "token_not_valid")


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {("current_password", "required"), ("new_password", "required")}),
        ({"current_password": "wrong"}, {("current_password", "invalid_password")}),
        ({"current_password": f" {PASSWORD}"}, {("current_password", "invalid_password")}),
        ({"new_password": "short 7"}, {("new_password", "password_too_short")}),
        ({"new_password": "password1"}, {("new_password", "password_too_common")}),
        ({"new_password": "wanjiku@example.com"}, {("new_password", "password_too_similar")}),
        ({"new_password": "x" * 129}, {("new_password", "max_length")}),
        ({"new_password": None}, {("new_password", "null")}),
        (
            {"current_password": 5, "new_password": ["a"]},
            {("current_password", "invalid"), ("new_password", "invalid")},
        ),
    ],
)
def test_a_refused_password_changes_nothing(
    caller: APIClient, body: dict[str, Any], codes: set[tuple[str, str]]
) -> None:
    before = everything()
    whole = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, **body} if body else {}

    assert field_codes(refused(caller.post(f"{ME}/password", whole), 400, "invalid")) == codes
    assert everything() == before


def test_of_two_password_changes_at_once_one_goes_through(wanjiku: User) -> None:
    one, other = User.objects.get(), User.objects.get()
    at = wanjiku.date_joined

    here = start_session(user=wanjiku, at=timezone.now())
    known: dict[str, Any] = {"current_password": PASSWORD, "session_id": AccessToken(here.access).session_id, "at": at}  # type: ignore[arg-type]

    change_password(user=one, new_password=NEW_PASSWORD, **known)
    with pytest.raises(WrongPassword):
        change_password(user=other, new_password="another 5 words here", **known)

    assert User.objects.get().check_password(NEW_PASSWORD)
    assert me(here.access).status_code == 200


LATE: dict[str, Callable[[User], Any]] = {
    "name": lambda user: change_profile(user=user, changes={"first_name": "Wanjiku"}, at=timezone.now()),
    "phone": lambda user: change_profile(user=user, changes={"phone": "+254712345678"}, at=timezone.now()),
    "address": lambda user: add_address(user=user, values={"recipient": "Wanjiku"}, at=timezone.now()),
    "consents": lambda user: record_consents(
        user=user, given={"email": True}, source=Consent.Source.ACCOUNT, at=timezone.now()
    ),
    "e-mail": lambda user: change_email(
        user=user, email="new@example.com", current_password=PASSWORD, at=timezone.now()
    ),
    "link": lambda user: resend_verification(user=user, at=timezone.now()),
    "no other e-mail": lambda user: give_up_email_change(user=user, at=timezone.now()),
}


@pytest.mark.parametrize("what", LATE)
def test_nothing_is_written_into_an_account_that_was_erased_meanwhile(wanjiku: User, what: str) -> None:
    erase_user(user=User.objects.get(pk=wanjiku.pk), at=timezone.now())
    before = everything()

    with pytest.raises(AccountGone):
        LATE[what](wanjiku)

    assert everything() == before


def test_a_link_in_an_advertisement_works_for_whoever_is_erased_at_that_moment(
    wanjiku: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise AccountGone

    monkeypatch.setattr("accounts.views.privacy.record_consents", refuse)

    assert Client().post(unsubscribe_url(user_id=wanjiku.pk, channel="email")).status_code == 200
