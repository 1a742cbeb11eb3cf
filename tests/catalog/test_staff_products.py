"""Products as staff read and change them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Accessory, Product, SoundDevice
from tests import factories
from tests.staff import client_of, if_match, manager, member_with, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def charger() -> Accessory:
    product: Accessory = factories.make_product(
        model=Accessory, name="Nano II", slug="nano-ii", specs=[["Power", "65 W"]], watts=65
    )
    return product


def read(client: APIClient, product: Product) -> Any:
    response = client.get(f"/api/staff/products/{product.pk}")
    assert response.status_code == 200
    return response


def change(client: APIClient, product: Product, changes: Any, tag: Any = "*") -> Any:
    return client.patch(f"/api/products/{product.pk}", changes, headers=if_match(tag))


def shown(product: Product) -> Any:
    return APIClient().get(f"/api/products/{product.pk}")


def test_staff_read_what_is_not_published(charger: Accessory) -> None:
    Product.objects.update(is_published=False)
    client = staff("catalog.view_product")

    response = client.get("/api/staff/products/nano-ii")

    document = response.json()
    assert response["Cache-Control"] == "no-store"
    assert (document["is_published"], document["watts"], document["length_m"]) == (False, "65.0", None)
    assert document["specs"] == [{"name": "Power", "value": "65 W"}]
    assert [row["sku"] for row in document["variants"]] == [charger.variants.get().sku]
    assert "form_factor" not in document


def test_a_change_is_in_the_shop_window_at_once(charger: Accessory) -> None:
    client = staff("catalog.view_product", "catalog.change_product")
    before = read(client, charger)

    response = change(client, charger, {"name": "Nano III", "watts": "45.5", "released_on": "2024-05-01"}, before)

    assert response.status_code == 200
    assert response.json() == {
        **before.json(),
        "name": "Nano III",
        "watts": "45.5",
        "released_on": "2024-05-01",
        "updated_at": response.json()["updated_at"],
    }
    assert response.json()["updated_at"].endswith("+03:00")  # the shop's offset, as everywhere
    assert response["ETag"] == read(client, charger)["ETag"] != before["ETag"]
    assert shown(charger).json()["name"] == "Nano III"
    assert APIClient().get("/api/accessories/nano-ii").json()["watts"] == "45.5"


def test_what_somebody_else_changed_is_not_overwritten(charger: Accessory) -> None:
    client = staff("catalog.change_product")
    stale = read(client, charger)
    assert change(client, charger, {"name": "First"}, stale).status_code == 200
    before = stored()

    response = change(client, charger, {"name": "Second"}, stale)

    problem_in(response, 412, "precondition_failed")
    assert stored() == before
    assert change(client, charger, {"name": "Second"}, read(client, charger)).status_code == 200


def test_the_public_page_has_another_tag(charger: Accessory) -> None:
    before = stored()

    problem_in(change(manager(), charger, {"name": "Other"}, shown(charger)), 412, "precondition_failed")

    assert stored() == before


@pytest.mark.parametrize(("header", "status", "code"), [(None, 428, "precondition_required"), ("abc", 400, "invalid")])
def test_a_change_says_of_which_version(charger: Accessory, header: str | None, status: int, code: str) -> None:
    before = stored()

    headers = {} if header is None else {"If-Match": header}
    response = manager().patch(f"/api/products/{charger.pk}", {"name": "Other"}, headers=headers)

    problem_in(response, status, code)
    assert stored() == before


def test_an_order_makes_no_other_version(charger: Accessory) -> None:
    client = manager()
    before = read(client, charger)
    item = {"variant": charger.variants.get().pk, "quantity": 1}
    assert client.post("/api/orders/create", {"items": [item]}).status_code == 201

    assert read(client, charger)["ETag"] == before["ETag"]


def test_who_changed_what_is_in_the_history(charger: Accessory) -> None:
    user = member_with("catalog.change_product")

    change(client_of(user), charger, {"name": "Nano III", "popularity": 7})

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.change_message) == (user, str(charger.pk), "Changed name, popularity.")


@pytest.mark.parametrize("changes", [{}, {"name": "Nano II"}, {"watts": "65"}])
def test_a_change_of_nothing(charger: Accessory, changes: Any) -> None:
    client, before = manager(), stored()
    tag = read(client, charger)["ETag"]

    response = change(client, charger, changes)

    assert (response.status_code, response["ETag"]) == (200, tag)
    assert stored() == before


def test_unpublished_it_is_gone_from_the_window(charger: Accessory) -> None:
    client = manager()

    assert change(client, charger, {"is_published": False}).status_code == 200
    problem_in(shown(charger), 404, "not_found")

    assert change(client, charger, {"is_published": True}).status_code == 200
    assert shown(charger).status_code == 200


REFUSED: list[tuple[Any, str, str]] = [
    ({"price": "1.00"}, "price", "unknown_field"),
    ({"kind": "device"}, "kind", "unknown_field"),
    ({"id": 1}, "id", "unknown_field"),
    ({"rating_average": "5.00"}, "rating_average", "unknown_field"),
    ({"name": ""}, "name", "blank"),
    ({"name": None}, "name", "null"),
    ({"name": "Nano\x07"}, "name", "invalid"),
    ({"specs": [{"name": "A\tB", "value": "1"}]}, "specs.0.name", "invalid"),
    ({"in_the_box": ["Phone\u2066"]}, "in_the_box.0", "invalid"),
    ({"name": 7}, "name", "invalid"),
    ({"name": "x" * 121}, "name", "max_length"),
    ({"slug": "Nano II"}, "slug", "invalid"),
    ({"slug": "taken"}, "slug", "unique"),
    ({"brand": 10**6}, "brand", "invalid"),
    ({"brand": "anker"}, "brand", "invalid"),
    ({"category": 2**63}, "category", "max_value"),
    ({"watts": 45.5}, "watts", "invalid"),
    ({"watts": 45}, "watts", "invalid"),
    ({"watts": "45.55"}, "watts", "invalid"),
    ({"watts": "1e3"}, "watts", "invalid"),
    ({"watts": "NaN"}, "watts", "invalid"),
    ({"watts": "-1"}, "watts", "invalid"),
    ({"length_m": "12345"}, "length_m", "invalid"),
    ({"accessory_type": "toaster"}, "accessory_type", "invalid_choice"),
    ({"form_factor": "over_ear"}, "form_factor", "not_allowed"),
    ({"specs": [{"name": "Power"}]}, "specs.0.value", "required"),
    ({"specs": [{"name": "A", "value": "1", "unit": "W"}]}, "specs.0.unit", "unknown_field"),
    ({"specs": [{"name": "A", "value": "1"}, {"name": "a", "value": "2"}]}, "specs.1.name", "repeated_name"),
    ({"specs": {"Power": "65 W"}}, "specs", "not_a_list"),
    ({"specs": [{"name": "A", "value": "1"}] * 101}, "specs", "max_length"),
    ({"in_the_box": ["x" * 501]}, "in_the_box.0", "max_length"),
    ({"in_the_box": [7]}, "in_the_box.0", "invalid"),
    ({"in_the_box": [""]}, "in_the_box.0", "blank"),
    ({"warranty_months": "12"}, "warranty_months", "invalid"),
    ({"warranty_months": 40_000}, "warranty_months", "max_value"),
    ({"warranty_months": True}, "warranty_months", "invalid"),
    ({"popularity": -1}, "popularity", "min_value"),
    ({"popularity": 2**31}, "popularity", "max_value"),
    ({"is_published": "yes"}, "is_published", "invalid"),
    ({"is_published": 1}, "is_published", "invalid"),
    ({"released_on": "yesterday"}, "released_on", "invalid"),
]


@pytest.mark.parametrize(("changes", "field", "code"), REFUSED)
def test_a_wrong_field_is_named_and_nothing_changes(charger: Accessory, changes: Any, field: str, code: str) -> None:
    factories.make_product(slug="taken")
    before = stored()

    response = change(manager(), charger, {"description": "New.", **changes})

    body = problem_in(response, 400, "unknown_field" if code == "unknown_field" else "invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert stored() == before


def test_a_sound_devices_fields() -> None:
    device = factories.make_product(model=SoundDevice)
    client = manager()

    assert change(client, device, {"connectivity": ["wired", "usb"], "impedance_ohms": 32}).status_code == 200
    assert read(client, device).json()["connectivity"] == ["wired", "usb"]

    for words, code in ((["wired", "wired"], "duplicate"), (["infrared"], "invalid_choice"), ([], "min_length")):
        body = problem_in(change(client, device, {"connectivity": words}), 400, "invalid")
        assert {error["code"] for error in body["errors"]} == {code}


def count_queries(client: APIClient, product: Product) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(client, product)
    return len(queries)


def test_reading_takes_the_same_queries_for_one_variant_and_for_fifty(charger: Accessory) -> None:
    client = manager()
    one = count_queries(client, charger)
    for _ in range(49):
        factories.add_variant(charger)

    assert count_queries(client, charger) == one == 6  # who calls, which product; product, traits, variants, pictures


@pytest.fixture
def typed(charger: Accessory) -> Accessory:
    """The charger, with fields of specifications for chargers and for phones."""
    factories.make_spec_field("weight", unit="g", categories=[charger.category])
    factories.make_spec_field("outlets", categories=[charger.category])
    factories.make_spec_field("cameras", categories=[factories.make_category("phones")])
    factories.make_spec_field("power", trait="watts")
    return charger


def test_typed_specifications_are_read_by_their_fields(typed: Accessory) -> None:
    client = manager()

    response = change(client, typed, {"typed_specs": {"weight": "0.25 kg", "outlets": "2"}})

    assert response.json()["typed_specs"] == {"outlets": "2", "weight": "250"}
    typed.refresh_from_db()
    assert typed.typed_specs == {"weight": 250, "outlets": 2}
    assert [row["display"] for row in shown(typed).json()["typed_specs"] if row["code"] == "weight"] == ["250 g"]
    assert change(client, typed, {"typed_specs": response.json()["typed_specs"]})["ETag"] == response["ETag"]
    assert change(client, typed, {"typed_specs": {"outlets": "3"}}).json()["typed_specs"] == {"outlets": "3"}
    assert change(client, typed, {"typed_specs": {}}).json()["typed_specs"] == {}


@pytest.mark.parametrize(
    ("texts", "field", "code"),
    [
        ({"weight": "heavy"}, "typed_specs.weight", "invalid"),
        ({"weight": "3 s"}, "typed_specs.weight", "invalid"),
        ({"nothing": "1"}, "typed_specs.nothing", "unknown"),
        ({"cameras": "2"}, "typed_specs.cameras", "not_allowed"),
        ({"power": "65"}, "typed_specs.power", "not_allowed"),
        ({"weight": 250}, "typed_specs.weight", "invalid"),
        ({"weight": ""}, "typed_specs.weight", "blank"),
        ({"weight": None}, "typed_specs.weight", "null"),
        (["weight"], "typed_specs", "not_a_dict"),
        ({f"f{n}": "1" for n in range(101)}, "typed_specs", "max_length"),
    ],
)
def test_a_typed_specification_that_cannot_be(typed: Accessory, texts: Any, field: str, code: str) -> None:
    before = stored()

    body = problem_in(change(manager(), typed, {"name": "New", "typed_specs": texts}), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert stored() == before


def test_a_new_product_has_typed_specifications(typed: Accessory) -> None:
    body = {
        "kind": "device",
        "name": "Phone",
        "brand": typed.brand_id,
        "category": factories.make_category("phones").pk,
        "variants": [{"sku": "PHONE-1", "price": "10.00"}],
    }

    refused = manager().post("/api/products", {**body, "typed_specs": {"weight": "10", "cameras": "many"}})
    made = manager().post("/api/products", {**body, "typed_specs": {"cameras": "3"}})

    errors = problem_in(refused, 400, "invalid")["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [
        ("typed_specs.weight", "not_allowed"),
        ("typed_specs.cameras", "invalid"),
    ]
    assert (made.status_code, made.json()["typed_specs"]) == (201, {"cameras": "3"})
    assert Product.objects.get(slug="phone").typed_specs == {"cameras": 3}
