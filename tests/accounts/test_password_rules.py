"""Which passwords may be chosen, and how they are written."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.password_rules import period
from accounts.passwords import may_sign_in
from tests.accounts import mailing
from tests.accounts.calls import field_codes, refused
from tests.accounts.mailing import post
from tests.factories import make_user
from tests.orders import client_of

COMPOSED, APART = "caf\u00e9 n\u00famero cinco", "cafe\u0301 nu\u0301mero cinco"
FULL_WIDTH = "\uff43\uff41\uff46e\u0301 n\u00famero cinco"


def register(password: str, **fields: Any) -> Any:
    body = {"username": "wanjiku", "email": "kamau@example.com", "password": password, **fields}
    return post("register", body)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        " password ",
        "Password1!",
        "P@ssw0rd2026",
        "p4$$w0rd",
        "dragon2026!",
        "qwertyqwerty",
        "passwordpassword",
        "12345678",
        "1q2w3e4r",
        "Electroports1",
        "electroports & pins",
        "N@irobi2026",
        "M-Pesa254",
    ],
)
def test_what_anybody_would_try_is_refused(password: str) -> None:
    problem = refused(register(password), 400, "invalid")

    assert field_codes(problem) == {("password", "password_too_common")}
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["0712345678", "+254 712 345 678", "0712-345-678!", "a0712345678"])
def test_ones_own_phone_is_refused(password: str) -> None:
    problem = refused(register(password, phone="0712345678"), 400, "invalid")

    assert ("password", "password_too_similar") in field_codes(problem)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "correct horse 42 battery",
        "kelele za chura",
        "  spaces at both ends  ",
        "x" * 64 + "Zq" * 32,
        "nenosirí lañgu",
        "密码足够长的一句话",
        "🦒🦓🐘🦏🦛🐆🦁🐊",
        "electroports lantern",
        "love 8361 9274 6150",
        "zq7#kP2w",
    ],
)
def test_whatever_else_is_long_enough_is_taken_and_signs_in(password: str) -> None:
    assert register(password).status_code == 201

    assert post("login", {"username": "wanjiku", "password": password}).status_code == 200
    if password != password.strip():
        refused(post("login", {"username": "wanjiku", "password": password.strip()}), 401, "invalid_credentials")
    if password != password.swapcase():
        refused(post("login", {"username": "wanjiku", "password": password.swapcase()}), 401, "invalid_credentials")


@pytest.mark.django_db
@pytest.mark.parametrize(("chosen", "typed"), [(COMPOSED, APART), (APART, COMPOSED), (COMPOSED, FULL_WIDTH)])
def test_a_password_is_the_same_on_every_keyboard(chosen: str, typed: str) -> None:
    assert register(chosen).status_code == 201

    assert post("login", {"username": "wanjiku", "password": typed}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["reset", "change"])
def test_so_is_one_that_was_chosen_later(how: str) -> None:
    user = make_user()
    if how == "reset":
        token = mailing.mailed_token(user, "reset_password")
        assert post("password/reset/confirm", {"token": token, "new_password": APART}).status_code == 204
    else:
        body = {"current_password": "correct horse 42 battery", "new_password": APART}
        assert client_of(user).post("/api/users/me/password", body).status_code == 204

    assert User.objects.get().check_password(COMPOSED)


@pytest.mark.django_db
def test_hashes_from_before_passwords_were_normalised_are_good() -> None:
    user = make_user()
    User.objects.update(password=make_password(APART))
    user.refresh_from_db()

    assert user.check_password(APART)
    assert not user.check_password(COMPOSED)  # as before: what was hashed is not known
    assert may_sign_in(user, APART)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["correct horse", APART])
def test_a_wrong_password_costs_as_much_for_nobody_as_for_somebody(password: str, monkeypatch: Any) -> None:
    user, checked = make_user(), []
    may_sign_in(None, password)  # what is made once a process is made
    verify = MD5PasswordHasher.verify
    monkeypatch.setattr(MD5PasswordHasher, "verify", lambda *args: checked.append(args[1]) or verify(*args))

    may_sign_in(None, password)
    for_nobody = list(checked)
    checked.clear()
    may_sign_in(user, password)

    assert checked == for_nobody
    assert len(checked) == (2 if password == APART else 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "status"), [(7, 400), (8, 201), (128, 201), (129, 400)])
def test_the_length_counts_characters(length: int, status: int) -> None:
    text = ("kq7w zpx mfj ñandú " * 7)[:length]

    assert register(text if text.strip() == text else text[:-1] + "x").status_code == status


def test_the_period_of_a_text() -> None:
    assert [period(text) for text in ("", "a", "aaaa", "abab", "aba")] == [0, 1, 1, 2, 3]


def test_every_rule_says_beforehand_what_it_wants(settings: Any) -> None:
    assert all(rule.get_help_text() for rule in get_default_password_validators())
    with pytest.raises(ValidationError):
        validate_password("password")
