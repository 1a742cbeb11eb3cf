"""Many products and variants in one call: all or nothing, or those rows that can be."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.actions import upsert_products as upserting
from catalog.models import Accessory, CatalogRevision, Product, StockLevel, StockMovement, Variant
from tests import factories
from tests.staff import manager, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

BULK = "/api/products/bulk"
RIGHTS = ["catalog.add_product", "catalog.change_product", "catalog.add_variant", "catalog.change_variant"]


@pytest.fixture
def nano() -> Accessory:
    """A product with a variant of 10 units and one that is off the shelf."""
    product: Accessory = factories.make_product(model=Accessory, slug="nano", name="Nano", stock=None, price="1000.00")
    product.variants.update(sku="NANO-BLK", name="Black", options=[["Colour", "Black"]])
    factories.add_stock(product.variants.get(), 10)
    factories.add_variant(product, sku="NANO-OLD", name="Old", is_active=False, stock=None)
    return product


def new_row(**fields: Any) -> dict[str, Any]:
    """A row about a product that is not there yet."""
    factories.make_brand()
    factories.make_category()
    return {
        "sku": "PRIME-1",
        "product": "prime",
        "kind": "accessory",
        "brand": "Anker",
        "category": "chargers",
        "name": "Prime",
        "accessory_type": "charger",
        "price": "500.00",
        **fields,
    }


def send(rows: Any, query: str = "", **headers: str) -> Any:
    return manager().post(BULK + query, rows, headers=headers)


def report(rows: Any, query: str = "") -> Any:
    response = send(rows, query)
    assert response.status_code == 200, response.content
    return response.json()


def shown(slug: str) -> Any:
    return APIClient().get(f"/api/products/{slug}").json()


def test_a_row_changes_what_it_gives_and_nothing_else(nano: Accessory) -> None:
    before = Variant.objects.values().get(sku="NANO-BLK")

    done = report([{"sku": "NANO-BLK", "price": "799.00"}])

    assert (done["written"], done["refused"], done["error_count"]) == (1, 0, 0)
    assert done["products"] == {"created": 0, "changed": 1, "unchanged": 0}
    assert done["variants"] == {"created": 0, "changed": 1, "unchanged": 0}
    assert Variant.objects.values().get(sku="NANO-BLK") == {**before, "price": Decimal("799.00")}
    assert not Variant.objects.get(sku="NANO-OLD").is_active
    assert Product.objects.get().name == "Nano"
    assert StockLevel.objects.get().on_hand == 10
    assert shown("nano")["price"] == "799.00"


def test_rows_create_products_and_variants(nano: Accessory) -> None:
    red = {"sku": "NANO-RED", "product": "nano", "options": [{"name": "Colour", "value": "Red"}], "price": "900"}
    factories.make_location()

    done = report([new_row(watts="65.5", stock={"NBO": 7}), red])

    assert done["products"] == {"created": 1, "changed": 1, "unchanged": 0}
    assert done["variants"] == {"created": 2, "changed": 0, "unchanged": 0}
    prime = Accessory.objects.get(slug="prime")
    assert (prime.watts, prime.warranty_months, prime.is_published) == (Decimal("65.5"), 12, True)
    movement = StockMovement.objects.get(level__variant__sku="PRIME-1")
    assert (movement.type, movement.on_hand_change, movement.reference) == ("receipt", 7, "bulk change")
    assert movement.acting_user is not None
    added = Variant.objects.get(sku="NANO-RED")
    assert (added.name, added.position) == ("Red", 1)
    assert [row["sku"] for row in shown("nano")["variants"]] == ["NANO-BLK", "NANO-RED"]


def test_a_product_is_changed_by_any_of_its_rows(nano: Accessory) -> None:
    done = report(
        [
            {"sku": "NANO-BLK", "name": "Nano II", "watts": "45", "is_active": False},
            {"sku": "NANO-OLD", "is_active": True},
        ]
    )

    assert done["variants"]["changed"] == 2
    nano.refresh_from_db()
    assert (nano.name, nano.watts) == ("Nano II", 45)
    assert [row["sku"] for row in shown("nano")["variants"]] == ["NANO-OLD"]


def test_what_changes_nothing_raises_no_revision(nano: Accessory) -> None:
    number = CatalogRevision.objects.get().number

    done = report([{"sku": "NANO-BLK", "price": "1000.00", "stock": {"NBO": 10}}])

    assert done["variants"] == {"created": 0, "changed": 0, "unchanged": 1}
    assert CatalogRevision.objects.get().number == number


WRONG: list[tuple[Any, str | None, str]] = [
    ({"price": "1.00"}, "sku", "required"),
    ({"sku": ""}, "sku", "required"),
    ({"sku": "NANO-BLK"}, "sku", "duplicate"),
    ("NANO-OLD", None, "invalid"),
    ({"sku": "NANO-OLD", "colour": "red"}, "colour", "unknown_field"),
    ({"sku": "NANO-OLD", "price": 900.5}, "price", "invalid"),
    ({"sku": "NANO-OLD", "price": 900}, "price", "invalid"),
    ({"sku": "NANO-OLD", "price": "0.00"}, "price", "out_of_range"),
    ({"sku": "NANO-OLD", "price": "1e3"}, "price", "invalid"),
    ({"sku": "NANO-OLD", "price": None}, "price", "invalid"),
    ({"sku": "NANO-OLD", "compare_at_price": "1000.00"}, "compare_at_price", "out_of_range"),
    ({"sku": "NANO-OLD", "condition": "broken"}, "condition", "unknown"),
    ({"sku": "NANO-OLD", "is_active": "true"}, "is_active", "invalid"),
    ({"sku": "NANO-OLD", "options": {"Colour": "Red"}}, "options", "invalid"),
    ({"sku": "NANO-OLD", "options": [{"name": "Colour", "value": "Black"}]}, "options", "duplicate"),
    ({"sku": "NANO-OLD", "stock": {"XXX": 1}}, "stock", "unknown"),
    ({"sku": "NANO-OLD", "stock": {"NBO": -1}}, "stock", "invalid"),
    ({"sku": "NANO-OLD", "stock": {"NBO": 1.0}}, "stock", "invalid"),
    ({"sku": "NANO-OLD", "stock": [1]}, "stock", "invalid"),
    ({"sku": "NANO-OLD", "kind": "device"}, "kind", "not_allowed"),
    ({"sku": "NANO-OLD", "form_factor": "over_ear"}, "form_factor", "not_allowed"),
    ({"sku": "NANO-OLD", "name": "Another"}, "name", "repeated_differently"),
    ({"sku": "NANO-OLD", "product": "taken"}, "sku", "duplicate"),
    ({"sku": "NEW-1"}, "product", "required"),
    ({"sku": "NEW-1", "product": "nano"}, "price", "required"),
    ({"sku": "new 1", "product": "nano", "price": "1.00"}, "sku", "invalid"),
    (("brand", "Nobody"), "brand", "unknown"),
    (("category", "nowhere"), "category", "unknown"),
    (("name", "Taken"), "name", "duplicate"),
    (("name", "Pri\nme"), "name", "invalid"),
    (("name", "Pri\u202eme"), "name", "invalid"),
    (("specs", [{"name": "Power", "value": "65\x07 W"}]), "specs", "invalid"),
    (("in_the_box", ["Phone\r"]), "in_the_box", "invalid"),
    (("accessory_type", "toaster"), "accessory_type", "unknown"),
    (("product", "Prime Charger"), "product", "invalid"),
    (("product", "221"), "product", "invalid"),
    *((("product", word), "product", "invalid") for word in ("bulk", "compare", "facets", "suggest")),
    (("warranty_months", "12"), "warranty_months", "invalid"),
    (("warranty_months", 40_000), "warranty_months", "out_of_range"),
    (("in_the_box", [1]), "in_the_box", "invalid"),
    *((("in_the_box", nothing), "in_the_box", "invalid") for nothing in (0, False, {}, "")),
    (("price", " 5 "), "price", "invalid"),
    (("specs", [{"name": name, "value": "1"} for name in "aA"]), "specs", "duplicate"),
    (("specs", [{"name": name, "value": "1"} for name in ("Colour", "Weight", "colour ")]), "specs", "duplicate"),
    (("options", [{"name": name, "value": "1"} for name in ("Colour", "colour")]), "options", "duplicate"),
    (("typed_specs", {"storage": "256 GB", "Storage": "512 GB"}), "typed_specs", "duplicate"),
    (("typed_specs", {"nothing": "1"}), "typed_specs", "unknown"),
    (("released_on", "yesterday"), "released_on", "invalid"),
]


@pytest.mark.parametrize(("wrong", "field", "code"), WRONG)
def test_one_wrong_row_and_nothing_is_written(nano: Accessory, wrong: Any, field: str | None, code: str) -> None:
    factories.make_product(slug="taken", name="Taken")
    row = new_row(**dict([wrong])) if isinstance(wrong, tuple) else wrong
    rows = [{"sku": "NANO-BLK", "price": "799.00", "name": "Nano"}, row]
    before = stored()

    body = problem_in(send(rows), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [(f"1.{field}" if field else "1", code)]
    assert body["detail"].startswith(("1 row cannot be taken;", "2 rows cannot be taken;"))
    assert stored() == before
    tried = problem_in(send(rows, "?dry_run=true"), 400, "invalid")
    assert (tried["detail"], tried["errors"]) == (body["detail"], body["errors"])
    done = report(rows, "?mode=valid_rows&dry_run=true")
    errors = [(row["index"], row["field"], row["code"]) for row in done["errors"] if row["code"] != "product_refused"]
    assert errors == [(1, field, code)]
    assert stored() == before
    along = [row for row in done["errors"] if row["code"] == "product_refused"]
    done = report(rows, "?mode=valid_rows")
    assert (done["written"], done["refused"]) == (1 - len(along), 1 + len(along))
    assert Variant.objects.get(sku="NANO-BLK").price == (1000 if along else 799)


def test_a_refused_product_takes_all_its_rows_along(nano: Accessory) -> None:
    rows = [
        new_row(brand="Nobody"),
        {"sku": "PRIME-2", "product": "prime", "price": "1", "options": [{"name": "Colour", "value": "Red"}]},
        {"sku": "NANO-BLK", "price": "799.00"},
    ]

    done = report(rows, "?mode=valid_rows")

    assert (done["rows"], done["written"], done["refused"], done["error_count"]) == (3, 1, 2, 2)
    assert [(row["index"], row["sku"], row["field"], row["code"]) for row in done["errors"]] == [
        (0, "PRIME-1", "brand", "unknown"),
        (1, "PRIME-2", None, "product_refused"),
    ]
    assert not Product.objects.filter(slug="prime").exists()
    assert shown("nano")["price"] == "799.00"


def test_what_leans_on_a_refused_row_is_refused_too(nano: Accessory) -> None:
    rows = [new_row(price="0"), new_row(sku="PRIME-2", price="2")]
    del rows[1]["kind"], rows[1]["name"]

    done = report(rows, "?mode=valid_rows")

    assert (done["written"], {row["index"] for row in done["errors"]}) == (0, {0, 1})
    assert not Product.objects.filter(slug="prime").exists()


def test_a_figure_below_what_is_spoken_for(nano: Accessory) -> None:
    item = {"variant": nano.variants.get(sku="NANO-BLK").pk, "quantity": 4}
    assert manager().post("/api/orders/create", {"items": [item]}).status_code == 201

    body = problem_in(send([{"sku": "NANO-BLK", "stock": {"NBO": 3}}]), 400, "invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("0.stock", "below_allocated")]

    assert report([{"sku": "NANO-BLK", "stock": {"NBO": 4}}])["written"] == 1
    level = StockLevel.objects.get()
    assert (level.on_hand, level.allocated) == (4, 4)
    assert shown("nano")["availability"] == "out_of_stock"


def test_how_many_rows(nano: Accessory, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in ([], {}, {"rows": []}, "text", None):
        problem_in(send(body), 400, "invalid")
    monkeypatch.setattr(upserting, "MAX_ROWS", 2)

    body = problem_in(send([{"sku": f"A-{n}"} for n in range(3)]), 400, "invalid")

    assert [error["code"] for error in body["errors"]] == ["max_length"]


@pytest.mark.parametrize("query", ["?mode=some", "?dry_run=yes", "?rows=1", "?mode="])
def test_a_query_that_is_none(nano: Accessory, query: str) -> None:
    before = stored()

    problem_in(send([{"sku": "NANO-BLK", "price": "1.00"}], query), 400, "invalid")

    assert stored() == before


def test_stock_takes_a_permission_of_its_own(nano: Accessory) -> None:
    rows = [{"sku": "NANO-BLK", "stock": {"NBO": 4}}]
    before = stored()

    problem_in(staff(*RIGHTS).post(BULK, rows), 403, "permission_denied")

    assert stored() == before
    assert staff(*RIGHTS, "catalog.change_stocklevel").post(BULK, rows).status_code == 200


def test_the_same_key_writes_once(nano: Accessory) -> None:
    client, rows = manager(), [{"sku": "NANO-BLK", "price": "799.00"}]

    first = client.post(BULK, rows, headers={"Idempotency-Key": "k"})
    Variant.objects.update(price=5)
    again = client.post(BULK, rows, headers={"Idempotency-Key": "k"})
    other = client.post(f"{BULK}?mode=valid_rows", rows, headers={"Idempotency-Key": "k"})

    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert Variant.objects.get(sku="NANO-BLK").price == 5
    problem_in(other, 422, "idempotency_key_reused")


def test_many_errors_are_counted_and_the_first_shown(nano: Accessory, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"sku": f"A-{n}", "price": 1} for n in range(1100)]

    body = problem_in(send(rows), 400, "invalid")

    assert len(body["errors"]) == 1000
    assert "1,100 rows" in body["detail"]
    done = report(rows, "?mode=valid_rows&dry_run=true")
    assert (done["error_count"] >= 1100, len(done["errors"])) == (True, 1000)


def many(count: int, price: str = "10.00") -> list[dict[str, Any]]:
    return [
        new_row(sku=f"M-{n}", product=f"made-{n}", name=f"Made {n}", price=price, stock={"NBO": 5})
        for n in range(count)
    ]


def count_queries(rows: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        report(rows)
    return len(queries)


def test_queries_do_not_grow_with_the_rows() -> None:
    factories.make_location()
    report(many(100))

    one, fifty = count_queries(many(1, "11.00")), count_queries(many(50, "12.00"))

    assert fifty <= one + 1  # a batch of movements


def test_a_thousand_rows_take_a_moment() -> None:
    factories.make_location()
    rows = many(1000)
    started = time.process_time()

    assert report(rows)["written"] == 1000

    assert time.process_time() - started < 15
