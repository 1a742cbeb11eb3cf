"""The probes: alive without anything, ready with what serving needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from rest_framework.test import APIClient

from electroports import health
from electroports.throttling import ScopedThrottle
from tests.toolkit.problem import problem_in

NO_REDIS = {
    "default": {
        "BACKEND": "electroports.caching.ForgivingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Look at the migrations anew."""
    health._migrated.clear()
    yield
    health._migrated.clear()


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: BaseDatabaseWrapper) -> NoReturn:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", fail)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)


def test_alive_needs_no_database(api: APIClient, no_database: None) -> None:
    for path in ("/healthz", "/healthz?x=%00"):
        response = api.get(path)
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
        assert response["Content-Type"] == "application/json"
        assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready(api: APIClient) -> None:
    response = api.get("/readyz")

    assert response.status_code == 200
    checks = {"database": "ok", "migrations": "ok", "cache": "ok"}
    assert response.json() == {"status": "ready", "checks": checks}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_head(api: APIClient, db: None, path: str) -> None:
    response = api.head(path)

    assert (response.status_code, response.content) == (200, b"")


def test_not_ready_without_its_database(api: APIClient, no_database: None) -> None:
    response = api.get("/readyz")

    assert response.status_code == 503
    checks = {"database": "failed", "migrations": "failed", "cache": "ok"}
    assert response.json() == {"status": "not_ready", "checks": checks}
    assert b"refused" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["accounts", "catalog", "orders"])
def test_not_ready_while_a_migration_is_missing(api: APIClient, app: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = %s)", [app]
        )

    response = api.get("/readyz")

    assert response.status_code == 503
    checks = {"database": "ok", "migrations": "failed", "cache": "ok"}
    assert response.json() == {"status": "not_ready", "checks": checks}


@pytest.mark.django_db
def test_migrations_are_counted_once(api: APIClient, django_assert_num_queries: Any) -> None:
    assert api.get("/readyz").status_code == 200

    with django_assert_num_queries(1):
        assert api.get("/readyz").status_code == 200


@pytest.mark.django_db
@override_settings(CACHES=NO_REDIS)
def test_ready_without_redis_but_says_so(api: APIClient) -> None:
    response = api.get("/readyz")

    assert response.status_code == 200
    checks = {"database": "ok", "migrations": "ok", "cache": "failed"}
    assert response.json() == {"status": "ready", "checks": checks}


@pytest.mark.django_db
@override_settings(CACHES=NO_REDIS)
def test_the_shop_serves_without_redis(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {"default": "1/min", "login": "1/min"})

    assert api.get("/api/products").status_code == 200
    for _ in range(3):  # what cannot be counted is not limited
        problem_in(api.post("/api/users/login", {"username": "a", "password": "b"}), 401, "invalid_credentials")
    cache.set("a", 1)
    assert cache.get("a") is None


@override_settings(ALLOWED_HOSTS=["shop.example"])
def test_who_probes_names_the_machine_by_its_address(api: APIClient) -> None:
    assert api.get("/healthz", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    problem_in(api.get("/api/nowhere", headers={"Host": "10.1.2.3:8000"}), 400, "bad_request")


@override_settings(SECURE_SSL_REDIRECT=True)
def test_probes_come_over_plain_http(api: APIClient) -> None:
    assert api.get("/healthz").status_code == 200
