"""POST /api/users/register."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Session, User
from tests.accounts.calls import everything, field_codes, me, refused
from tests.concurrency import Meeting, at_once
from tests.factories import make_user

URL = "/api/users/register"
BODY = {"username": "Wanjiku", "email": "Wanjiku@Example.COM", "password": "correct horse 42 battery"}


@pytest.mark.django_db
def test_a_customer_is_made_and_signed_in(api: APIClient) -> None:
    response = api.post(URL, {**BODY, "phone": "0712 345 678"}, headers={"User-Agent": "curl/8"})

    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"user", "access", "refresh"}
    user = User.objects.get()
    assert body["user"] == {
        "id": user.pk,
        "username": "Wanjiku",
        "email": "wanjiku@example.com",
        "email_verified": False,
        "phone": "+254712345678",
        "phone_verified": False,
        "role": "customer",
        "first_name": "",
        "last_name": "",
        "date_joined": body["user"]["date_joined"],
    }
    assert datetime.fromisoformat(body["user"]["date_joined"]) == user.date_joined
    assert user.check_password(BODY["password"])
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert Session.objects.get().user_agent == "curl/8"
    assert me(body["access"]).json() == body["user"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_phone_may_be_left_out(api: APIClient) -> None:
    assert api.post(URL, BODY).json()["user"]["phone"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"username": "WANJIKU"}, {("username", "unique")}),
        ({"email": "WANJIKU@example.com"}, {("email", "unique")}),
        (
            {"username": "wanjiku", "email": "wanjiku@EXAMPLE.com"},
            {("username", "unique"), ("email", "unique")},
        ),
        (
            {"username": "wanjiku", "password": "password"},
            {("username", "unique"), ("password", "password_too_common")},
        ),
    ],
)
def test_names_are_unique_in_any_case(api: APIClient, body: dict[str, str], codes: set[tuple[str, str]]) -> None:
    make_user(username="Wanjiku", email="wanjiku@example.com")
    before = everything()

    response = api.post(URL, {**BODY, "username": "other", "email": "other@example.com", **body})

    assert field_codes(refused(response, 400, "invalid")) == codes
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"username": ""}, {("username", "blank")}),
        ({"username": None}, {("username", "null")}),
        ({"username": 42}, {("username", "invalid")}),
        ({"username": ["a"]}, {("username", "invalid")}),
        ({"username": {}}, {("username", "invalid")}),
        ({"username": True}, {("username", "invalid")}),
        ({"username": "a@b"}, {("username", "invalid")}),
        ({"username": "a b"}, {("username", "invalid")}),
        ({"username": "wänjiku"}, {("username", "invalid")}),
        ({"username": "a" * 151}, {("username", "max_length")}),
        ({"email": "nobody"}, {("email", "invalid")}),
        ({"email": "a@b"}, {("email", "invalid")}),
        ({"email": 1.5}, {("email", "invalid")}),
        ({"email": '"a\x0bbcc:victim@x.com"@example.com'}, {("email", "invalid")}),
        ({"email": '"a\\\x7fb"@example.com'}, {("email", "invalid")}),
        ({"email": "a@ex\u202eample.com"}, {("email", "invalid")}),
        ({"email": "a" * 250 + "@example.com"}, {("email", "max_length")}),
        ({"password": "short 7"}, {("password", "password_too_short")}),
        ({"password": "password"}, {("password", "password_too_common")}),
        ({"password": "wanjiku@example"}, {("password", "password_too_similar")}),
        ({"password": "x" * 129}, {("password", "max_length")}),
        ({"password": 1234567890}, {("password", "invalid")}),
        ({"phone": "12345"}, {("phone", "invalid_phone")}),
        ({"phone": 712345678}, {("phone", "invalid")}),
        ({"phone": None}, {("phone", "null")}),
        ({"phone": "0" * 33}, {("phone", "max_length")}),
    ],
)
def test_a_wrong_field_is_named(api: APIClient, change: dict[str, Any], codes: set[tuple[str, str]]) -> None:
    before = everything()

    response = api.post(URL, {**BODY, **change})

    assert field_codes(refused(response, 400, "invalid")) == codes
    assert everything() == before


@pytest.mark.django_db
def test_every_missing_field_is_named(api: APIClient) -> None:
    problem = refused(api.post(URL, {}), 400, "invalid")

    assert field_codes(problem) == {(name, "required") for name in ("username", "email", "password")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field", ["id", "role", "is_staff", "is_superuser", "is_active", "groups", "email_verified", "password_version"]
)
def test_nobody_gives_themselves_rights(api: APIClient, field: str) -> None:
    response = api.post(URL, {**BODY, field: "admin"})

    assert field_codes(refused(response, 400, "unknown_field")) == {(field, "unknown_field")}
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_registrations_at_once_one_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_has_it, set_password = Meeting(4), User.set_password

    def hash_together(user: User, password: str) -> None:
        nobody_has_it.wait()
        set_password(user, password)

    monkeypatch.setattr(User, "set_password", hash_together)

    def register(email: str) -> Any:
        return APIClient().post(URL, {**BODY, "email": email})

    responses = at_once(*(partial(register, f"wanjiku{n}@example.com") for n in range(4)))

    assert sorted(response.status_code for response in responses) == [201, 400, 400, 400]
    for response in responses:
        if response.status_code == 400:
            assert field_codes(refused(response, 400, "invalid")) == {("username", "unique")}
    assert User.objects.count() == Session.objects.count() == 1


@pytest.mark.django_db
def test_an_address_that_is_too_long_in_ascii_is_refused(api: APIClient) -> None:
    domain = "\u00fc." * 35  # in ASCII eight characters each
    before = everything()

    response = api.post(URL, {**BODY, "email": f"a@{domain}com"})

    assert field_codes(refused(response, 400, "invalid")) == {("email", "max_length")}
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["victim@\uff47mail.com", '"victim"@gmail.com', "victim@gmai\u217c.com"], ids=ascii)
def test_an_address_is_kept_as_mails_are_addressed_to_it(api: APIClient, email: str) -> None:
    assert api.post(URL, {**BODY, "email": email}).json()["user"]["email"] == "victim@gmail.com"

    response = api.post(URL, {**BODY, "username": "another", "email": "victim@gmail.com"})

    assert field_codes(refused(response, 400, "invalid")) == {("email", "unique")}
    found = api.post("/api/users/login", {"email": email, "password": BODY["password"]})
    assert found.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email",
    [
        "v\u0131ctim@gmail.com",
        "victim@gmail.com\u200b",
        "victim@a\u2100b.com",
        "victim@stra\u00dfe.de",
        "a@b\uff20c.com",
    ],
    ids=ascii,
)
def test_an_address_that_takes_no_mail_or_that_of_two_is_refused(api: APIClient, email: str) -> None:
    before = everything()

    response = api.post(URL, {**BODY, "email": email})

    assert field_codes(refused(response, 400, "invalid")) == {("email", "invalid")}
    assert everything() == before
