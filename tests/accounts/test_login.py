"""POST /api/users/login, the back office's log-in, and how passwords are hashed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.test.utils import override_settings
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import passwords
from accounts.models import Session, User
from tests.accounts.calls import everything, field_codes, log_in, me, refused
from tests.factories import PASSWORD, make_user

URL = "/api/users/login"


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="Wanjiku", email="Wanjiku@example.com")


@pytest.mark.parametrize(
    "identifier",
    [
        {"username": "Wanjiku"},
        {"username": "WANJIKU"},
        {"username": " wanjiku "},
        {"username": "wanjiku@example.com"},
        {"email": "wanjiku@example.com"},
        {"email": "WANJIKU@EXAMPLE.COM"},
    ],
)
def test_by_user_name_or_email_in_any_case(api: APIClient, wanjiku: User, identifier: dict[str, str]) -> None:
    response = api.post(URL, {**identifier, "password": PASSWORD})

    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"access", "refresh", "user"}
    assert body["user"]["id"] == wanjiku.pk
    assert me(body["access"]).status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_whatever_is_wrong_the_answer_is_the_same(api: APIClient, wanjiku: User) -> None:
    make_user(username="gone", is_active=False)
    no_password = make_user(username="keyless")
    no_password.set_unusable_password()
    no_password.save()
    before = everything()

    bodies = []
    for username, password in [
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("wanjiku", "wrong"),
        ("wanjiku", PASSWORD + " "),
        ("gone", PASSWORD),
        ("keyless", PASSWORD),
        ("   ", PASSWORD),
    ]:
        problem = refused(api.post(URL, {"username": username, "password": password}), 401, "invalid_credentials")
        problem.pop("request_id")
        bodies.append(problem)

    assert all(body == bodies[0] for body in bodies)
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("known", ["unknown", "wrong password", "disabled", "keyless"])
def test_every_refusal_costs_one_hash(known: str, api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "check_password", lambda password, encoded: hashed.append("dummy"))
    monkeypatch.setattr(User, "check_password", lambda user, password: bool(hashed.append("check")))
    if known != "unknown":
        make_user(username="wanjiku", is_active=known != "disabled", password=None if known == "keyless" else PASSWORD)

    refused(api.post(URL, {"username": "wanjiku", "password": "wrong"}), 401, "invalid_credentials")

    assert hashed == ["dummy" if known in ("unknown", "keyless") else "check"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code", "codes"),
    [
        ({}, "invalid", {("username", "required"), ("password", "required")}),
        ({"password": "x"}, "invalid", {("username", "required")}),
        ({"username": "a"}, "invalid", {("password", "required")}),
        ({"email": "a@example.com"}, "invalid", {("password", "required")}),
        (
            {"username": "a", "email": "a@example.com", "password": "x"},
            "unknown_field",
            {("username", "unknown_field")},
        ),
        ({"username": "", "password": "x"}, "invalid", {("username", "blank")}),
        ({"username": None, "password": None}, "invalid", {("username", "null"), ("password", "null")}),
        ({"username": 7, "password": True}, "invalid", {("username", "invalid"), ("password", "invalid")}),
        ({"email": ["a@example.com"], "password": "x"}, "invalid", {("email", "invalid")}),
        (
            {"username": "a" * 255, "password": "x" * 129},
            "invalid",
            {("username", "max_length"), ("password", "max_length")},
        ),
        ({"username": "a", "password": "x", "is_staff": True}, "unknown_field", {("is_staff", "unknown_field")}),
    ],
)
def test_a_wrong_body_is_400(api: APIClient, body: Any, code: str, codes: set[tuple[str, str]]) -> None:
    assert field_codes(refused(api.post(URL, body), 400, code)) == codes
    assert Session.objects.count() == 0


def test_an_access_token_that_is_sent_along_is_disregarded(api: APIClient, wanjiku: User) -> None:
    response = api.post(
        URL, {"username": "wanjiku", "password": PASSWORD}, headers={"Authorization": "Bearer of-nothing"}
    )

    assert response.status_code == 200


def test_login_takes_five_queries(
    api: APIClient, wanjiku: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):  # the user, the failures before and after the hash, the session, one too many
        assert api.post(URL, {"email": "wanjiku@example.com", "password": PASSWORD}).status_code == 200


def test_the_session_remembers_what_the_client_calls_itself(wanjiku: User) -> None:
    log_in(wanjiku, headers={"User-Agent": "Mozilla\x00/5.0 \x07" + "x" * 300})

    agent = Session.objects.get().user_agent
    assert agent == "Mozilla/5.0 " + "x" * 188
    assert len(agent) == 200


def test_passwords_are_hashed_with_argon2id(db: None) -> None:
    with override_settings(PASSWORD_HASHERS=["accounts.hashers.ShopArgon2PasswordHasher"]):
        encoded = make_user().password

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_outdated_hash_is_renewed_and_no_session_ends(
    wanjiku: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    old = "accounts.hashers.ShopArgon2PasswordHasher"
    new = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[old]):
        User.objects.update(password=make_password(PASSWORD))
        elsewhere = log_in(wanjiku)

    with override_settings(PASSWORD_HASHERS=[new, old]), django_assert_max_num_queries(6):
        here = log_in(wanjiku)

    wanjiku.refresh_from_db()
    assert wanjiku.password.startswith("md5$")
    assert wanjiku.password_version == 0
    assert [me(signed_in["access"]).status_code for signed_in in (elsewhere, here)] == [200, 200]


def test_an_outdated_hash_that_was_replaced_meanwhile_does_not_come_back(wanjiku: User) -> None:
    old = "accounts.hashers.ShopArgon2PasswordHasher"
    new = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[old]):
        User.objects.update(password=make_password(PASSWORD))
    signing_in = User.objects.get(pk=wanjiku.pk)
    wanjiku.set_password("staple 7 tree lantern")
    wanjiku.save()

    with override_settings(PASSWORD_HASHERS=[new, old]):
        assert signing_in.check_password(PASSWORD)

    wanjiku.refresh_from_db()
    assert wanjiku.check_password("staple 7 tree lantern")
    assert not wanjiku.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["Wanjiku", "wanjiku", "WANJIKU@EXAMPLE.COM"])
def test_the_back_office_takes_a_user_name_or_an_email(wanjiku: User, name: str) -> None:
    assert authenticate(username=name, password=PASSWORD) == wanjiku


def test_the_back_office_refuses_the_disabled_the_wrong_and_the_missing(wanjiku: User) -> None:
    make_user(username="gone", is_active=False)

    assert authenticate(username="wanjiku", password="wrong") is None
    assert authenticate(username="gone", password=PASSWORD) is None
    assert authenticate(username="nobody", password=PASSWORD) is None
    assert authenticate(username="wanjiku", password=None) is None
