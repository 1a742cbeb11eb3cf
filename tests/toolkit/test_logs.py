"""The log: one JSON object a line, that finds a request by its id and holds nobody's secrets."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from electroports.logs import logging_config
from tests.factories import PASSWORD, make_user
from tests.toolkit.urls import SECRET

LogLines = Callable[[], list[dict[str, Any]]]


def requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["logger"] == "electroports.requests"]


def test_a_refusal_is_one_line(api: APIClient, log_lines: LogLines) -> None:
    response = api.get("/api/nowhere?token=secret")

    (line,) = requests(log_lines())
    assert line["event"] == "request"
    assert line["level"] == "info"
    assert line["request_id"] == response["X-Request-ID"]
    assert line["timestamp"].endswith("Z")
    milliseconds = line["facts"].pop("ms")
    assert 0 <= milliseconds < 60_000
    assert line["facts"] == {"method": "GET", "path": "/api/…", "status": 404}


def test_an_address_of_providers_with_a_slip_is_no_secret_told(api: APIClient, log_lines: LogLines) -> None:
    api.post(f"/payments/deposits/{SECRET}/", {})

    (line,) = requests(log_lines())
    assert (line["facts"]["path"], line["facts"]["status"]) == ("/payments/deposits/…/", 404)


@pytest.mark.django_db
def test_a_write_is_logged_and_a_quick_read_is_not(api: APIClient, log_lines: LogLines) -> None:
    user = make_user()

    assert api.get("/api/brands").status_code == 200
    assert requests(log_lines()) == []
    assert api.post("/api/users/login", {"username": user.username, "password": PASSWORD}).status_code == 200
    assert [line["facts"]["status"] for line in requests(log_lines())] == [200]


def test_an_exception_is_a_structured_traceback_without_its_variables(
    more_views: None, calm: APIClient, log_lines: LogLines
) -> None:
    response = calm.get(f"/api/test/explode?token={SECRET}", headers={"Authorization": f"Basic {SECRET}"})

    (line,) = [line for line in log_lines() if line["level"] == "error"]
    assert line["logger"] == "django.request"
    assert line["request_id"] == response["X-Request-ID"]
    (error,) = line["exception"]
    assert (error["exc_type"], error["exc_value"]) == ("RuntimeError", f"no room for {len(SECRET)} characters")
    last = error["frames"][-1]
    assert last["name"] == "get"
    assert last["filename"].endswith("tests/toolkit/urls.py")
    assert not any("locals" in frame for frame in error["frames"])


@pytest.mark.django_db
def test_no_secret_reaches_the_log(more_views: None, calm: APIClient, log_lines: LogLines) -> None:
    user = make_user()
    body = {"username": user.username, "password": PASSWORD}
    tokens = calm.post("/api/users/login", body).json()
    calm.post("/api/users/login", {**body, "password": SECRET})
    calm.post("/api/users/login", {**body, "pass": SECRET})
    calm.post("/api/users/register", {**body, "email": "x", "password": SECRET})
    calm.post("/api/users/token/refresh", {"refresh": tokens["refresh"]})
    calm.post("/api/users/token/refresh", {"refresh": tokens["refresh"]})
    bearer = {"Authorization": f"Bearer {tokens['access']}"}
    calm.get(f"/api/orders/EP-000000?token={SECRET}", headers=bearer)
    calm.get(f"/api/test/explode?token={SECRET}", headers={**bearer, "Cookie": f"sessionid={SECRET}"})
    calm.get("/api/users/me", headers={"Authorization": f"Bearer {SECRET}"})

    lines = log_lines()
    assert len(requests(lines)) == 9
    text = json.dumps(lines)
    for secret in (SECRET, PASSWORD, tokens["access"], tokens["refresh"], "token=", "sessionid", "Bearer"):
        assert secret not in text


def test_a_path_cannot_forge_a_line(api: APIClient, log_lines: LogLines) -> None:
    api.get('/api/x%0A{"level": "critical", "event": "forged"}%0D%1B[31m')

    (line,) = requests(log_lines())
    assert line["facts"]["path"] == "/api/…"


def test_whatever_is_logged_is_a_line_that_parses(log_lines: LogLines) -> None:
    logger = logging.getLogger("anywhere")
    logger.info("text with %s and %d", "two\nlines", 3)
    logger.warning("lone \ud800 surrogate", extra={"facts": {"bytes": b"\xff", "set": {1}, "nan": float("nan")}})
    logger.error("a %s that does not fit", 1)
    try:
        raise ValueError("first")
    except ValueError as error:
        try:
            raise KeyError("second") from error
        except KeyError:
            logger.exception("failed")

    lines = log_lines()
    assert [(line["level"], line["event"]) for line in lines[::3]] == [
        ("info", "text with two\nlines and 3"),
        ("error", "failed"),
    ]
    assert "request_id" not in lines[0]
    assert [error["exc_type"] for error in lines[3]["exception"]] == ["KeyError", "ValueError"]


def test_the_console_style_is_for_people_and_shows_no_variables_either() -> None:
    stream = StringIO()
    config = logging_config(level="INFO", style="console")
    formatter = logging.config.DictConfigurator({"version": 1}).configure_formatter(config["formatters"]["shop"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.console")
    logger.propagate = False
    logger.addHandler(handler)

    try:
        password = SECRET
        raise RuntimeError(len(password))
    except RuntimeError:
        logger.exception("boom")

    assert "boom" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
    assert SECRET not in stream.getvalue()
