"""Every page of the back office, as every caller, as the tables of tests/security/pages.py have it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.office.gate import SHOWN
from tests.admin.conftest import quick_templates, unrendered
from tests.admin.rows import MAKERS
from tests.factories import make_user
from tests.security.admin_pages import Page, models, sorted_routes
from tests.security.callers import CALLERS
from tests.security.pages import ACTIONS, STAFF, read_models, read_pages
from tests.security.resolver import Route, routes
from tests.security.world import World

__all__ = ["quick_templates", "unrendered"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]
BY_MODEL, BY_PAGE, BY_ACTION = read_models(), read_pages(), read_pages(ACTIONS)
_standard, OWN_PAGES, SITE = sorted_routes()
PAGES = [route for route in routes() if route.path.startswith("/admin/") and route.path not in SITE]
OUTSIDERS = [caller for caller in CALLERS if caller not in STAFF]
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
ROW = "add it to tests/security/pages.py, after judging it:\n"

Browsers = dict[str, Client]


@pytest.fixture(scope="module")
def browsers(world: World) -> Browsers:
    """Everybody's browser; those of staff are signed in to the back office, and so would be the others."""
    return {caller: browser_of(world, caller) for caller in CALLERS}


@pytest.fixture(scope="module")
def shown(world: World) -> dict[str, Any]:
    """A row of every model; of users, a customer."""
    return {name: MAKERS[model]() for name, model in models().items()} | {"accounts/user": make_user()}


def browser_of(world: World, caller: str, **settings: Any) -> Client:
    client, user = Client(**settings), world.callers[caller].user
    if user is not None:
        client.force_login(user)
        if caller != "unproven":
            session = client.session
            session[SHOWN] = timezone.now().timestamp()
            session.save()
    return client


def ask(browser: Client, method: str, address: str, body: Any = None) -> Any:
    """Return the response, undone in the database."""
    with transaction.atomic():
        response = getattr(browser, method.lower())(address, body)
        transaction.set_rollback(True)
    return response


def status(browser: Client, method: str, address: str) -> int:
    return int(ask(browser, method, address).status_code)


def address_of(path: str, shown: dict[str, Any]) -> str:
    """Return the address of a page, of the row that is there."""
    _, _, app, model, *_ = path.split("/")
    key = shown[f"{app}/{model}"].pk
    return path.format(object_id=key, id=key)


def letters(browser: Client, model: str, key: Any) -> str:
    """Return what a member of staff may do on a model's own pages; what is refused is refused by every method."""
    start = f"/admin/{model}/"
    change, delete, history = (f"{start}{key}/{page}/" for page in ("change", "delete", "history"))
    tried = {
        "v": [("GET", start), ("POST", start), ("GET", history), ("GET", change)],
        "a": [("GET", f"{start}add/"), ("POST", f"{start}add/")],
        "c": [("POST", change)],
        "d": [("POST", delete), ("GET", delete)],
    }
    found = ""
    for letter, (first, *others) in tried.items():
        if status(browser, *first) != 403:
            found += letter
        else:
            assert [status(browser, *other) for other in others] == [403] * len(others), (letter, model)
    return found


@pytest.mark.parametrize("model", sorted(models()))
def test_members_of_staff_do_what_their_role_says(browsers: Browsers, shown: dict[str, Any], model: str) -> None:
    found = {role: letters(browsers[role], model, shown[model].pk) for role in STAFF}

    line = f"{model} " + " ".join(found[role] or "-" for role in STAFF)
    assert model in BY_MODEL, ROW + line
    assert found == BY_MODEL[model], line


@pytest.mark.parametrize("page", OWN_PAGES, ids=lambda page: f"{page.model} {page.rest}")
def test_pages_of_models_own_are_for_whom_the_table_says(browsers: Browsers, shown: dict[str, Any], page: Page) -> None:
    address = address_of(f"/admin/{page.model}/{page.rest}", shown)
    found = {role: status(browsers[role], "GET", address) != 403 for role in STAFF}
    written = {role: status(browsers[role], "POST", address) != 403 for role in STAFF}

    line = f"{page.model} {page.rest} " + " ".join("y" if found[role] else "-" for role in STAFF)
    assert page in BY_PAGE, ROW + line
    assert found == BY_PAGE[page], line
    assert written == found


@pytest.mark.parametrize("model", sorted(models()))
def test_actions_of_lists_are_offered_to_whom_the_table_says(
    browsers: Browsers, shown: dict[str, Any], model: str
) -> None:
    for role in STAFF:
        response = browsers[role].get(f"/admin/{model}/")
        form = response.context_data.get("action_form") if response.status_code == 200 else None
        offered = {name for name, _label in form.fields["action"].choices if name} if form else set()

        listed = {page.rest for page, row in BY_ACTION.items() if page.model == model and row[role]}
        assert offered - {"delete_selected"} == listed, f"{role}: tests/security/pages.py, ACTIONS"


def test_the_tables_have_no_row_without_a_page() -> None:
    assert set(BY_MODEL) == set(models())
    assert set(BY_PAGE) == set(OWN_PAGES)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_whoever_is_no_member_of_staff_is_sent_to_the_log_in(
    browsers: Browsers, shown: dict[str, Any], route: Route
) -> None:
    address = address_of(route.path, shown)

    for caller in OUTSIDERS:
        for method in route.methods:
            response = ask(browsers[caller], method, address)
            assert response.status_code == 302, (caller, method)
            if not route.path.endswith("{object_id}/"):  # which sends everybody on to a page that asks
                assert response["Location"].startswith("/admin/login/?next="), (caller, method)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_who_only_looks_changes_nothing(browsers: Browsers, shown: dict[str, Any], route: Route) -> None:
    address = address_of(route.path, shown)

    with CaptureQueriesContext(connection) as captured:
        browsers["admin"].get(address)

    written = [query["sql"] for query in captured if WRITES.match(query["sql"])]
    assert [sql for sql in written if "django_session" not in sql] == []


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_forms_of_other_sites_are_refused(world: World, shown: dict[str, Any], route: Route) -> None:
    browser = browser_of(world, "admin", enforce_csrf_checks=True)
    address, logged = address_of(route.path, shown), LogEntry.objects.count()

    for headers in ({}, {"Origin": "https://evil.example"}, {"X-CSRFToken": "0" * 64}):
        response = browser.post(address, {"post": "yes"}, headers=headers)
        assert response.status_code == 403, headers

    assert LogEntry.objects.count() == logged
