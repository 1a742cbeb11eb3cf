"""What browsers are told of every answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.utils.module_loading import import_string
from rest_framework.test import APIClient

from electroports.middleware import BrowserOnly
from tests.factories import make_product
from tests.toolkit.problem import problem_in

API = [
    "/api/products",
    "/api/products/1",
    "/api/nowhere",
    "/api",
    "/api/schema",
    "/api/users/me",
    "/healthz",
    "/readyz",
]
PAGES = ["/", "/api/docs", "/admin/login/"]

pytestmark = pytest.mark.django_db


def policy(response: Any) -> dict[str, list[str]]:
    """The content security policy of a response, by directive."""
    parts = [part.split() for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


@pytest.fixture(autouse=True)
def pages(unhashed_static_files: None) -> None:
    """Pages are rendered."""


@pytest.mark.parametrize("path", [*API, *PAGES, "/nowhere"])
def test_every_answer(api: APIClient, path: str) -> None:
    for _ in range(2):  # the second comes from finished bytes
        response = api.get(path)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert "Cross-Origin-Opener-Policy" in response
        assert "'none'" in policy(response)["frame-ancestors"]
        assert "Server" not in response
        assert "X-Powered-By" not in response


@pytest.mark.parametrize("path", API)
def test_nothing_in_an_answer_of_the_api_may_be_loaded_or_run(api: APIClient, path: str) -> None:
    make_product()

    response = api.get(path)

    assert policy(response) == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert "charset" not in response["Content-Type"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_from_here_alone_and_run_nothing_inline(api: APIClient, path: str) -> None:
    directives = policy(api.get(path))

    assert directives["default-src"] == ["'self'"]
    assert directives["object-src"] == ["'none'"]
    assert directives["base-uri"] == ["'self'"]
    assert directives["form-action"] == ["'self'"]
    assert "'unsafe-inline'" not in directives.get("script-src", [])
    for sources in directives.values():
        assert set(sources) <= {"'self'", "'none'", "data:", "'unsafe-eval'", "'unsafe-inline'"}


def test_only_the_back_office_evaluates(api: APIClient) -> None:
    assert not {"script-src", "style-src"} & policy(api.get("/")).keys()
    assert not {"script-src", "style-src"} & policy(api.get("/api/docs")).keys()


@pytest.mark.parametrize("path", [*API, *PAGES])
def test_strict_transport_is_told_over_https_alone(api: APIClient, path: str) -> None:
    assert settings.SECURE_HSTS_SECONDS == 31_536_000

    for _ in range(2):
        secure = api.get(path, secure=True)["Strict-Transport-Security"]
        assert secure == "max-age=31536000; includeSubDomains; preload"
        assert "Strict-Transport-Security" not in api.get(path)


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.parametrize("path", ["/", "/api/products?page=1", "/admin/", "/api/docs"])
def test_plain_http_is_sent_to_https(api: APIClient, path: str) -> None:
    response = api.get(path)

    assert response.status_code == 301
    assert response["Location"] == f"https://testserver{path}"
    assert api.get(path, secure=True).status_code != 301


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_kept_answer_is_not_given_over_plain_http(api: APIClient) -> None:
    assert api.get("/api/brands", secure=True).status_code == 200

    assert api.get("/api/brands").status_code == 301


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_a_trusted_proxy_says_that_it_was_https(api: APIClient) -> None:
    assert api.get("/api/brands", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert api.get("/api/brands", headers={"X-Forwarded-Proto": "http"}).status_code == 301


@override_settings(SECURE_SSL_REDIRECT=True)
def test_without_trusted_proxies_nobody_says_so(api: APIClient) -> None:
    assert api.get("/api/brands", headers={"X-Forwarded-Proto": "https"}).status_code == 301


def test_personal_answers_are_kept_by_nobody(api: APIClient, signed_in: APIClient) -> None:
    for response in (
        signed_in.get("/api/users/me"),
        signed_in.get("/api/orders"),
        signed_in.get("/api/orders/1"),
        api.post("/api/users/login", {"username": "a", "password": "b"}),
    ):
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response


def test_a_session_is_no_way_into_the_api(client: Any, django_user_model: Any) -> None:
    staff = django_user_model.objects.create_superuser("boss", "boss@example.com", "x")
    client.force_login(staff)

    problem_in(client.get("/api/users/me"), 401, "not_authenticated")
    problem_in(client.get("/api/orders"), 401, "not_authenticated")


def test_the_api_steps_past_everything_that_only_browsers_need_at_once() -> None:
    layers = [import_string(path) for path in settings.MIDDLEWARE]
    first = next(place for place, layer in enumerate(layers) if issubclass(layer, BrowserOnly))
    assert all(issubclass(layer, BrowserOnly) for layer in layers[first:])

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    chain = view
    for layer in reversed(layers[first:]):
        chain = convert_exception_to_response(layer(chain))

    assert chain.__wrapped__.past_all is view  # type: ignore[attr-defined]
