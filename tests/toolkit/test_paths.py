"""Paths and headers that break naive services."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import Session
from tests.contract.document import Operation, operations
from tests.factories import PASSWORD, make_product, make_user
from tests.staff import manager
from tests.toolkit.problem import problem_in

ADDRESSED = [operation for operation in operations() if "{" in operation.path]
HOSTILE = [
    "%00", "a%00b", "%FF", "%ED%A0%80", "x" * 5000, "9" * 5000, str(2**31), str(2**63 - 1), str(2**63), str(2**64), "0",
    "-1", "1.5", "1e3", "%D9%A3", "%EF%BC%91", "%C2%B2", "%20", "1%0A", "..", "..%2F..%2Fetc%2Fpasswd", "%25",
    "1'%20OR%20'1'='1", "%7B%7D",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("operation", ADDRESSED, ids=lambda operation: operation.name)
def test_an_address_of_nothing(api: APIClient, operation: Operation) -> None:
    client = manager() if operation.needs_account else api

    for value in HOSTILE:
        path = operation.path.format(id=value, id_or_slug=value, id_or_code=value)

        body = problem_in(client.generic(operation.method.upper(), path), 404, "not_found")

        assert body["instance"].isascii(), value


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/products/%00", "/api/%00", "/%00", "/media/%00", "/media/", "/static/%00"])
def test_a_path_to_nothing(api: APIClient, path: str) -> None:
    problem_in(api.get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["/media/..%2Fmanage.py", "/media/%2Fetc/passwd", "/media/..%2F..%2Fetc%2Fpasswd"])
def test_a_path_out_of_its_folder(api: APIClient, path: str) -> None:
    response = api.get(path)

    problem_in(response, response.status_code, {400: "bad_request", 404: "not_found"}[response.status_code])


@pytest.mark.django_db
def test_an_id_is_read_as_one_number_only(api: APIClient) -> None:
    product = make_product(slug="charger")

    assert api.get(f"/api/products/{product.pk}").json()["slug"] == "charger"
    assert api.get("/api/products/charger").json()["id"] == product.pk
    problem_in(api.get(f"/api/products/{product.pk}.0"), 404, "not_found")
    problem_in(api.get("/api/products/CHARGER"), 404, "not_found")


HEADERS = [
    "X-Request-ID", "Authorization", "If-None-Match", "Origin", "Accept", "Accept-Language", "User-Agent", "Cookie",
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Referer", "Idempotency-Key", "Range",
    "X-HTTP-Method-Override",
]  # fmt: skip
VALUES = ["\x00", "a\x00b", "\xff\xfe", "x" * 10_000, "%00", "'", '"', "\ud7ff".encode().decode("latin-1"), ",,,", "\t"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", HEADERS)
def test_headers_break_no_read(api: APIClient, name: str) -> None:
    make_product()

    for value in VALUES:
        for path in ("/api/products", "/api/products/1", "/api/schema", "/healthz"):
            response = api.get(path, headers={name: value})
            assert response.status_code in (200, 404), (path, value)
            assert "\x00" not in str(response.headers)


@pytest.mark.django_db
@pytest.mark.parametrize("name", HEADERS)
def test_headers_break_no_log_in(api: APIClient, name: str) -> None:
    user = make_user()

    for value in VALUES:
        body = {"username": user.username, "password": PASSWORD}
        response = api.post("/api/users/login", body, headers={name: value})
        assert response.status_code == 200, value
    assert not any("\x00" in session.user_agent for session in Session.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\xff", "x" * 256, "\t", ""])
def test_an_idempotency_key_that_is_none(api: APIClient, value: str) -> None:
    item = {"variant": make_product().variants.get().pk, "quantity": 1}
    guest = {"email": "a@example.com", "phone": "0712345678"}

    response = api.post("/api/orders/create", {"items": [item], "contact": guest}, headers={"Idempotency-Key": value})

    body = problem_in(response, 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["Idempotency-Key"]


@pytest.mark.parametrize(
    "host", ["a\x00b", "", "evil.example", "testserver\x00", "testserver:port", "[::1", "x" * 5000]
)
def test_a_host_that_is_none(api: APIClient, host: str) -> None:
    problem_in(api.get("/api/products", headers={"Host": host}), 400, "bad_request")
