"""Products and variants that staff create, change and delete."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import get_resolver
from rest_framework.test import APIClient

from catalog.models import Accessory, Product, SoundDevice, StaffAnswer, Variant
from catalog.models.product import RESERVED_SLUGS
from tests import factories
from tests.admin.rows import make_order
from tests.staff import client_of, if_match, manager, member_with, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/products"


@pytest.fixture
def charger() -> dict[str, Any]:
    """A charger that is to be."""
    return {
        "kind": "accessory",
        "name": "Nano II 65W",
        "brand": factories.make_brand().pk,
        "category": factories.make_category().pk,
        "accessory_type": "charger",
        "watts": "65.0",
        "specs": [{"name": "Power", "value": "65 W"}],
        "variants": [
            {"sku": "NANO-65-BLK", "options": [{"name": "Colour", "value": "Black"}], "price": "4999.00"},
            {"sku": "NANO-65-USED", "condition": "used", "price": "2500.00", "compare_at_price": "4999.00"},
        ],
    }


def shown(slug: str) -> Any:
    return APIClient().get(f"{PRODUCTS}/{slug}")


def test_a_new_product_is_in_the_shop_window_at_once(charger: dict[str, Any]) -> None:
    user = member_with("catalog.add_product", "catalog.add_variant", "catalog.change_product")
    client = client_of(user)

    response = client.post(PRODUCTS, charger)

    assert response.status_code == 201, response.content
    document = response.json()
    assert (document["slug"], document["kind"], document["watts"]) == ("nano-ii-65w", "accessory", "65.0")
    assert [(row["sku"], row["name"], row["position"]) for row in document["variants"]] == [
        ("NANO-65-BLK", "Black", 0),
        ("NANO-65-USED", "", 1),
    ]
    assert Accessory.objects.get().watts == 65
    assert LogEntry.objects.get().user == user
    page = shown("nano-ii-65w").json()
    assert (page["price"], page["availability"]) == ("2500.00", "out_of_stock")
    changed = client.patch(f"{PRODUCTS}/nano-ii-65w", {"watts": "60"}, headers=if_match(response))
    assert changed.status_code == 200


def test_a_product_of_each_kind(charger: dict[str, Any]) -> None:
    plain = {name: charger[name] for name in ("brand", "category", "name")}
    device = {**plain, "kind": "device", "slug": "phone", "variants": [{"sku": "P-1", "price": "1.00"}]}
    sound = {**device, "kind": "sound_device", "slug": "buds", "form_factor": "in_ear", "connectivity": ["bluetooth"]}
    sound["variants"] = [{"sku": "B-1", "price": "1.00"}]

    assert [manager().post(PRODUCTS, body).status_code for body in (device, sound)] == [201, 201]
    assert SoundDevice.objects.get().connectivity == ["bluetooth"]
    assert set(Product.objects.values_list("kind", "slug")) == {("device", "phone"), ("sound_device", "buds")}


REFUSED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"kind": "toaster"}, [("kind", "invalid_choice")]),
    ({"kind": "device"}, [("accessory_type", "not_allowed"), ("watts", "not_allowed")]),
    ({"accessory_type": None}, [("accessory_type", "null")]),
    ({"name": ""}, [("name", "blank")]),
    ({"name": "Nano\nBcc: a@example.com"}, [("name", "invalid")]),
    ({"name": "Nano\u202eW56"}, [("name", "invalid")]),
    ({"variants": [{"sku": "A-1", "price": "1.00", "name": "Bl\x07ack"}]}, [("variants.0.name", "invalid")]),
    (
        {"variants": [{"sku": "A-1", "price": "1", "options": [{"name": "Colour", "value": "R\u2028ed"}]}]},
        [("variants.0.options.0.value", "invalid")],
    ),
    ({"slug": "taken"}, [("slug", "unique")]),
    ({"name": "Taken"}, [("slug", "unique")]),
    ({"name": "日本"}, [("slug", "blank")]),
    ({"slug": "12345"}, [("slug", "invalid")]),
    ({"slug": "bulk"}, [("slug", "invalid")]),
    ({"brand": 10**9}, [("brand", "invalid")]),
    ({"variants": []}, [("variants", "empty")]),
    ({"variants": [{"sku": "A-1", "price": 4999.0}]}, [("variants.0.price", "invalid")]),
    ({"variants": [{"sku": "A-1", "price": 4999}]}, [("variants.0.price", "invalid")]),
    ({"variants": [{"sku": "A-1", "price": "0.00"}]}, [("variants.0.price", "invalid")]),
    ({"variants": [{"sku": "A-1", "price": "1.001"}]}, [("variants.0.price", "invalid")]),
    ({"variants": [{"sku": "A-1", "price": "99999999999"}]}, [("variants.0.price", "invalid")]),
    ({"variants": [{"sku": "a 1", "price": "1.00"}]}, [("variants.0.sku", "invalid")]),
    ({"variants": [{"sku": "A-1", "price": "1.00", "stock": 5}]}, [("variants.0.stock", "unknown_field")]),
    (
        {"variants": [{"sku": "A-1", "price": "2.00", "compare_at_price": "2.00"}]},
        [("variants.0.compare_at_price", "not_above_price")],
    ),
    (
        {"variants": [{"sku": "A-1", "price": "2.00"}, {"sku": "A-1", "price": "2.00", "condition": "used"}]},
        [("variants.1.sku", "unique")],
    ),
    (
        {"variants": [{"sku": "A-1", "price": "2.00"}, {"sku": "A-2", "price": "2.00"}]},
        [("variants.1", "unique_together")],
    ),
    ({"variants": [{"sku": "TAKEN-1", "price": "2.00"}]}, [("variants.0.sku", "unique")]),
    (
        {"variants": [{"sku": "A-1", "price": "1", "options": [{"name": n, "value": "x" * 70} for n in "ab"]}]},
        [("variants.0.options", "max_length")],
    ),
]


@pytest.mark.parametrize(("wrong", "errors"), REFUSED)
def test_a_product_that_cannot_be(charger: dict[str, Any], wrong: dict[str, Any], errors: list[Any]) -> None:
    taken = factories.make_product(slug="taken", stock=None)
    taken.variants.update(sku="TAKEN-1")
    before = stored()

    response = manager().post(PRODUCTS, {**charger, **wrong})

    code = "unknown_field" if errors[0][1] == "unknown_field" else "invalid"
    body = problem_in(response, 400, code)
    assert [(error["field"], error["code"]) for error in body["errors"]] == errors
    assert stored() == before


def test_typed_fields_that_a_kind_needs(charger: dict[str, Any]) -> None:
    del charger["accessory_type"]

    body = problem_in(manager().post(PRODUCTS, charger), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("accessory_type", "blank")]


def test_the_same_key_creates_once(charger: dict[str, Any]) -> None:
    client = manager()

    first = client.post(PRODUCTS, charger, headers={"Idempotency-Key": "k1"})
    again = client.post(PRODUCTS, charger, headers={"Idempotency-Key": "k1"})
    other = client.post(PRODUCTS, {**charger, "slug": "another"}, headers={"Idempotency-Key": "k1"})
    somebody = manager().post(PRODUCTS, charger, headers={"Idempotency-Key": "k1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.content, first["ETag"]) == (again.content, again["ETag"])
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    problem_in(other, 422, "idempotency_key_reused")
    problem_in(somebody, 400, "invalid")  # a key is the caller's own; the slug is taken
    assert Product.objects.count() == StaffAnswer.objects.count() == 1


def test_a_refusal_leaves_the_key_free(charger: dict[str, Any]) -> None:
    client = manager()

    problem_in(client.post(PRODUCTS, {**charger, "brand": 10**9}, headers={"Idempotency-Key": "k1"}), 400, "invalid")

    assert client.post(PRODUCTS, charger, headers={"Idempotency-Key": "k1"}).status_code == 201


# Deleting.


def test_what_nobody_ever_had_can_be_deleted() -> None:
    product = factories.make_product(model=Accessory, stock=None, slug="nano")
    client = staff("catalog.view_product", "catalog.delete_product")
    tag = client.get(f"/api/staff/products/{product.pk}")

    response = client.delete(f"{PRODUCTS}/nano", headers=if_match(tag))

    assert (response.status_code, response.content) == (204, b"")
    assert not Product.objects.exists()
    assert not Accessory.objects.exists()
    assert not Variant.objects.exists()
    problem_in(shown("nano"), 404, "not_found")
    assert APIClient().get(PRODUCTS).json()["count"] == 0
    assert LogEntry.objects.get().change_message == "Deleted."


@pytest.mark.parametrize("why", ["has stock", "had stock", "was ordered"])
def test_what_is_in_the_books_is_kept(why: str) -> None:
    product = factories.make_product(stock=None, slug="nano")
    variant = product.variants.get()
    if why == "was ordered":
        make_order(variant=variant)
    else:
        factories.add_stock(variant, 5 if why == "has stock" else 0)
    before = stored()

    for path in (f"{PRODUCTS}/nano", f"/api/variants/{variant.pk}"):
        problem_in(manager().delete(path, headers=if_match("*")), 409, "in_use")

    assert stored() == before
    assert not LogEntry.objects.exists()
    assert shown("nano").status_code == 200


@pytest.mark.parametrize(("header", "status"), [(None, 428), ('"stale"', 412)])
def test_deleting_says_which_version(header: str | None, status: int) -> None:
    product = factories.make_product(stock=None)
    headers = {"If-Match": header} if header else {}
    before = stored()

    for path in (f"{PRODUCTS}/{product.pk}", f"/api/variants/{product.variants.get().pk}"):
        assert manager().delete(path, headers=headers).status_code == status

    assert stored() == before


# Variants.


@pytest.fixture
def variant() -> Variant:
    product = factories.make_product(slug="nano", price="1000.00")
    found: Variant = product.variants.get()
    return found


def change(variant: Variant, changes: Any, tag: Any = "*") -> Any:
    return manager().patch(f"/api/variants/{variant.pk}", changes, headers=if_match(tag))


def test_a_variant_more(variant: Variant) -> None:
    body = {"sku": "NANO-RED", "options": [{"name": "Colour", "value": "Red"}], "price": "900.00"}

    response = staff("catalog.add_variant").post(f"{PRODUCTS}/nano/variants", body)

    assert response.status_code == 201
    assert (response.json()["name"], response.json()["position"]) == ("Red", 1)
    assert [row["sku"] for row in shown("nano").json()["variants"]] == [variant.sku, "NANO-RED"]
    again = manager().post(f"{PRODUCTS}/nano/variants", body)
    assert {error["field"] for error in problem_in(again, 400, "invalid")["errors"]} == {"sku", None}


def test_a_price_is_in_the_shop_window_at_once(variant: Variant) -> None:
    client = staff("catalog.change_variant")
    tag = client.get(f"/api/variants/{variant.pk}")

    response = client.patch(
        f"/api/variants/{variant.pk}", {"price": "799.50", "compare_at_price": "1000"}, headers=if_match(tag)
    )

    assert response.status_code == 200
    assert (response.json()["price"], response.json()["compare_at_price"]) == ("799.50", "1000.00")
    assert Variant.objects.get().price == Decimal("799.50")
    page = shown("nano").json()
    assert (page["price"], page["on_sale"]) == ("799.50", True)
    problem_in(change(variant, {"price": "1.00"}, tag), 412, "precondition_failed")


def test_the_tag_within_the_product_is_the_variants_own(variant: Variant) -> None:
    nested = manager().get("/api/staff/products/nano").json()["variants"][0]

    assert change(variant, {"is_active": False}, nested).status_code == 200
    problem_in(shown("nano"), 404, "not_found")


def test_a_name_that_was_made_of_the_options_follows_them(variant: Variant) -> None:
    red, blue = ([{"name": "Colour", "value": value}] for value in ("Red", "Blue"))

    assert change(variant, {"options": red}).json()["name"] == "Red"
    assert change(variant, {"name": "Ocean", "options": blue}).json()["name"] == "Ocean"
    assert change(variant, {"options": red}).json()["name"] == "Ocean"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"price": 1}, "price", "invalid"),
        ({"price": "0"}, "price", "invalid"),
        ({"price": None}, "price", "null"),
        ({"compare_at_price": "1000.00"}, "compare_at_price", "not_above_price"),
        ({"sku": "TAKEN"}, "sku", "unique"),
        ({"product": 1}, "product", "unknown_field"),
        ({"condition": "broken"}, "condition", "invalid_choice"),
        ({"condition": "used"}, None, "unique_together"),
        ({"position": 40_000}, "position", "max_value"),
    ],
)
def test_a_variant_that_cannot_be(variant: Variant, changes: Any, field: str | None, code: str) -> None:
    factories.add_variant(variant.product, sku="TAKEN", name="", condition="used")
    before = stored()

    response = change(variant, {"is_active": False, **changes})

    body = problem_in(response, 400, "unknown_field" if code == "unknown_field" else "invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert stored() == before


def test_a_variant_without_stock_can_be_deleted(variant: Variant) -> None:
    other = factories.add_variant(variant.product, stock=None, sku="OTHER")

    response = staff("catalog.delete_variant").delete(f"/api/variants/{other.pk}", headers=if_match("*"))

    assert response.status_code == 204
    assert [row["sku"] for row in shown("nano").json()["variants"]] == [variant.sku]


def test_what_stands_beside_the_products_is_no_slug() -> None:
    patterns = [
        str(inner.pattern).removeprefix("^")
        for outer in get_resolver().url_patterns
        for inner in getattr(outer, "url_patterns", ())
    ]
    words = {found[1] for pattern in patterns if (found := re.match(r"(?:api/)?products/([a-z-]+)", pattern))}

    assert words == RESERVED_SLUGS
