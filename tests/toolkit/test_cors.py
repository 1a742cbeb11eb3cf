"""Which other sites' scripts may call the API: none, unless CORS_ALLOWED_ORIGINS names them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings
from rest_framework.test import APIClient

from tests.factories import make_product

SHOP, OTHER = "https://www.shop.example", "https://evil.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,idempotency-key"}


@pytest.fixture
def cors() -> Iterator[None]:
    """The shop with CORS_ALLOWED_ORIGINS set, which also adds the middleware."""
    middleware = list(settings.MIDDLEWARE)
    assert "corsheaders.middleware.CorsMiddleware" not in middleware
    place = middleware.index("electroports.middleware.TrailingSlashMiddleware") + 1
    middleware.insert(place, "corsheaders.middleware.CorsMiddleware")
    with override_settings(MIDDLEWARE=middleware, CORS_ALLOWED_ORIGINS=[SHOP, "http://localhost:3000"]):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/products", "/api/nowhere", "/api/users/me"])
def test_no_site_may_call_by_default(api: APIClient, path: str) -> None:
    for method in ("get", "options"):
        response = getattr(api, method)(path, headers={"Origin": SHOP, **PREFLIGHT})
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/products", "/api/products/", "/api/nowhere", "/api/users/me", "/api/schema"])
def test_an_allowed_site_may_read_answers_and_errors(cors: None, api: APIClient, path: str) -> None:
    response = api.get(path, headers={"Origin": SHOP})

    assert response["Access-Control-Allow-Origin"] == SHOP
    exposed = {name.strip() for name in response["Access-Control-Expose-Headers"].split(",")}
    assert exposed == {"etag", "idempotent-replayed", "retry-after", "x-cart-token", "x-device-token", "x-request-id"}
    assert "origin" in response["Vary"].lower()
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin", [OTHER, "null", "https://www.shop.example.evil.example", "http://www.shop.example", "*"]
)
def test_another_site_may_not(cors: None, api: APIClient, origin: str) -> None:
    for path in ("/api/products", "/api/nowhere"):
        response = api.get(path, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in response
        assert "origin" in response["Vary"].lower()


def test_a_preflight_of_an_allowed_site(cors: None, api: APIClient) -> None:
    response = api.options("/api/orders/create", headers={"Origin": SHOP, **PREFLIGHT})

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == SHOP
    assert "POST" in response["Access-Control-Allow-Methods"]
    allowed = {name.strip() for name in response["Access-Control-Allow-Headers"].split(",")}
    assert allowed == {
        *("authorization", "content-type", "idempotency-key", "if-match", "if-none-match"),
        *("x-cart-token", "x-device-token", "x-refresh-cookie", "x-request-id"),
    }
    assert int(response["Access-Control-Max-Age"]) > 0


def test_a_preflight_of_another_site(cors: None, api: APIClient) -> None:
    response = api.options("/api/orders/create", headers={"Origin": OTHER, **PREFLIGHT})

    assert "Access-Control-Allow-Origin" not in response


@pytest.mark.django_db
def test_kept_answers_are_kept_per_origin(cors: None, api: APIClient) -> None:
    make_product()
    origins = [SHOP, "http://localhost:3000", OTHER, None]

    for _ in range(3):
        for origin in origins:
            headers = {"Origin": origin} if origin else {}
            response = api.get("/api/products", headers=headers)
            allowed = origin if origin in origins[:2] else None
            assert response.headers.get("Access-Control-Allow-Origin") == allowed
            unchanged = api.get("/api/products", headers={**headers, "If-None-Match": response["ETag"]})
            assert unchanged.status_code == 304
            assert unchanged.headers.get("Access-Control-Allow-Origin") == allowed
            assert "origin" in unchanged["Vary"].lower()


@pytest.mark.django_db
def test_pages_are_nobody_elses(cors: None, api: APIClient) -> None:
    assert "Access-Control-Allow-Origin" not in api.get("/healthz", headers={"Origin": SHOP})
    assert "Access-Control-Allow-Origin" not in api.get("/admin/", headers={"Origin": SHOP})
