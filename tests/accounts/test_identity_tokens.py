"""What is checked of an id token, and what becomes of the provider's keys."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import jwt
import pytest
from rest_framework.test import APIClient

from accounts import provider_keys
from accounts.errors import ProviderUnavailable
from accounts.models import ExternalIdentity, User
from accounts.provider_keys import KeySet, NoSuchKey, read_lifetime
from tests.accounts.calls import field_codes, refused
from tests.accounts.elsewhere import APPLE, GOOGLE, everything_elsewhere, google, sign_in
from tests.concurrency import at_once
from tests.fakes.daraja_http import (
    DRIPS_AFTER,
    DROPS,
    ERROR_500,
    FLOOD_AFTER,
    HALF_AFTER,
    HANGS,
    REDIRECTS,
)
from tests.fakes.openid import (
    CLIENT_ID,
    NO_KEYS,
    NOT_JSON,
    FakeOpenId,
    hashed,
    private_key,
    published,
)

__all__ = ["google"]
pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"iss": "short.example"},
        {"aud": [CLIENT_ID]},
        {"azp": "the-phone.example"},
        {"aud": [CLIENT_ID, "the-phone.example"], "azp": CLIENT_ID},
        {"exp": timedelta(seconds=-30)},
        {"iat": timedelta(seconds=30)},
        {"iat": timedelta(seconds=-5.5)},
        {"email_verified": "true"},
    ],
    ids=str,
)
def test_good_token(google: FakeOpenId, changes: dict[str, Any]) -> None:
    response = sign_in(google.token(**changes))

    assert response.status_code == 201, response.content
    assert response.json()["user"]["email"] == "wanjiku@gmail.com"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": ["short.example"]},
        {"aud": "another.example"},
        {"aud": None},
        {"aud": []},
        {"aud": {"a": CLIENT_ID}},
        {"aud": [CLIENT_ID, "another.example"], "azp": CLIENT_ID},
        {"aud": [CLIENT_ID, "the-phone.example"]},
        {"azp": "another.example"},
        {"azp": None, "aud": [CLIENT_ID, CLIENT_ID]},
        {"exp": timedelta(seconds=-120)},
        {"exp": None},
        {"exp": "4102444800"},
        {"exp": True},
        {"exp": 1e300},
        {"exp": -1},
        {"iat": None},
        {"iat": timedelta(seconds=600)},
        {"iat": timedelta(days=-2)},
        {"nbf": timedelta(seconds=600)},
        {"nbf": "soon"},
        {"sub": None},
        {"sub": ""},
        {"sub": 12},
        {"sub": "x" * 256},
        {"sub": "é"},
        {"nonce": "not sent along"},
        {"nonce": 5},
    ],
    ids=str,
)
def test_bad_claim(google: FakeOpenId, changes: dict[str, Any]) -> None:
    before = everything_elsewhere()

    refused(sign_in(google.token(**changes)), 401, "identity_token_not_valid")
    assert everything_elsewhere() == before


def unsigned(google: FakeOpenId, header: dict[str, Any], claims: Any = None) -> str:
    parts = (header, google.claims() if claims is None else claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def forgeries(google: FakeOpenId) -> dict[str, str]:
    """Tokens that the provider did not sign, or not in its way."""
    good = google.token()
    head, body, signature = good.split(".")
    other = json.loads(urlsafe_b64decode(body + "==")) | {"sub": "somebody-else"}
    swapped = urlsafe_b64encode(json.dumps(other).encode()).rstrip(b"=").decode()
    public = jwt.algorithms.RSAAlgorithm.from_jwk(google.keys[0]).public_numbers()  # type: ignore[union-attr]
    secret = str(public.n)
    return {
        "alg none": unsigned(google, {"alg": "none", "kid": "key-0"}),
        "no signature": f"{head}.{body}.",
        "other claims": f"{head}.{swapped}.{signature}",
        "another's key": google.token(key=private_key(9)),
        "HMAC with the public key": google.token(key=secret.rjust(64, "0"), algorithm="HS256"),
        "another algorithm of RSA": google.token(algorithm="PS256"),
        "RS512": google.token(algorithm="RS512"),
        "no kid": google.token(header={}),
        "a kid that is none": unsigned(google, {"alg": "RS256", "kid": 5}),
        "a key of its own": google.token(
            key=private_key(9), header={"kid": "mine", "jwk": published(private_key(9), "mine"), "jku": google.issuer}
        ),
        "critical headers": google.token(header={"kid": "key-0", "crit": ["b64"], "b64": False}),
        "claims that are a list": unsigned(google, {"alg": "RS256", "kid": "key-0"}, []),
        "words": "not a token",
        "dots": "...",
        "dots of words": "a.b.c",
        "deep": f"{urlsafe_b64encode(b'[' * 3000).decode()}.{body}.{signature}",
    }


def test_forged_token(google: FakeOpenId) -> None:
    before = everything_elsewhere()

    for name, token in forgeries(google).items():
        response = sign_in(token)
        assert response.status_code == 401, name
        refused(response, 401, "identity_token_not_valid")
    assert everything_elsewhere() == before


@pytest.mark.parametrize("form", ["as it is", "hashed", "hashed, base64url"])
def test_nonce(google: FakeOpenId, form: str) -> None:
    nonce = "Zt0cA7qSx2k"
    base64url = urlsafe_b64encode(bytes.fromhex(hashed(nonce))).rstrip(b"=").decode()
    claimed = {"as it is": nonce, "hashed": hashed(nonce), "hashed, base64url": base64url}[form]

    refused(sign_in(google.token(nonce=claimed), nonce="another"), 401, "identity_token_not_valid")
    refused(sign_in(google.token(), nonce=nonce), 401, "identity_token_not_valid")
    assert sign_in(google.token(nonce=claimed), nonce=nonce).status_code == 201


def test_token_signs_in_once(google: FakeOpenId) -> None:
    token = google.token()
    assert sign_in(token).status_code == 201
    before = everything_elsewhere()

    refused(sign_in(token), 401, "identity_token_not_valid")
    # The last letter of a signature of 256 bytes has four bits that mean nothing.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters.index(token[-1])
    refused(sign_in(token[:-1] + letters[last ^ 1]), 401, "identity_token_not_valid")
    refused(sign_in(token, APPLE), 401, "identity_token_not_valid")

    assert everything_elsewhere() == before


@pytest.mark.parametrize("url", [GOOGLE, APPLE])
def test_provider_that_is_not_enabled(google: FakeOpenId, settings: Any, url: str) -> None:
    settings.IDENTITY_PROVIDERS = dict.fromkeys(("google", "apple"), google.settings(client_ids=()))

    refused(sign_in(google.token(), url), 409, "provider_not_enabled")

    assert (google.fetches, User.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("body", "code", "codes"),
    [
        ({}, "invalid", {("id_token", "required")}),
        ({"id_token": ""}, "invalid", {("id_token", "blank")}),
        ({"id_token": 5}, "invalid", {("id_token", "invalid")}),
        ({"id_token": "x" * 8193}, "invalid", {("id_token", "max_length")}),
        ({"id_token": "x", "nonce": None}, "invalid", {("nonce", "null")}),
        ({"id_token": "x", "email": "a@b.example"}, "unknown_field", {("email", "unknown_field")}),
        ({"id_token": "x", "first_name": "A"}, "unknown_field", {("first_name", "unknown_field")}),
    ],
)
def test_body_that_is_none(
    api: APIClient, google: FakeOpenId, body: dict[str, Any], code: str, codes: set[tuple[str, str]]
) -> None:
    assert field_codes(refused(api.post(GOOGLE, body), 400, code)) == codes
    assert (google.fetches, ExternalIdentity.objects.count()) == (0, 0)


# The keys.


def test_keys_are_fetched_once(google: FakeOpenId) -> None:
    for _ in range(3):
        assert sign_in(google.token(sub="one")).status_code in (200, 201)

    assert google.fetches == 1


def test_new_key_is_looked_for(google: FakeOpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = KeySet(google.settings().keys_url)
    assert keys.key("key-0", at=START).key_id == "key-0"
    google.rotate()

    with pytest.raises(NoSuchKey):  # asked less than a minute ago
        keys.key("key-1", at=START + timedelta(seconds=59))
    assert keys.key("key-1", at=START + timedelta(seconds=60)).key_id == "key-1"
    with pytest.raises(NoSuchKey):  # withdrawn
        keys.key("key-0", at=START + timedelta(seconds=61))

    assert google.fetches == 2


def test_unknown_keys_cost_a_fetch_a_minute(google: FakeOpenId) -> None:
    keys = KeySet(google.settings().keys_url)

    for second in range(120):
        with pytest.raises(NoSuchKey):
            keys.key(f"made-up-{second}", at=START + timedelta(seconds=second))

    assert google.fetches == 2


def test_keys_are_kept_as_long_as_they_say(google: FakeOpenId) -> None:
    google.cache_control = "public, max-age=600, must-revalidate"
    keys = KeySet(google.settings().keys_url)

    for seconds in (0, 599, 600, 601):
        keys.key("key-0", at=START + timedelta(seconds=seconds))

    assert google.fetches == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 3600),
        ("no-store", 3600),
        ("max-age=0", 300),
        ("public, Max-Age=7200", 7200),
        ("max-age=999999999", 86400),
        ("max-age=soon", 3600),
    ],
)
def test_lifetime(header: str, seconds: int) -> None:
    assert read_lifetime(header) == timedelta(seconds=seconds)


FAULTS = [ERROR_500, DROPS, HANGS, REDIRECTS, NOT_JSON, NO_KEYS, FLOOD_AFTER, HALF_AFTER, DRIPS_AFTER]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on the provider soon."""
    monkeypatch.setattr(provider_keys, "TIMEOUT", provider_keys.httpx.Timeout(0.3))
    monkeypatch.setattr(provider_keys, "DEADLINE", 0.5)


@pytest.mark.parametrize("fault", FAULTS)
def test_provider_that_is_down(google: FakeOpenId, impatient: None, fault: str) -> None:
    google.faults = [fault]
    before = everything_elsewhere()

    response = sign_in(google.token())

    refused(response, 503, "provider_unavailable")
    assert int(response["Retry-After"]) == 15
    assert everything_elsewhere() == before
    refused(sign_in(google.token()), 503, "provider_unavailable")  # and is not asked again at once
    assert google.fetches == 1


def test_nobody_listens(google: FakeOpenId, settings: Any, impatient: None) -> None:
    settings.IDENTITY_PROVIDERS = {"google": google.settings(keys_url="http://127.0.0.1:9/keys")}

    refused(sign_in(google.token()), 503, "provider_unavailable")


def test_known_keys_go_on_for_a_day(google: FakeOpenId) -> None:
    keys = KeySet(google.settings().keys_url)
    keys.key("key-0", at=START)
    google.faults = [ERROR_500] * 10
    stale = START + timedelta(hours=1)

    for moment in (stale, stale + timedelta(hours=23, minutes=59)):
        assert keys.key("key-0", at=moment).key_id == "key-0"
    with pytest.raises(ProviderUnavailable):  # nobody can tell whether there is such a key
        keys.key("key-1", at=stale + timedelta(hours=1))
    with pytest.raises(ProviderUnavailable):
        keys.key("key-0", at=stale + timedelta(hours=24))
    google.faults = []

    assert keys.key("key-0", at=stale + timedelta(hours=24, seconds=15)).key_id == "key-0"


def test_many_wait_for_one_fetch(google: FakeOpenId) -> None:
    keys = KeySet(google.settings().keys_url)

    found = at_once(*[lambda: keys.key("key-0", at=START)] * 8)

    assert {key.key_id for key in found} == {"key-0"}
    assert google.fetches == 1


def test_whoever_has_a_key_does_not_wait(google: FakeOpenId) -> None:
    keys = KeySet(google.settings().keys_url)
    keys.key("key-0", at=START)
    stale = START + timedelta(hours=2)
    google.waits = Event()
    answered = Event()

    def wait_for_the_provider() -> str:
        return str(keys.key("key-0", at=stale).key_id)

    def go_on() -> str:
        while google.fetches < 2:  # the other is asking
            time.sleep(0.005)
        found = keys.key("key-0", at=stale)
        answered.set()
        google.waits.set()  # type: ignore[union-attr]
        return str(found.key_id)

    assert at_once(wait_for_the_provider, go_on) == ["key-0", "key-0"]
    assert (answered.is_set(), google.fetches) == (True, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"alg": "RS512"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kid": 5},
        {"n": "AQAB"},
        {"n": 5},
        {"d": "x"},
    ],
    ids=str,
)
def test_key_that_is_not_for_this(google: FakeOpenId, changes: dict[str, Any]) -> None:
    google.keys = [
        published(private_key(0), "key-0", **changes),
        published(private_key(8, 1024), "short"),
        "no key",  # type: ignore[list-item]
        published(private_key(1), "key-1"),
    ]
    keys = KeySet(google.settings().keys_url)

    assert keys.key("key-1", at=START).key_id == "key-1"
    for other in ("key-0", "short"):
        with pytest.raises(NoSuchKey):
            keys.key(other, at=START)
