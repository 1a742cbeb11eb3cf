"""Every route, as every caller, as the table of tests/security/routes.py has it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.security.bodies import BODIES
from tests.security.callers import CALLERS
from tests.security.calls import call, send
from tests.security.objects import NOBODYS, UNKNOWN, address_of, values_of
from tests.security.resolver import METHODS, Route, routes
from tests.security.routes import Row, read_table
from tests.security.world import World
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
BY_CALL = read_table()
ROUTES = [route for route in routes() if not route.path.startswith("/admin/")]
CALLS = [(route, method) for route in ROUTES for method in route.methods]
NAMES = [f"{method} {route.path}" for route, method in CALLS]
OF_SOMEBODY = [row for row in BY_CALL.values() if row.statuses["other"] == 404 and row.statuses["owner"] < 400]


def test_the_table_has_no_row_without_a_route() -> None:
    there = {(method, route.path) for route, method in CALLS}

    assert set(BY_CALL) - there == set(), "take these rows out of tests/security/routes.py: there is no such call"
    assert {tuple(name.split()) for name in BODIES} - there == set(), "tests/security/bodies.py: there is no such call"


@pytest.mark.parametrize(("route", "method"), CALLS, ids=NAMES)
def test_every_caller_gets_what_the_table_says(world: World, route: Route, method: str) -> None:
    found = {caller: call(world, caller, method, route.path).status_code for caller in CALLERS}

    row = BY_CALL.get((method, route.path))
    line = f"{method:6} {route.path:48} " + " ".join(str(found.get(caller, "?")) for caller in CALLERS)
    assert row is not None, f"judge this row, and add it to the table of tests/security/routes.py:\n{line}"
    assert found == {caller: row.statuses[caller] for caller in CALLERS}, line


@pytest.mark.parametrize("row", OF_SOMEBODY, ids=lambda row: f"{row.method} {row.path}")
def test_what_is_somebody_elses_is_not_there(world: World, row: Row) -> None:
    (name, value) = next(iter(values_of(world, row.path).items()))
    nothing = str(NOBODYS) if str(value).isdigit() else "EP-ZZZZZZ"
    if isinstance(value, UUID):
        nothing = str(UNKNOWN)
    with CaptureQueriesContext(connection) as asked_of_others:
        others = call(world, "other", row.method, row.path)
    with CaptureQueriesContext(connection) as asked_of_nothing:
        nobodys = call(world, "other", row.method, row.path, **{name: nothing})

    problem_in(others, 404, "not_found")
    assert told(others, value) == told(nobodys, nothing)
    if not row.path.startswith("/api/reviews/"):  # a published one is read by anybody anyway, with its photos
        assert len(asked_of_others) == len(asked_of_nothing)


def told(response: Any, name: Any) -> tuple[bytes, dict[str, str]]:
    """Everything that a response says, but for its request id and the name in its own address."""
    request_id = response.headers["X-Request-ID"]
    headers = {name: value for name, value in response.items() if name not in ("X-Request-ID", "Content-Length")}
    body: bytes = response.content
    return body.replace(request_id.encode(), b"").replace(str(name).encode(), b""), headers


@pytest.mark.parametrize("route", [route for route in ROUTES if route.name], ids=lambda route: route.path)
def test_other_methods_are_refused(world: World, route: Route) -> None:
    address = address_of(world, route.path)

    for method in {*METHODS, "TRACE"} - set(route.methods):
        for caller in ("nobody", "owner", "admin"):
            response = send(world.callers[caller].api, method, address)
            if caller == "nobody" and response.status_code == 401:
                problem_in(response, 401, "not_authenticated")
            elif route.path.startswith("/api/"):
                problem_in(response, 405, "method_not_allowed")
                assert set(response["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == set(route.methods)
            else:
                assert response.status_code in (403, 404, 405), (method, caller)


@pytest.mark.parametrize("route", [route for route in ROUTES if "GET" in route.methods], ids=lambda route: route.path)
def test_head_opens_no_more_than_get(world: World, route: Route) -> None:
    for caller in ("nobody", "other", "support"):
        response = call(world, caller, "HEAD", route.path)

        assert response.status_code == BY_CALL["GET", route.path].statuses[caller]
        assert response.content == b""


@pytest.mark.parametrize("row", BY_CALL.values(), ids=lambda row: f"{row.method} {row.path}")
def test_who_must_not_get_through_gets_a_problem_document(world: World, row: Row) -> None:
    if not row.path.startswith("/api/"):
        return
    codes = {401: ("not_authenticated", "token_not_valid"), 403: ("permission_denied",), 404: ("not_found",)}
    for caller in ("nobody", "other", "disabled"):
        status = row.statuses[caller]
        if status in codes:
            response = call(world, caller, row.method, row.path)
            assert problem_in(response, status, response.json()["code"])["code"] in codes[status]
