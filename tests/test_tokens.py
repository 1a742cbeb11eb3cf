"""Tokens that were not issued here, or not as what they are used for, open nothing."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.test.utils import override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import AccessToken
from tests.accounts.calls import bearer, everything, log_in, me, refresh, refused
from tests.factories import make_user

OTHER_KEY = "another-key-for-tests-only-that-is-long-enough-for-hs256"


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="wanjiku")


@pytest.fixture
def pair(wanjiku: User) -> dict[str, Any]:
    return log_in(wanjiku)


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def sign(claims: dict[str, Any], key: str = "", algorithm: str | None = "HS256") -> str:
    return jwt.encode(claims, key or settings.SECRET_KEY, algorithm)


def with_header(header: str) -> str:
    """A token of that header, no claims and a wrong signature."""
    return f"{urlsafe_b64encode(header.encode()).decode().rstrip('=')}.e30.AAAA"


def nobody_is_let_in(access: str, refresh_token: str) -> None:
    """Assert that neither works anywhere, and that trying wrote nothing."""
    before = everything()
    refused(me(access), 401, "token_not_valid")
    refused(refresh(refresh_token), 401, "token_not_valid")
    refused(APIClient().post("/api/users/logout", {"refresh": refresh_token}), 401, "token_not_valid")
    assert everything() == before


def test_signing_the_same_claims_gives_a_good_token(pair: dict[str, Any]) -> None:
    """The control of the forgeries below: they fail for the one thing that is wrong with them."""
    assert me(sign(claims_of(pair["access"]))).status_code == 200
    assert refresh(sign(claims_of(pair["refresh"]))).status_code == 200


def test_the_claims_are_what_is_needed_and_no_more(pair: dict[str, Any]) -> None:
    for token in ("access", "refresh"):
        claims = claims_of(pair[token])
        assert set(claims) == {"token_type", "exp", "iat", "jti", "user_id", "sid"}
        assert claims["token_type"] == token


@pytest.mark.parametrize(
    "change",
    [
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": []},
        {"exp": 10**18},
        {"exp": 1e300},
        {"exp": ...},
        {"iat": 1e300},
        {"iat": []},
        {"nbf": 10**12},
        {"jti": ...},
        {"jti": ["x"]},
        {"token_type": ...},
        {"token_type": "sliding"},
        {"token_type": ["access"]},
        {"sid": ...},
        {"sid": None},
        {"sid": 7},
        {"sid": ["x"]},
        {"sid": {}},
        {"sid": ""},
        {"sid": "not-a-uuid"},
        {"sid": "\x00"},
        {"user_id": ...},
        {"user_id": None},
        {"user_id": []},
        {"user_id": {}},
        {"user_id": 1.5},
        {"user_id": ""},
        {"user_id": "-1"},
        {"user_id": "one"},
        {"user_id": "٣"},
        {"user_id": "1" * 500},
        {"user_id": str(2**63)},
        {"user_id": "1\x00"},
    ],
    ids=str,
)
def test_claims_that_make_no_sense(pair: dict[str, Any], change: dict[str, Any]) -> None:
    changed = [
        {name: value for name, value in {**claims_of(pair[token]), **change}.items() if value is not ...}
        for token in ("access", "refresh")
    ]

    nobody_is_let_in(*map(sign, changed))


def test_expired(pair: dict[str, Any]) -> None:
    past = int((timezone.now() - timedelta(seconds=1)).timestamp())

    expired = {token: sign({**claims_of(pair[token]), "exp": past}) for token in ("access", "refresh")}
    before = everything()

    refused(me(expired["access"]), 401, "token_expired")
    refused(refresh(expired["refresh"]), 401, "token_expired")
    refused(APIClient().post("/api/users/logout", {"refresh": expired["refresh"]}), 401, "token_expired")
    assert everything() == before


def test_expired_and_forged_is_forged(pair: dict[str, Any]) -> None:
    nobody_is_let_in(*(sign({**claims_of(pair[token]), "exp": 1}, OTHER_KEY) for token in ("access", "refresh")))


def test_without_an_algorithm(pair: dict[str, Any]) -> None:
    nobody_is_let_in(*(jwt.encode(claims_of(pair[token]), None, "none") for token in ("access", "refresh")))


def test_with_another_algorithm(pair: dict[str, Any]) -> None:
    key = settings.SECRET_KEY * 2
    nobody_is_let_in(*(sign(claims_of(pair[token]), key, "HS512") for token in ("access", "refresh")))


def test_with_another_key(pair: dict[str, Any]) -> None:
    nobody_is_let_in(*(sign(claims_of(pair[token]), OTHER_KEY) for token in ("access", "refresh")))


def test_with_changed_claims_under_the_old_signature(pair: dict[str, Any]) -> None:
    forged = []
    for token in ("access", "refresh"):
        header, _, signature = pair[token].split(".")
        payload = sign({**claims_of(pair[token]), "user_id": "1"}).split(".")[1]
        forged.append(f"{header}.{payload}.{signature[::-1]}")

    nobody_is_let_in(*forged)


def test_of_another_type(pair: dict[str, Any]) -> None:
    nobody_is_let_in(pair["refresh"], pair["access"])


def test_of_another_user(pair: dict[str, Any]) -> None:
    other = str(make_user().pk)
    before = everything()

    refused(me(sign({**claims_of(pair["access"]), "user_id": other})), 401, "token_not_valid")
    refused(refresh(sign({**claims_of(pair["refresh"]), "user_id": other})), 401, "token_not_valid")
    assert everything() == before


def test_of_no_session(pair: dict[str, Any]) -> None:
    sid = str(uuid4())
    before = everything()

    refused(me(sign({**claims_of(pair["access"]), "sid": sid})), 401, "token_not_valid")
    refused(refresh(sign({**claims_of(pair["refresh"]), "sid": sid})), 401, "token_not_valid")
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a.b",
        "a.b.c",
        "....",
        with_header("[]"),
        with_header("null"),
        with_header("[" * 1500),
        with_header('{"alg":"HS256"}'),
        with_header('{"alg":"HS256","kid":[]}'),
        with_header('{"alg":["HS256"]}'),
        with_header('{"alg":1e999}'),
        with_header('{"alg":"HS256","b64":false,"crit":["b64"]}'),
        "\u00e9.\u00e9.\u00e9",
    ],
)
def test_what_is_no_token(text: str) -> None:
    nobody_is_let_in(text, text)


def test_signed_claims_that_are_no_object(pair: dict[str, Any]) -> None:
    for payload in ("[]", "null", "1", "[" * 1200, "{"):
        signed = jwt.api_jws.encode(payload.encode(), settings.SECRET_KEY, "HS256")
        nobody_is_let_in(signed, signed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer", "bad_authorization_header"),
        ("Bearer a b", "bad_authorization_header"),
        ("Bearer \x00", "token_not_valid"),
        ("Token abc", "not_authenticated"),
        ("Basic d2FuamlrdTpwYXNz", "not_authenticated"),
        ("", "not_authenticated"),
    ],
)
def test_other_authorization_headers(api: APIClient, header: str, code: str) -> None:
    refused(api.get("/api/users/me", headers={"Authorization": header}), 401, code)


def test_a_key_may_be_replaced_without_signing_anybody_out(pair: dict[str, Any]) -> None:
    moved = {token: sign(claims_of(pair[token]), OTHER_KEY) for token in ("access", "refresh")}
    refused(me(moved["access"]), 401, "token_not_valid")

    with override_settings(SECRET_KEY_FALLBACKS=["a-key-that-signed-nothing-but-is-long-enough", OTHER_KEY]):
        assert me(moved["access"]).status_code == 200
        assert me(pair["access"]).status_code == 200
        renewed = refresh(moved["refresh"]).json()
        expired = sign({**claims_of(pair["access"]), "exp": 0}, OTHER_KEY)
        refused(me(expired), 401, "token_expired")

    assert me(renewed["access"]).status_code == 200


def test_a_new_token_lives_from_the_given_moment(wanjiku: User) -> None:
    at = timezone.now() + timedelta(hours=1)

    token = AccessToken.for_session(session_id=uuid4(), user_id=wanjiku.pk, at=at)

    assert token["exp"] == int((at + token.lifetime).timestamp())


def test_the_bearer_scheme_in_the_challenge(api: APIClient, db: None) -> None:
    response = api.get("/api/users/me", headers=bearer("x.y.z"))

    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
