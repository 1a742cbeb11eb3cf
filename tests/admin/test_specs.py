"""Specification fields, and the values of products, in the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import CatalogRevision, Product, SpecField
from tests import factories
from tests.admin.pages import change_page, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> Product:
    """A phone with values, in a category below that of its fields; and fields of another category."""
    phones = factories.make_category("phones")
    factories.make_spec_field("weight", unit="g", maximum="5000", is_filterable=True)
    factories.make_spec_field("storage", unit="GB", is_multiple=True, categories=[phones])
    factories.make_spec_field("panel", type="choice", choices=["LCD", "OLED"], categories=[phones])
    factories.make_spec_field("codecs", type="choice", choices=["SBC", "AAC", "LDAC"], is_multiple=True)
    factories.make_spec_field("nfc", type="boolean")
    factories.make_spec_field("chip", type="text")
    factories.make_spec_field("drivers", categories=[factories.make_category("sound")])
    factories.make_spec_field("power", trait="watts")
    values = {"weight": 174, "storage": [128, 256], "panel": "OLED", "nfc": True, "codecs": ["SBC", "LDAC"]}
    product: Product = factories.make_product(
        category=factories.make_category("smartphones", phones), typed_specs={**values, "drivers": 2}
    )
    return product


def stored(product: Product) -> dict[str, Any]:
    values: dict[str, Any] = Product.objects.get(pk=product.pk).typed_specs
    return values


def shown(product: Product) -> dict[str, Any]:
    page = Client().get(f"/api/products/{product.slug}").json()
    return {row["code"]: row["display"] for row in page["typed_specs"]}


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context_data["adminform"].form.errors
    return found


def revision() -> int:
    return CatalogRevision.objects.get().number


def test_a_product_has_inputs_for_the_fields_of_its_category(office: Client, phone: Product) -> None:
    form = office.get(change_page(phone)).context_data["adminform"].form  # type: ignore[attr-defined]

    assert [name for name in form.fields if name.startswith("spec_")] == [
        "spec_weight", "spec_storage", "spec_panel", "spec_codecs", "spec_nfc", "spec_chip",
    ]  # fmt: skip


def test_a_page_sent_back_unchanged_changes_no_value(office: Client, phone: Product) -> None:
    before, values = revision(), stored(phone)

    assert save(office, phone).status_code == 302

    assert stored(phone) == values
    assert revision() == before


def test_changed_values_are_in_the_shop_window(office: Client, phone: Product) -> None:
    changes = {
        "spec_weight": "0.18 kg", "spec_storage": "512; 256", "spec_panel": "", "spec_nfc": "false", "spec_chip": "A15",
        "spec_codecs": ["AAC"],
    }  # fmt: skip

    assert save(office, phone, **changes).status_code == 302

    # What has no input here, since its field is for another category, stays.
    assert stored(phone) == {
        "weight": 180, "storage": [256, 512], "nfc": False, "chip": "A15", "codecs": ["AAC"], "drivers": 2,
    }  # fmt: skip
    assert shown(phone).items() >= {"weight": "180 g", "storage": "256 / 512 GB", "nfc": "No"}.items()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("spec_weight", "heavy", "Weight is “heavy”; must be a number of 0 or more in g."),
        ("spec_weight", "6 kg", "Weight is 6000; at most 5000."),
        ("spec_storage", "128; 128", "Storage names a value twice."),
        ("spec_panel", "Plasma", "Panel is “Plasma”; must be one of LCD, OLED."),
        ("spec_chip", "x" * 201, "Chip has 201 characters; at most 200."),
        ("spec_chip", "a\x00b", "This holds a character that cannot be stored."),
    ],
)
def test_a_wrong_value_is_refused_at_its_input(
    office: Client, phone: Product, name: str, value: str, words: str
) -> None:
    before, values = revision(), stored(phone)

    response = save(office, phone, **{name: value})

    assert errors(response)[name] == [words]
    assert stored(phone) == values
    assert revision() == before


def test_a_renamed_field_is_on_the_pages_at_once(office: Client, phone: Product) -> None:
    field = SpecField.objects.get(code="weight")

    assert save(office, field, name="Mass").status_code == 302

    page = Client().get(f"/api/products/{phone.slug}").json()
    assert {"Mass"} < {row["name"] for row in page["typed_specs"]}


def test_a_field_can_begin_to_filter_and_end(office: Client, phone: Product) -> None:
    assert Client().get("/api/products?spec=nfc:true").status_code == 400

    save(office, SpecField.objects.get(code="nfc"), is_filterable="on")
    assert Client().get("/api/products?spec=nfc:true").json()["count"] == 1

    field = SpecField.objects.get(code="nfc")
    SpecField.objects.filter(pk=field.pk).update(is_filterable=False)
    save(office, field, name="NFC!")
    assert Client().get("/api/products?spec=nfc:true").status_code == 400


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("weight", {"maximum": "100"}, "maximum"),
        ("weight", {"type": "boolean", "unit": "", "maximum": ""}, "type"),
        ("weight", {"trait": "watts"}, "trait"),
        ("panel", {"choices": "LCD\nAMOLED"}, "choices"),
        ("panel", {"choices": "LCD, OLED"}, "choices"),
        ("nfc", {"unit": "g"}, "unit"),
    ],
)
def test_a_change_against_the_values_that_products_have_is_refused(
    office: Client, phone: Product, code: str, changes: dict[str, str], field: str
) -> None:
    row = SpecField.objects.get(code=code)
    before = SpecField.objects.filter(pk=row.pk).values().get()

    response = save(office, row, **changes)

    assert list(errors(response)) == [field]
    assert SpecField.objects.filter(pk=row.pk).values().get() == before


def test_the_code_of_a_field_stays(office: Client, phone: Product) -> None:
    save(office, SpecField.objects.get(code="weight"), code="mass", name="Mass")

    assert SpecField.objects.filter(code="weight", name="Mass").exists()


def test_a_deleted_field_takes_its_values_along(office: Client, phone: Product) -> None:
    field = SpecField.objects.get(code="weight")

    office.post(f"/admin/catalog/specfield/{field.pk}/delete/", {"post": "yes"})

    assert "weight" not in stored(phone)
    assert "weight" not in shown(phone)
    assert Client().get("/api/products?spec=weight:1..").status_code == 400
    factories.make_spec_field("weight")
    assert "weight" not in shown(phone)
