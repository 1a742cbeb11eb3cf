"""Tokens that nobody was given open nothing: each is refused by the same answer, and nothing is written."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from tests.security.forgeries import FORGERIES, KEY, Claims, claiming
from tests.security.tables import changed_since, everything
from tests.security.world import World
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
# Signed here, of a session that is not there: to log out of one that is over is no error.
TOO_LONG = {"a deep header", "deep claims", "a huge token"}  # for the field of a body
OVER = {"another user", "nobody", "user '0'", "another session", f"session {'0' * 32!r}"}


def code_for(name: str) -> str:
    """Return the code of the refusal: a token that was good once is told from one that never was."""
    return "token_expired" if name == "expired" else "token_not_valid"


def claims_of(token: str) -> Claims:
    payload = token.split(".")[1]
    claims: Claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def access_of(world: World, caller: str = "owner") -> str:
    header: str = world.callers[caller].api._credentials.get("HTTP_AUTHORIZATION", "")  # type: ignore[attr-defined]
    return header.removeprefix("Bearer ") or str(world.callers[caller].api.defaults["HTTP_AUTHORIZATION"])[7:]


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in ("request_id", *names)}


def me(token: str) -> Any:
    return APIClient().get("/api/users/me", headers={"Authorization": f"Bearer {token}"})


def send(path: str, token: str) -> Any:
    return APIClient().post(f"/api/users/{path}", {"refresh": token})


def test_a_token_made_as_here_opens_the_door(world: World) -> None:
    claims = claims_of(access_of(world))
    forged_by_ourselves = claiming()(world, claims)

    assert me(forged_by_ourselves).status_code == 200
    assert len(FORGERIES) > 75


def test_a_forged_access_token_opens_nothing(world: World) -> None:
    tokens = {name: forge(world, claims_of(access_of(world))) for name, forge in FORGERIES.items()}
    before, usual = everything(), me("x.y.z")

    for name, token in tokens.items():
        response = me(token)
        assert response.status_code == 401, name
        body = problem_in(response, 401, code_for(name) if token else response.json()["code"])
        if token and name != "expired":
            assert without(body) == without(usual.json()), name
        if token:
            assert response["WWW-Authenticate"] == usual["WWW-Authenticate"], name

    assert changed_since(before) == set()


@pytest.mark.parametrize("path", ["token/refresh", "logout"])
def test_a_forged_refresh_token_ends_and_gives_nothing(world: World, path: str) -> None:
    tokens = {name: forge(world, claims_of(world.callers["owner"].refresh)) for name, forge in FORGERIES.items()}
    before, usual = everything(), send(path, "x.y.z")

    for name, token in tokens.items():
        response = send(path, token)
        if not token or name in TOO_LONG:
            assert (response.status_code, problem_in(response, 400, "invalid")["code"]) == (400, "invalid"), name
        elif path == "logout" and name in OVER:
            assert response.status_code == 204, name
        else:
            assert response.status_code == 401, name
            body = problem_in(response, 401, code_for(name))
            assert name == "expired" or without(body) == without(usual.json()), name

    assert changed_since(before) == set()


def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(world: World) -> None:
    before = everything()

    problem_in(me(world.callers["owner"].refresh), 401, "token_not_valid")
    for path in ("token/refresh", "logout"):
        problem_in(send(path, access_of(world)), 401, "token_not_valid")

    assert changed_since(before) == set()


@pytest.mark.parametrize("change", [{"is_active": False}, {"password_version": 99}, None], ids=str)
def test_tokens_of_whoever_is_no_longer_who_they_were(world: World, change: dict[str, Any] | None) -> None:
    caller = world.callers["other"]
    assert caller.user is not None
    users = User.objects.filter(pk=caller.user.pk)
    access = access_of(world, "other")
    assert me(access).status_code == 200
    if change is None:
        users.delete()
    else:
        users.update(**change)
    before = everything()

    problem_in(me(access), 401, "token_not_valid")
    problem_in(send("token/refresh", caller.refresh), 401, "token_not_valid")

    assert changed_since(before) == set()


HEADERS = [
    "bearer", "Bearer", "Bearer ", "Basic {token}", "Basic b3duZXI6cGFzcw==", "JWT {token}", "Token {token}", "{token}",
    "Bearer {token} {token}", "Bearer {token},{token}", "Bearer {token}, Basic x", "Bearer: {token}",
    'Bearer "{token}"',
    "Bearer\t{token}x", "Bearer {token}\x00", "Bearer {token}é", "\x00Bearer {token}", "Bearer %20{token}",
    "Basic x, Bearer {token}", "bearer token={token}", "Digest {token}", "Bearer null", "Bearer undefined",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_headers_that_are_no_bearer_token(world: World, header: str) -> None:
    before = everything()

    value = header.format(token=access_of(world))
    response = APIClient().get("/api/users/me", headers={"Authorization": value})

    problem_in(response, 401, response.json()["code"])
    assert response.json()["code"] in ("token_not_valid", "not_authenticated", "bad_authorization_header")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert changed_since(before) == set()


def test_a_token_stands_in_its_header_alone(world: World) -> None:
    token = access_of(world)
    browser = APIClient()
    browser.cookies["access"] = browser.cookies["sessionid"] = browser.cookies["Authorization"] = token

    problem_in(browser.get("/api/users/me"), 401, "not_authenticated")
    problem_in(APIClient().get("/api/users/me", headers={"X-Access-Token": token}), 401, "not_authenticated")
    for name in ("access_token", "token", "jwt"):
        problem_in(APIClient().get(f"/api/users/me?{name}={token}"), 401, "not_authenticated")


def test_the_key_is_none_of_the_guesses() -> None:
    assert KEY
    assert len(settings.SECRET_KEY) >= 32
