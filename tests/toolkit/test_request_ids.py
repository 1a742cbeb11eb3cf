"""Every answer carries the id under which its request is in the logs."""

from __future__ import annotations

import re

import pytest
from rest_framework.test import APIClient

from electroports.logs import request_id_var
from tests.factories import make_product

OWN = re.compile(r"[0-9a-f]{24}")
PATHS = [
    "/api/products",
    "/api/nowhere",
    "/nowhere",
    "/healthz",
    "/readyz",
    "/api/schema",
    "/api/users/me",
    "/admin/login/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_each_request_has_its_own(api: APIClient, unhashed_static_files: None, path: str) -> None:
    first, second = (api.get(path)["X-Request-ID"] for _ in range(2))

    assert OWN.fullmatch(first)
    assert OWN.fullmatch(second)
    assert first != second


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_a_client_may_bring_its_own(api: APIClient, unhashed_static_files: None, path: str) -> None:
    for claimed in ("01234567", "a-client.s_ID-1", "f" * 64):
        assert api.get(path, headers={"X-Request-ID": claimed})["X-Request-ID"] == claimed


@pytest.mark.parametrize(
    "claimed",
    ["", "short", "f" * 65, "12345678\n", "12345678\r\nSet-Cookie: a=b", "<script>alert(1)</script>", '"}{"level": "x"',
     "1234 5678", "١٢٣٤٥٦٧٨".encode().decode("latin-1"), "12345678\x00", "%0d%0aX-Evil: 1", "../../../etc"],
)  # fmt: skip
def test_a_malicious_one_is_replaced(api: APIClient, claimed: str) -> None:
    response = api.get("/api/nowhere", headers={"X-Request-ID": claimed})

    assert OWN.fullmatch(response["X-Request-ID"])
    assert response.json()["request_id"] == response["X-Request-ID"]


@pytest.mark.django_db
def test_kept_answers_carry_that_of_their_own_request(api: APIClient) -> None:
    make_product()
    etag = api.get("/api/products", headers={"X-Request-ID": "the-first-one"})["ETag"]

    again = api.get("/api/products", headers={"X-Request-ID": "the-second-one"})
    unchanged = api.get("/api/products", headers={"X-Request-ID": "the-third-one", "If-None-Match": etag})
    without = api.get("/api/products")

    assert again["X-Request-ID"] == "the-second-one"
    assert (unchanged.status_code, unchanged["X-Request-ID"]) == (304, "the-third-one")
    assert OWN.fullmatch(without["X-Request-ID"])


def test_a_failure_carries_it(more_views: None, calm: APIClient) -> None:
    response = calm.get("/api/test/explode", headers={"X-Request-ID": "quote-this-one"})

    assert (response.status_code, response["X-Request-ID"]) == (500, "quote-this-one")
    assert response.json()["request_id"] == "quote-this-one"


def test_it_does_not_outlive_its_request(api: APIClient) -> None:
    api.get("/api/nowhere")

    assert request_id_var.get() == ""
