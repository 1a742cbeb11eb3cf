"""Errors under /admin/: pages for browsers, problem documents for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from electroports import error_pages
from electroports.admin import ShopAdminSite
from tests.admin.pages import sign_in_with

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TRAIL = "/admin/accounts/auditentry/"

pytestmark = pytest.mark.django_db


def text_of(response: Any, status: int) -> str:
    """The page of an error, which nothing keeps and the back office's policy is for."""
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert "no-store" in response["Cache-Control"]
    assert "'unsafe-eval'" in response["Content-Security-Policy"]
    found: str = response.content.decode()
    assert 'href="/admin/"' in found
    return found


def test_what_is_not_ones_own_is_a_page_with_the_menu() -> None:
    support = sign_in_with("orders.view_order")

    page = text_of(support.get(TRAIL, headers=BROWSER), 403)

    assert "This is not open to you" in page
    assert "/admin/orders/order/" in page
    assert "To the dashboard" in page


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/javascript, */*; q=0.01"])
def test_a_program_reads_a_problem_there_too(accept: str) -> None:
    answer = sign_in_with("orders.view_order").get(TRAIL, headers={"Accept": accept})

    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_the_api_answers_a_browser_with_a_problem() -> None:
    answer = Client().get("/api/nowhere", headers=BROWSER)

    assert answer["Content-Type"] == "application/problem+json"


def test_a_page_that_is_not_there(office: Client) -> None:
    assert "Nothing is here" in text_of(office.get("/admin/nowhere/", headers=BROWSER), 404)


def test_a_request_that_makes_no_sense(office: Client) -> None:
    wrong = "/admin/autocomplete/?term=%00&app_label=orders&model_name=order&field_name=user"

    assert "That did not work" in text_of(office.get(wrong, headers=BROWSER), 400)


def test_an_old_form_before_the_log_in() -> None:
    stranger = Client(enforce_csrf_checks=True)

    page = text_of(stranger.post("/admin/login/", {"username": "x"}, headers=BROWSER), 403)

    assert "Load the page again" in page
    assert "To the back office" in page
    assert "nav-sidebar" not in page


def test_haste_at_the_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("electroports.throttling.ScopedThrottle.THROTTLE_RATES", {"login": "1/min"})
    stranger, form = Client(), {"username": "x", "password": "y"}

    stranger.post("/admin/login/", form, headers=BROWSER)
    hasty = stranger.post("/admin/login/", form, headers=BROWSER)

    assert "Try again in 1 minute." in text_of(hasty, 429)
    assert int(hasty["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [(ValueError("x"), 500, "Something went wrong"), (OperationalError("gone"), 503, "The shop is busy")],
)
def test_a_fault_is_a_page_without_templates_or_queries(
    office: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
    fault: Exception,
    status: int,
    words: str,
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise fault

    office.raise_request_exception = False
    monkeypatch.setattr(ShopAdminSite, "each_context", fail)
    monkeypatch.setattr(error_pages, "render_to_string", fail)

    with django_assert_max_num_queries(4):  # who asks, and whether they may
        answer = office.get("/admin/password_change/", headers=BROWSER)

    page = text_of(answer, status)
    assert words in page
    assert answer["X-Request-ID"] in page


def test_an_error_whose_page_cannot_be_made_is_a_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("gone")

    support = sign_in_with("orders.view_order")
    monkeypatch.setattr(ShopAdminSite, "each_context", fail)

    assert "This is not open to you" in text_of(support.get(TRAIL, headers=BROWSER), 403)
