"""Bodies that break naive services, sent to every call of this app: each is a 4xx problem, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.accounts.calls import bearer, everything, field_codes, log_in, refused
from tests.factories import PASSWORD, make_user

NEW_PASSWORD = "staple 7 tree lantern"
CALLS: dict[str, tuple[str, dict[str, str]]] = {
    "register": ("post", {"username": "new", "email": "new@example.com", "password": PASSWORD}),
    "login": ("post", {"username": "wanjiku", "password": PASSWORD}),
    "token/refresh": ("post", {"refresh": "a.b.c"}),
    "logout": ("post", {"refresh": "a.b.c"}),
    "me": ("patch", {"username": "other"}),
    "me/password": ("post", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}),
}

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("call", CALLS)]


@pytest.fixture
def client() -> APIClient:
    """A client that is signed in: some calls need it, the others disregard it."""
    user: User = make_user(username="wanjiku")
    return APIClient(headers=bearer(log_in(user)["access"]))


def send(client: APIClient, call: str, body: bytes, content_type: str = "application/json", query: str = "") -> Any:
    method, _ = CALLS[call]
    return client.generic(method.upper(), f"/api/users/{call}{query}", body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{]",
        b"{'a': 1}",
        b'{"username": NaN}',
        b'{"username": 1e999999}',
        b'{"username": "\xff"}',
        b'{"username": "\\ud800"}',
        b'{"refresh": "\\udfff\\ud800"}',
        b'{"username": "a\\u0000b"}',
        b'{"refresh": "\\u0000"}',
        b'{"\\u0000": 1}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"username": ' + b"[" * 21 + b"]" * 21 + b"}",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_json_or_no_text(client: APIClient, call: str, body: bytes) -> None:
    before = everything()

    refused(send(client, call, body), 400, "parse_error")

    assert everything() == before


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b'"text"', b"1", b"true", b"null"])
def test_what_is_no_object(client: APIClient, call: str, body: bytes) -> None:
    before = everything()

    refused(send(client, call, body), 400, "invalid")

    assert everything() == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_what_does_not_say_that_it_is_json(client: APIClient, call: str, content_type: str) -> None:
    before = everything()

    refused(send(client, call, b"{}", content_type), 415, "unsupported_media_type")

    assert everything() == before


def test_what_is_too_large(client: APIClient, call: str) -> None:
    before = everything()

    refused(send(client, call, b'{"username": "' + b"a" * 1024 * 1024 + b'"}'), 413, "too_large")

    assert everything() == before


def test_an_unknown_field(client: APIClient, call: str) -> None:
    method, body = CALLS[call]
    before = everything()

    response = getattr(client, method)(f"/api/users/{call}", {**body, "x" * 500: 1, "is_superuser": True})

    problem = refused(response, 400, "unknown_field")
    assert field_codes(problem) == {("x" * 100, "unknown_field"), ("is_superuser", "unknown_field")}
    assert everything() == before


@pytest.mark.parametrize("query", ["?a=1", "?a=%00", "?%00", "?refresh=a.b.c", "?format=api"])
def test_an_unknown_query_parameter(client: APIClient, call: str, query: str) -> None:
    before = everything()

    problem = refused(send(client, call, b"{}", query=query), 400, "invalid")

    assert [error["code"] for error in problem["errors"]] == ["unknown_parameter"]
    assert everything() == before


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_another_method(client: APIClient, call: str, method: str) -> None:
    if method == CALLS[call][0] or (call, method) in {("me", "get"), ("me", "delete")}:
        return
    before = everything()

    response = getattr(client, method)(f"/api/users/{call}")

    refused(response, 405, "method_not_allowed")
    assert CALLS[call][0].upper() in response["Allow"]
    assert everything() == before


def test_a_trailing_slash_is_no_difference(client: APIClient, call: str) -> None:
    assert send(client, f"{call}", b"[]", query="/").status_code == 400
