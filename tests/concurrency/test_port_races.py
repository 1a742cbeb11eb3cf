"""Members of staff who describe the ports of one product at the same time: one of them is told to look again."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Port, Product
from electroports.preconditions import Precondition
from tests.catalog.test_staff_ports import make_connectors
from tests.concurrency import at_once, tally
from tests.factories import make_product
from tests.staff import if_match, manager

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = 6


def descriptions_of_one_version() -> tuple[Product, list[int]]:
    """A product, and the statuses of as many simultaneous descriptions of it, each of as many ports as its number."""
    make_connectors("usb-c")
    product = make_product()
    client = manager()
    tag = client.get(f"/api/staff/products/{product.pk}/ports")

    def describe(number: int) -> int:
        ports = [{"name": f"{number}.{n}", "connector": "usb-c", "gender": "plug"} for n in range(number)]
        response = client.put(f"/api/products/{product.pk}/ports", {"ports": ports}, headers=if_match(tag))
        return int(response.status_code)

    return product, at_once(*[partial(describe, number) for number in range(1, STAFF + 1)])


def test_of_descriptions_of_one_version_one_goes_through() -> None:
    product, statuses = descriptions_of_one_version()

    assert tally(statuses) == {200: 1, 412: STAFF - 1}
    winner = statuses.index(200) + 1
    assert Port.objects.count() == winner
    shown = APIClient().get(f"/api/products/{product.pk}").json()["ports"]
    assert [port["name"] for port in shown] == [f"{winner}.{n}" for n in range(winner)]


def test_without_the_guard_each_replaces_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Precondition, document: Any) -> None:
        """Take every version for the one that was meant."""

    monkeypatch.setattr(Precondition, "check", check)

    product, statuses = descriptions_of_one_version()

    assert tally(statuses) == {200: STAFF}
    assert len({port.name.partition(".")[0] for port in product.ports.all()}) == 1
