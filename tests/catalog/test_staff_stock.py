"""Stock as staff see and move it over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import StockLevel, StockMovement, Variant
from tests import factories
from tests.orders import assert_invariants
from tests.staff import client_of, manager, member_with, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

MOVEMENTS, LEVELS = "/api/stock/movements", "/api/stock/levels"


@pytest.fixture
def variant() -> Variant:
    """Ten units in Nairobi, three of them spoken for; a location in Mombasa."""
    product = factories.make_product(slug="nano", stock=10)
    factories.make_location("MSA", 2)
    found: Variant = product.variants.get()
    Variant.objects.update(sku="NANO")
    item = {"variant": found.pk, "quantity": 3}
    assert manager().post("/api/orders/create", {"items": [item]}).status_code == 201
    return found


def entered(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "sku": "NANO", "location": "NBO", "reference": "Note 1", **fields}


def counters() -> list[tuple[str, int, int]]:
    return list(StockLevel.objects.order_by("pk").values_list("location__code", "on_hand", "allocated"))


def test_a_receipt(variant: Variant) -> None:
    user = member_with("catalog.change_stocklevel")

    response = client_of(user).post(MOVEMENTS, entered("receipt", quantity=5))

    assert response.status_code == 201
    level = StockLevel.objects.get()
    assert response.json() == {
        "levels": [
            {
                "id": level.pk,
                "product": variant.product_id,
                "variant": variant.pk,
                "sku": "NANO",
                "location": "NBO",
                "on_hand": 15,
                "allocated": 3,
                "available": 12,
            }
        ]
    }
    movement = StockMovement.objects.latest("pk")
    assert (movement.type, movement.on_hand_change, movement.reference) == ("receipt", 5, "Note 1")
    assert movement.acting_user == user
    assert_invariants()


def test_an_adjustment_and_a_transfer(variant: Variant) -> None:
    client = manager()

    assert client.post(MOVEMENTS, entered("adjustment", change=-2)).status_code == 201
    assert client.post(MOVEMENTS, entered("transfer", quantity=5, to="MSA")).status_code == 201

    assert counters() == [("NBO", 3, 3), ("MSA", 5, 0)]
    assert list(StockMovement.objects.filter(type="transfer").values_list("on_hand_change", flat=True)) == [5, -5]
    assert APIClient().get("/api/products/nano").json()["availability"] == "low_stock"
    assert_invariants()


REFUSED: list[tuple[dict[str, Any], str, str | None, str]] = [
    (entered("adjustment", change=-8), "invalid_adjustment", None, ""),
    (entered("adjustment", change=0), "invalid_adjustment", None, ""),
    (entered("adjustment", change=5, location="MSA"), "invalid", "location", "does_not_exist"),
    (entered("transfer", quantity=8, to="MSA"), "invalid_adjustment", None, ""),
    (entered("transfer", quantity=1, to="NBO"), "invalid_adjustment", None, ""),
    (entered("transfer", quantity=1, location="MSA", to="NBO"), "invalid_adjustment", None, ""),
    (entered("transfer", quantity=1), "invalid", "to", "required"),
    (entered("receipt", quantity=1, to="MSA"), "invalid", "to", "not_allowed"),
    (entered("receipt", quantity=1, sku="NONE"), "invalid", "sku", "does_not_exist"),
    (entered("receipt", quantity=1, location="XXX"), "invalid", "location", "does_not_exist"),
    (entered("receipt", quantity=0), "invalid", "quantity", "min_value"),
    (entered("receipt", quantity="5"), "invalid", "quantity", "invalid"),
    (entered("receipt", quantity=10**9), "invalid", "quantity", "max_value"),
    (entered("receipt", change=1, quantity=1), "invalid", "change", "not_allowed"),
    (entered("receipt"), "invalid", "quantity", "required"),
    (entered("sale", quantity=1), "invalid", "type", "invalid_choice"),
    (entered("receipt", quantity=1, reference=""), "invalid", "reference", "blank"),
    (entered("receipt", quantity=1, level=1), "unknown_field", "level", "unknown_field"),
]


@pytest.mark.parametrize(("body", "code", "field", "why"), REFUSED)
def test_a_movement_that_cannot_be(
    variant: Variant, body: dict[str, Any], code: str, field: str | None, why: str
) -> None:
    before = stored()

    problem = problem_in(manager().post(MOVEMENTS, body), 400, code)

    assert [(error["field"], error["code"]) for error in problem["errors"]] == ([(field, why)] if field else [])
    assert stored() == before


def test_the_same_key_moves_once(variant: Variant) -> None:
    client, body = manager(), entered("receipt", quantity=5)

    first, again = (client.post(MOVEMENTS, body, headers={"Idempotency-Key": "note-1"}) for _ in range(2))
    other = client.post(MOVEMENTS, {**body, "quantity": 6}, headers={"Idempotency-Key": "note-1"})

    assert first.content == again.content
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    problem_in(other, 422, "idempotency_key_reused")
    assert counters() == [("NBO", 15, 3)]


def test_levels_and_movements_are_listed(variant: Variant) -> None:
    other = factories.make_product(stock=4)
    manager().post(MOVEMENTS, entered("transfer", quantity=2, to="MSA"))
    client = staff("catalog.view_stocklevel", "catalog.view_stockmovement")

    def found(path: str, key: str) -> list[Any]:
        return [row[key] for row in client.get(path).json()["results"]]

    assert found(LEVELS, "on_hand") == [2, 4, 8]
    assert found(f"{LEVELS}?sku=NANO", "location") == ["MSA", "NBO"]
    assert found(f"{LEVELS}?sku=NANO&location=MSA", "available") == [2]
    assert found(f"{LEVELS}?product={other.pk}", "on_hand") == [4]
    assert found(f"{LEVELS}?sku=NONE", "id") == []
    assert found(f"{MOVEMENTS}?sku=NANO", "type") == ["transfer", "transfer", "allocation", "receipt"]
    assert found(f"{MOVEMENTS}?location=MSA", "on_hand_change") == [2]
    assert found(f"{MOVEMENTS}?type=allocation", "allocated_change") == [3]
    for query in ("?sku=", "?location=%20", "?location=NAIROBI-WEST", "?product=x", "?type=x", "?colour=red"):
        path = MOVEMENTS if "type" in query else LEVELS
        problem_in(client.get(path + query), 400, "invalid")


def test_a_list_takes_the_same_queries_for_one_row_and_for_many(variant: Variant) -> None:
    client = manager()

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    one = queries(LEVELS), queries(MOVEMENTS)
    with factories.listed_together():
        for _ in range(20):
            factories.make_product()

    assert (queries(LEVELS), queries(MOVEMENTS)) == one == (3, 3)  # who calls; a page; how many, up to 10,000
