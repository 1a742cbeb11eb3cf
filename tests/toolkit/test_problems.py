"""Every refusal is a problem document, whoever refuses."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.test import APIClient

from catalog.revision import ear
from electroports.problems import problem_for_validation
from electroports.serializers import StrictSerializer
from tests.factories import make_product
from tests.toolkit.problem import problem_in
from tests.toolkit.urls import SECRET

UNSAFE = ["post", "put", "patch", "delete"]


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nowhere", "/api/nowhere/", "/api/products/a/b", "/apiary", "/nowhere", "/admin.php"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_path_that_leads_nowhere(api: APIClient, path: str, method: str) -> None:
    body = problem_in(getattr(api, method)(path), 404, "not_found")

    assert body["instance"].rstrip("/") == path.rstrip("/")
    assert body["errors"] == []


@pytest.mark.parametrize(
    ("content_type", "what"),
    [
        ("multipart/form-data; boundary=x", "The body is multipart/form-data"),
        ("Text/Plain", "The body is text/plain"),
        ("", "The body has no Content-Type"),
    ],
)
def test_a_body_of_another_type_is_told_which_are_taken(api: APIClient, content_type: str, what: str) -> None:
    response = api.generic("POST", "/api/users/login", "{}", content_type=content_type)

    body = problem_in(response, 415, "unsupported_media_type")
    assert body["detail"] == f"{what}; this call takes application/json."


@pytest.mark.parametrize("listed", [False, True])
def test_a_word_that_is_none_of_several_is_told_which_they_are(listed: bool) -> None:
    class Command(StrictSerializer):
        shape = serializers.ChoiceField(["round", "flat"])
        shapes = serializers.ListField(child=serializers.ChoiceField(["round", "flat"]))

    sent = {"shape": "round", "shapes": ["{0}"]} if listed else {"shape": "{0}", "shapes": []}
    command = Command(data=sent)

    assert not command.is_valid()
    assert '"{0}" is not one of round, flat.' in str(dict(command.errors)).replace("\\", "")


@override_settings(DEBUG=True)
def test_a_path_that_leads_nowhere_in_development(api: APIClient) -> None:
    problem_in(api.get("/api/nowhere"), 404, "not_found")


def test_the_instance_is_a_uri_reference_without_the_query(api: APIClient) -> None:
    body = problem_in(api.get("/api/no where/%C3%A9%22?token=secret"), 404, "not_found")

    assert body["instance"] == "/api/no%20where/%C3%A9%22"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/accessories", {"GET", "HEAD", "OPTIONS"}),
        ("/api/accessories/1", {"GET", "HEAD", "OPTIONS"}),
        ("/api/brands", {"GET", "HEAD", "OPTIONS"}),
        ("/api/categories/x", {"GET", "HEAD", "OPTIONS"}),
        ("/api/schema", {"GET", "HEAD", "OPTIONS"}),
        ("/api/docs", {"GET", "HEAD", "OPTIONS"}),
        ("/healthz", {"GET", "HEAD"}),
        ("/readyz", {"GET", "HEAD"}),
    ],
)
@pytest.mark.parametrize("method", UNSAFE)
def test_a_method_that_a_path_does_not_have(api: APIClient, path: str, allowed: set[str], method: str) -> None:
    response = getattr(api, method)(path)

    problem_in(response, 405, "method_not_allowed")
    assert set(response["Allow"].split(", ")) - {"OPTIONS"} == allowed - {"OPTIONS"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/users/login", "/api/users/register", "/api/users/logout"])
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_method_that_a_path_with_a_body_does_not_have(api: APIClient, path: str, method: str) -> None:
    response = getattr(api, method)(path)

    problem_in(response, 405, "method_not_allowed")
    assert "POST" in response["Allow"]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW"])
def test_a_method_that_nobody_knows(api: APIClient, method: str) -> None:
    problem_in(api.generic(method, "/api/products"), 405, "method_not_allowed")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Bearer x", "Bearer a.b.c", "Bearer", "Bearer a b", "bearer x", "Bearer \xff"])
def test_a_token_that_is_none(api: APIClient, header: str) -> None:
    response = api.get("/api/users/me", headers={"Authorization": header})

    assert response.status_code == 401
    problem_in(response, 401, response.json()["code"])
    assert response["WWW-Authenticate"].startswith("Bearer ")


def test_no_token(api: APIClient) -> None:
    problem_in(api.get("/api/users/me"), 401, "not_authenticated")


def test_a_host_that_is_not_ours(api: APIClient) -> None:
    problem_in(api.get("/api/products", headers={"Host": "evil.example"}), 400, "bad_request")
    problem_in(api.get("/", headers={"Host": "evil.example"}), 400, "bad_request")


def test_a_rule_of_the_shop(more_views: None, api: APIClient) -> None:
    body = problem_in(api.get("/api/test/refuse"), 422, "too_many_pins")

    assert body["detail"] == "24 pins do not fit."
    assert body["errors"] == [{"field": "pins.0", "code": "too_many_pins", "message": "At most 8."}]


def test_a_database_that_does_not_answer(more_views: None, api: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = api.get("/api/test/no-database")

    problem_in(response, 503, "unavailable")
    assert b"secret-host" not in response.content
    assert "secret-host" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/products", "/api/products/1", "/api/brands", "/api/categories/x"])
def test_the_catalogue_without_its_database(api: APIClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def fail() -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(ear, "current", fail)

    problem_in(api.get(path), 503, "unavailable")


@pytest.mark.django_db
def test_a_page_without_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(ear, "current", fail)

    problem_in(Client(raise_request_exception=False).get("/"), 503, "unavailable")


@pytest.mark.parametrize("path", ["/api/test/explode", "/test/explode"])
def test_an_unhandled_exception_says_nothing_but_its_request_id(
    more_views: None, calm: APIClient, path: str, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    response = calm.get(f"{path}?token={SECRET}", headers={"Authorization": f"Basic {SECRET}"})

    body = problem_in(response, 500, "internal_error")
    assert body["instance"] == path
    for hidden in (SECRET, "RuntimeError", "no room", "Traceback", "tests/toolkit"):
        assert hidden not in response.content.decode()
    errors = [line for line in log_lines() if line["level"] == "error"]
    assert [line["request_id"] for line in errors] == [body["request_id"]]
    assert errors[0]["exception"][0]["exc_type"] == "RuntimeError"


@pytest.mark.django_db
def test_too_many_query_parameters(api: APIClient) -> None:
    problem_in(api.get("/api/products?" + "&".join(f"a{n}=1" for n in range(1001))), 400, "bad_request")


@pytest.mark.django_db
def test_a_page_past_the_last(api: APIClient, signed_in: APIClient) -> None:
    make_product()

    problem_in(api.get("/api/products?page=2"), 404, "not_found")
    problem_in(signed_in.get("/api/orders?page=2"), 404, "not_found")


@pytest.mark.django_db
def test_somebody_elses_is_like_nothing(api: APIClient, signed_in: APIClient) -> None:
    variant = make_product().variants.get()
    guest = {"email": "a@example.com", "phone": "0712345678"}
    order = api.post("/api/orders/create", {"items": [{"variant": variant.pk, "quantity": 1}], "contact": guest})
    assert order.status_code == 201, order.content

    theirs = problem_in(signed_in.get(f"/api/orders/{order.json()['id']}"), 404, "not_found")
    nothing = problem_in(signed_in.get("/api/orders/987654321"), 404, "not_found")

    for body in (theirs, nothing):
        del body["request_id"], body["instance"]
    assert theirs == nothing


def test_a_problem_has_a_bounded_number_of_errors(rf: RequestFactory) -> None:
    error = ValidationError({f"field{number}": ["Wrong."] for number in range(5000)})

    response = problem_for_validation(error, rf.get("/"))

    told = orjson.loads(response.content)["errors"]
    assert len(told) == 101
    assert told[-1] == {"field": None, "code": "more_errors", "message": "There are 4,900 more errors."}
