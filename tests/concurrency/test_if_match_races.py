"""Two members of staff who change the same version of a thing: one of them is told to look again."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from catalog.models import Product
from electroports.preconditions import Precondition
from tests.concurrency import at_once, tally
from tests.factories import make_product
from tests.staff import if_match, manager

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = 8


def eight_changes_of_one_version() -> list[int]:
    """The statuses that as many simultaneous changes get which name the same version."""
    product = make_product()
    client = manager()
    tag = client.get(f"/api/staff/products/{product.pk}")

    def change(number: int) -> int:
        body = {"name": f"Name {number}"}
        response = client.patch(f"/api/products/{product.pk}", body, headers=if_match(tag))
        return int(response.status_code)

    return at_once(*[partial(change, number) for number in range(STAFF)])


def test_of_changes_to_one_version_one_goes_through() -> None:
    statuses = eight_changes_of_one_version()

    assert tally(statuses) == {200: 1, 412: STAFF - 1}
    assert Product.objects.get().name == f"Name {statuses.index(200)}"


def test_without_the_guard_they_overwrite_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Precondition, document: Any) -> None:
        """Take every version for the one that was meant."""

    monkeypatch.setattr(Precondition, "check", check)

    assert tally(eight_changes_of_one_version()) == {200: STAFF}
