"""The refresh token in a cookie: who gets it, what it opens, and that no other site can use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import override_settings
from django.utils.http import parse_http_date
from rest_framework.test import APIClient

from accounts.models import Session, User
from accounts.tokens import RefreshToken
from tests.accounts.calls import everything, field_codes, me, refused
from tests.factories import PASSWORD, make_user

OWN, SHOP, OTHER = "http://testserver", "https://www.shop.example", "https://evil.example"
NAME = "__Host-refresh"
BY_COOKIE = {"X-Refresh-Cookie": "true", "Origin": OWN}


@pytest.fixture(autouse=True)
def cookies(settings: Any) -> None:
    settings.REFRESH_COOKIE = "Strict"
    settings.CORS_ALLOWED_ORIGINS = [SHOP]


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="wanjiku")


def post(client: APIClient, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"/api/users/{path}", body or {}, headers={**BY_COOKIE, **headers})


def log_in(client: APIClient, **headers: str) -> Any:
    return post(client, "login", {"username": "wanjiku", "password": PASSWORD}, **headers)


def test_the_token_is_in_the_cookie_alone(api: APIClient, wanjiku: User) -> None:
    response = log_in(api)

    assert response.status_code == 200
    assert set(response.json()) == {"access", "user"}
    cookie = response.cookies[NAME]
    token = RefreshToken(cookie.value)
    assert token.session_id == Session.objects.get().pk
    flags = {name: cookie[name] for name in ("secure", "httponly", "samesite", "path", "domain")}
    assert flags == {"secure": True, "httponly": True, "samesite": "Strict", "path": "/", "domain": ""}
    assert abs(parse_http_date(cookie["expires"]) - token["exp"]) <= 2
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_who_registers_may_have_it_too(api: APIClient) -> None:
    body = {"username": "njeri", "email": "njeri@example.com", "password": PASSWORD}

    response = post(api, "register", body)

    assert response.status_code == 201
    assert set(response.json()) == {"access", "user"}
    assert NAME in response.cookies


def test_without_the_header_there_is_no_cookie(api: APIClient, wanjiku: User) -> None:
    response = api.post("/api/users/login", {"username": "wanjiku", "password": PASSWORD}, headers={"Origin": OTHER})

    assert set(response.json()) == {"access", "refresh", "user"}
    assert not response.cookies


def test_a_page_refreshes_and_logs_out_by_cookie(api: APIClient, wanjiku: User) -> None:
    log_in(api)
    first = api.cookies[NAME].value

    response = post(api, "token/refresh")

    assert response.status_code == 200
    assert set(response.json()) == {"access"}
    assert me(response.json()["access"]).status_code == 200
    assert api.cookies[NAME].value != first

    response = post(api, "logout")
    assert (response.status_code, response.content) == (204, b"")
    cookie = response.cookies[NAME]
    assert (cookie.value, cookie["max-age"]) == ("", 0)
    assert Session.objects.get().end_reason == "signed_out"


def test_two_tabs_refresh_at_once_and_have_the_same_cookie(api: APIClient, wanjiku: User) -> None:
    log_in(api)
    token, cookies = api.cookies[NAME].value, []
    for _ in range(2):
        tab = APIClient()
        tab.cookies[NAME] = token
        cookies.append(post(tab, "token/refresh").cookies[NAME].value)

    assert cookies[0] == cookies[1] != token


@pytest.mark.parametrize("path", ["token/refresh", "logout"])
def test_the_cookie_counts_with_the_header_alone(api: APIClient, wanjiku: User, path: str) -> None:
    log_in(api)
    before = everything()

    missing = refused(api.post(f"/api/users/{path}", {}, headers={"Origin": OWN}), 400, "invalid")

    assert field_codes(missing) == {("refresh", "required")}
    assert everything() == before


@pytest.mark.parametrize("path", ["login", "register", "token/refresh", "logout"])
@pytest.mark.parametrize(
    "origin", [OTHER, "null", "", "http://testserver.evil.example", "https://testserver", f"{SHOP}/"]
)
def test_other_sites_and_programs_get_nothing(api: APIClient, wanjiku: User, path: str, origin: str) -> None:
    log_in(api)
    before, bodies = everything(), {"login": {"username": "wanjiku", "password": PASSWORD}}

    response = post(api, path, bodies.get(path), Origin=origin)

    refused(response, 403, "origin_not_allowed")
    assert not response.cookies
    assert everything() == before


def test_no_origin_at_all_is_no_page(api: APIClient, wanjiku: User) -> None:
    body = {"username": "wanjiku", "password": PASSWORD}

    refused(api.post("/api/users/login", body, headers={"X-Refresh-Cookie": "true"}), 403, "origin_not_allowed")

    assert Session.objects.count() == 0


def test_the_shops_own_other_origin_may(api: APIClient, wanjiku: User) -> None:
    assert log_in(api, Origin=SHOP).status_code == 200
    assert post(api, "token/refresh", Origin=SHOP).status_code == 200


@pytest.mark.parametrize("path", ["login", "register", "token/refresh", "logout"])
def test_a_shop_without_cookies_says_so(api: APIClient, wanjiku: User, path: str, settings: Any) -> None:
    settings.REFRESH_COOKIE = ""
    before = everything()

    refused(post(api, path, {"username": "wanjiku", "password": PASSWORD}), 400, "cookies_off")

    assert everything() == before


@pytest.mark.parametrize("path", ["token/refresh", "logout"])
def test_no_cookie_is_no_token(api: APIClient, db: None, path: str) -> None:
    refused(post(api, path), 401, "token_not_valid")


@pytest.mark.parametrize("path", ["token/refresh", "logout"])
def test_a_token_in_the_body_too_is_refused(api: APIClient, wanjiku: User, path: str) -> None:
    log_in(api)
    before = everything()

    problem = refused(post(api, path, {"refresh": api.cookies[NAME].value}), 400, "unknown_field")

    assert field_codes(problem) == {("refresh", "unknown_field")}
    assert everything() == before


def test_the_cookie_opens_nothing_else(api: APIClient, wanjiku: User) -> None:
    log_in(api)

    refused(api.get("/api/users/me", headers=BY_COOKIE), 401, "not_authenticated")


def test_on_a_developers_machine_it_travels_without_tls(api: APIClient, wanjiku: User, settings: Any) -> None:
    settings.REFRESH_COOKIE_NAME, settings.REFRESH_COOKIE = "refresh", "Lax"

    cookie = log_in(api).cookies["refresh"]

    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert post(api, "token/refresh").status_code == 200


@pytest.fixture
def cors() -> Iterator[None]:
    middleware = list(configured.MIDDLEWARE)
    place = middleware.index("electroports.middleware.TrailingSlashMiddleware") + 1
    middleware.insert(place, "corsheaders.middleware.CorsMiddleware")
    with override_settings(MIDDLEWARE=middleware, CORS_ALLOW_CREDENTIALS=True):
        yield


def test_browsers_send_it_for_allowed_origins_alone(cors: None, wanjiku: User) -> None:
    client = APIClient()
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-refresh-cookie"}
    allowed, other = (
        client.options("/api/users/token/refresh", headers={"Origin": origin, **asked}) for origin in (SHOP, OTHER)
    )

    assert allowed["Access-Control-Allow-Origin"] == SHOP
    assert allowed["Access-Control-Allow-Credentials"] == "true"
    assert "x-refresh-cookie" in allowed["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in other
