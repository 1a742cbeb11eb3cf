"""The production server with two processes, and as many buyers at once as a sale brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from accounts.actions.start_session import start_session
from orders.models import Order
from tests.concurrency import at_once, tally
from tests.factories import make_product, make_user
from tests.orders import assert_invariants, level_of
from tests.postgres import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

ROOT = Path(__file__).parents[2]
GUARDED = "electroports.wsgi:application"
UNGUARDED = "tests.concurrency.unguarded_wsgi:application"
PATIENCE = 30


def database_url() -> str:
    """Where the database of this test is."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


@contextmanager
def server(application: str) -> Iterator[int]:
    """Granian with two processes of four threads each, on the test's database; yields the port."""
    port = free_port()
    command = [
        *(str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", application),
        *("--workers", "2", "--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port), "--no-ws"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url()})
    try:
        wait_until_up(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def shop(django_db_setup: None) -> Iterator[int]:
    """The port of the shop as it is."""
    with server(GUARDED) as port:
        yield port


def wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server did not start"
        try:
            if request(port, "GET", "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not come up")


def request(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    client = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        client.request(method, path, json.dumps(body), {"Content-Type": "application/json", **headers})
        response = client.getresponse()
        return response.status, response.read()
    finally:
        client.close()


def access_token() -> str:
    return f"Bearer {start_session(user=make_user(), at=timezone.now()).access}"


def buy_ten_units_by_forty(port: int) -> dict[int, int]:
    """How often 40 buyers of one unit each, all at once, get which status, of 10 units."""
    body = {"items": [{"product": make_product(stock=10).pk, "quantity": 1}]}
    tokens = [access_token() for _ in range(40)]
    buyers = [partial(request, port, "POST", "/api/orders/create", body, Authorization=token) for token in tokens]
    return tally([status for status, _body in at_once(*buyers)])


def test_ten_units_and_forty_buyers(shop: int) -> None:
    assert buy_ten_units_by_forty(shop) == {201: 10, 409: 30}

    assert Order.objects.count() == 10
    assert_invariants()


def test_without_the_guard_they_are_sold_twice() -> None:
    with server(UNGUARDED) as port:
        assert buy_ten_units_by_forty(port).get(201, 0) > 10

    with pytest.raises(CommandError, match="broken"):
        assert_invariants()


def test_same_idempotency_key_twenty_times(shop: int) -> None:
    product = make_product(stock=10)
    body = {"items": [{"product": product.pk, "quantity": 1}]}
    headers = {"Authorization": access_token(), "Idempotency-Key": "one-and-only"}

    answers = at_once(*[partial(request, shop, "POST", "/api/orders", body, **headers)] * 20)

    assert tally([status for status, _body in answers]) == {201: 20}
    assert len({answer for _status, answer in answers}) == 1
    assert level_of(product).allocated == 1
    assert_invariants()
