"""What Sentry would be sent of an error names nobody and opens nothing: the event itself, as it leaves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from rest_framework.test import APIClient
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from electroports.error_reports import discreet_breadcrumb, discreet_request, options
from tests.factories import PASSWORD
from tests.privacy.person import CONTACT, DEVICE, traces
from tests.privacy.test_logs import IN_PATH, IN_QUERY

DSN = "https://key@sentry.example/1"
BEARER = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep the events of an envelope."""
        self.events += [json.loads(json.dumps(item.payload.json, default=str)) for item in envelope.items]


@pytest.fixture
def reports(request: pytest.FixtureRequest) -> Iterator[list[dict[str, Any]]]:
    """The events that are sent, with the shop's options but for those that a test gives."""
    kept = Kept()
    with sentry_sdk.isolation_scope():
        sentry_sdk.init(**options(DSN, transport=kept, **getattr(request, "param", {})))
        yield kept.events
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)  # else all later tests are traced


def fail(client: APIClient) -> None:
    logging.getLogger("shop").warning("before it: %s of %s", CONTACT["phone"], CONTACT["email"])
    client.post(f"/api/test/failing/{IN_PATH}?token={IN_QUERY}", {**CONTACT, "password": PASSWORD})


@pytest.fixture
def client(settings: Any) -> APIClient:
    settings.ROOT_URLCONF = "tests.privacy.test_logs"
    headers = {
        "User-Agent": "curl",
        "Authorization": BEARER,
        "Cookie": f"sessionid={IN_QUERY}",
        "X-Cart-Token": IN_PATH,
    }
    return APIClient(raise_request_exception=False, headers=headers)


@pytest.mark.django_db
def test_a_report_tells_what_failed_and_not_whom(reports: list[dict[str, Any]], client: APIClient) -> None:
    fail(client)

    (event,) = reports
    (error,) = event["exception"]["values"]
    assert (error["type"], error["stacktrace"]["frames"][-1]["function"]) == ("RuntimeError", "post")
    text = json.dumps(event, ensure_ascii=False)
    assert traces(iter([("event", text)])) == {}
    assert [secret for secret in (PASSWORD, IN_PATH, IN_QUERY, BEARER, BEARER[7:], DEVICE) if secret in text] == []
    assert not any("vars" in frame for frame in error["stacktrace"]["frames"])


@pytest.mark.django_db
@pytest.mark.parametrize("reports", [{"before_send": None, "include_local_variables": True}], indirect=True)
def test_without_the_shops_options_it_would(reports: list[dict[str, Any]], client: APIClient) -> None:
    fail(client)

    (event,) = reports
    assert {"first name", "e-mail", "phone"} <= set(traces(iter([("event", json.dumps(event, ensure_ascii=False))])))


def test_of_a_request_only_what_says_which_one_it_was() -> None:
    request = {
        "method": "POST",
        "url": f"https://me:{PASSWORD}@shop.example/api/users/{CONTACT['email']}",
        "query_string": f"token={IN_QUERY}",
        "data": CONTACT,
        "cookies": {"sessionid": IN_QUERY},
        "env": {"REMOTE_ADDR": "41.90.64.7"},
        "headers": {"User-Agent": "curl", "Authorization": BEARER, "X-Cart-Token": IN_PATH, "Referer": IN_QUERY},
    }

    assert discreet_request(request) == {
        "method": "POST",
        "url": "https://shop.example/api/users/…",
        "headers": {"User-Agent": "curl"},
    }


def test_steps_before_an_error_name_nobody() -> None:
    told = {"category": "shop", "message": f"before it: {CONTACT['phone']}", "data": {"to": CONTACT["email"]}}
    asked = {"category": "query", "message": f"SELECT '{CONTACT['email']}'", "level": "info", "data": {"params": ["x"]}}

    assert discreet_breadcrumb(told, {}) == {"category": "shop", "message": "before it: …", "data": {"to": "…"}}
    assert discreet_breadcrumb(asked, {}) == {"category": "query", "level": "info"}
