"""Every call by which staff change something writes before and after into the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from accounts.models import AuditEntry
from catalog.models import ProductImage, Review
from electroports import history
from electroports.history import Deed
from tests.admin.rows import make_connector
from tests.security.calls import call
from tests.security.routes import Row, read_table
from tests.security.world import World

pytestmark = pytest.mark.django_db
# What only staff may do: others are refused, or it is not there for them.
STAFF_WRITES = [
    row
    for row in read_table().values()
    if row.method != "GET" and row.statuses["other"] in (403, 404) and row.statuses["admin"] < 404
]
# What cannot be taken back of that shop, where it is ordered. tests/catalog/test_staff_writes.py deletes others.
REFUSED = {("DELETE", "/api/products/{id_or_slug}"), ("DELETE", "/api/variants/{id}")}


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> list[Deed]:
    """What is written, for the call itself is undone."""
    found: list[Deed] = []
    (writer,) = history._writers

    def write(each: Sequence[Deed]) -> None:
        before = AuditEntry.objects.count()
        writer(each)
        assert AuditEntry.objects.count() == before + len(each)
        found.extend(each)

    monkeypatch.setattr(history, "_writers", [write])
    return found


def test_the_calls_of_staff_are_many() -> None:
    assert len(STAFF_WRITES) >= 15
    assert {(row.method, row.path) for row in read_table().values() if row.statuses["admin"] == 409} >= REFUSED


@pytest.mark.parametrize("row", STAFF_WRITES, ids=lambda row: f"{row.method} {row.path}")
def test_a_call_of_staff(world: World, deeds: list[Deed], row: Row) -> None:
    if row.path == "/api/reviews/{id}/moderation":
        Review.objects.update(status="pending")
    Review.objects.filter(status="published").update(reply="Asante!")
    ProductImage.objects.update(position=7)
    world.product.ports.create(name="Jack", connector=make_connector(), gender="plug")

    response: Any = call(world, "admin", row.method, row.path)

    assert response.status_code == row.statuses["admin"], response.content
    assert deeds, "the audit trail says nothing of it: electroports.history.record_change"
    for deed in deeds:
        assert deed.acting_user == world.callers["admin"].user
        assert deed.changes, f"{deed.row} {deed.message}"
        assert all(len(pair) == 2 and pair[0] != pair[1] for pair in deed.changes.values())
