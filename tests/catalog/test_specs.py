"""Typed specifications: what a field takes, what pages and files show of it, and the fields of the seed."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.actions.load_spec_fields import load_spec_fields
from catalog.actions.seed_catalog import DATA
from catalog.errors import InvalidCatalogueFile
from catalog.files.specs import read_spec_fields
from catalog.models import Accessory, CatalogRevision, Product, ProductListing, SpecField
from catalog.specs import SpecRefused, SpecRule, spec_text
from electroports import hot
from tests import factories
from tests.catalog.catalogue_files import everything, first, imported, make_shelves, run
from tests.factories import refresh_now
from tests.toolkit.problem import problem_in

FIELDS = read_spec_fields((DATA / "spec_fields.csv").read_bytes())
HEADER = (DATA / "spec_fields.csv").read_text().splitlines()[0] + "\n"


# What a field takes.


def rule(**fields: Any) -> SpecRule:
    return SpecRule(**{"code": "weight", "name": "Weight", "group": "Build", "type": "number", **fields})


SIZE = rule(unit="in", decimals=2, minimum=Decimal(1), maximum=Decimal(40))
GRAMS = rule(unit="g", decimals=1)
STORAGE = rule(unit="GB", is_multiple=True)
PANEL = rule(type="choice", choices=("LCD", "OLED"), better="higher")
CODECS = rule(type="choice", choices=("SBC", "AAC", "LDAC"), is_multiple=True)
NFC = rule(type="boolean", better="higher")
TEXT = rule(type="text")


@pytest.mark.parametrize(
    ("field", "text", "value", "display"),
    [
        (SIZE, "6.1", 6.1, "6.1 in"),
        (SIZE, "6.10 in", 6.1, "6.1 in"),
        (SIZE, "6", 6, "6 in"),
        (SIZE, "33 cm", 12.99, "12.99 in"),
        (GRAMS, "1.29 kg", 1290, "1,290 g"),
        (GRAMS, "10,840", 10840, "10,840 g"),
        (STORAGE, "512; 128;256 GB", [128, 256, 512], "128 / 256 / 512 GB"),
        (STORAGE, "1 TB", [1000], "1,000 GB"),
        (PANEL, "OLED", "OLED", "OLED"),
        (CODECS, "LDAC; SBC", ["SBC", "LDAC"], "SBC, LDAC"),
        (NFC, "True", True, "Yes"),
        (NFC, "false", False, "No"),
        (TEXT, " Apple A15 ", "Apple A15", "Apple A15"),
    ],
)
def test_a_text_becomes_a_value_in_the_unit_of_its_field(
    field: SpecRule, text: str, value: object, display: str
) -> None:
    parsed = field.parse(text)

    assert parsed == value
    assert type(parsed) is type(value)
    assert field.display(parsed) == display
    assert field.parse(spec_text(parsed)) == parsed


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        (SIZE, "", "required"),
        (SIZE, "-1", "invalid"),
        (SIZE, "six", "invalid"),
        (SIZE, "6.123", "invalid"),
        (SIZE, "1e3", "invalid"),
        (SIZE, "١", "invalid"),
        (SIZE, "6 kg", "invalid"),
        (SIZE, "0.5", "out_of_range"),
        (SIZE, "41", "out_of_range"),
        (STORAGE, "128; 128", "duplicate"),
        (STORAGE, "128;", "required"),
        (STORAGE, ";".join(map(str, range(21))), "too_long"),
        (PANEL, "oled", "unknown"),
        (NFC, "yes", "invalid"),
        (TEXT, "x" * 201, "too_long"),
    ],
)
def test_what_a_field_refuses(field: SpecRule, text: str, code: str) -> None:
    with pytest.raises(SpecRefused) as refusal:
        field.parse(text)

    assert refusal.value.code == code


def test_better_has_a_direction() -> None:
    lighter = rule(better="lower")

    assert lighter.rank(170) > lighter.rank(200)  # type: ignore[operator]
    assert rule(better="higher").rank([4, 8]) == 8
    assert PANEL.rank("OLED") > PANEL.rank("LCD")  # type: ignore[operator]
    assert [NFC.rank(value) for value in (True, False)] == [1, 0]
    assert SIZE.rank(6.1) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"type": "choice"}, "choices"),
        ({"type": "number", "choices": ["a"]}, "choices"),
        ({"type": "choice", "choices": ["a", "a"]}, "choices"),
        ({"type": "choice", "choices": ["a,b"]}, "choices"),
        ({"type": "choice", "choices": ["1..2"]}, "choices"),
        ({"type": "text", "unit": "g"}, "unit"),
        ({"type": "number", "minimum": 5, "maximum": 4}, "maximum"),
        ({"type": "boolean", "is_multiple": True}, "is_multiple"),
        ({"type": "text", "is_filterable": True}, "is_filterable"),
        ({"type": "text", "better": "higher"}, "better"),
        ({"type": "boolean", "trait": "watts"}, "trait"),
        ({"type": "number", "decimals": 4}, "decimals"),
        ({"code": "Screen size"}, "code"),
    ],
)
def test_a_field_that_contradicts_itself_is_refused(fields: dict[str, Any], named: str) -> None:
    values = {"code": "weight", "name": "Weight", "group": "Build", "type": "number", **fields}

    with pytest.raises(ValidationError) as refusal:
        SpecField(**values).full_clean()

    assert set(refusal.value.message_dict) == {named}


# Pages.


@pytest.mark.django_db
def test_a_page_shows_values_in_the_order_of_the_fields(api: APIClient) -> None:
    factories.make_spec_field("ram", unit="GB", is_multiple=True, group="Performance", is_filterable=True)
    factories.make_spec_field("nfc", type="boolean", name="NFC")
    factories.make_spec_field("output_power", unit="W", trait="watts", decimals=1, is_filterable=True)
    product = factories.make_product(
        model=Accessory, watts=Decimal("65.0"), typed_specs={"nfc": True, "ram": [8, 12], "gone": 1}
    )

    page = api.get(f"/api/products/{product.pk}").json()

    assert page["typed_specs"] == [
        {"code": "ram", "name": "Ram", "group": "Performance", "type": "number", "value": [8, 12], "unit": "GB",
         "display": "8 / 12 GB"},
        {"code": "nfc", "name": "NFC", "group": "General", "type": "boolean", "value": True, "unit": "",
         "display": "Yes"},
        {"code": "output_power", "name": "Output power", "group": "General", "type": "number", "value": 65, "unit": "W",
         "display": "65 W"},
    ]  # fmt: skip
    assert ProductListing.objects.get().spec_values == {"ram": [8, 12], "output_power": 65}


@pytest.mark.django_db
def test_values_take_one_query_for_any_number_of_products() -> None:
    factories.make_spec_field("ram")
    products = [factories.make_product(typed_specs={"ram": n}) for n in range(1, 21)]

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            refresh_now([product.pk for product in products[:count]])
        return sum("specfield" in query["sql"] for query in seen)

    assert queries(1) == queries(20) == 1


# The list of fields.


@pytest.fixture
def fields(db: None) -> None:
    """Fields for phones, for foldable ones, for speakers and for everything."""
    phones = factories.make_category("phones", factories.make_category("devices"))
    folding = factories.make_category("folding", phones)
    speakers = factories.make_category("speakers")
    factories.make_spec_field("ram", categories=[phones], unit="GB", minimum="0.5", is_filterable=True)
    factories.make_spec_field("cover_size", categories=[folding])
    factories.make_spec_field("drivers", categories=[speakers], type="choice", choices=["one", "two"])
    factories.make_spec_field("weight", better="lower")


def codes(api: APIClient, query: str = "") -> list[str]:
    return [row["code"] for row in api.get(f"/api/spec-fields{query}").json()["results"]]


def test_fields_are_listed_in_their_order(fields: None, api: APIClient) -> None:
    rows = api.get("/api/spec-fields").json()["results"]

    assert rows[0] == {
        "id": SpecField.objects.get(code="ram").pk, "code": "ram", "name": "Ram", "group": "General", "type": "number",
        "unit": "GB", "decimals": 0, "minimum": "0.5", "maximum": None, "choices": [], "is_multiple": False,
        "is_filterable": True, "better": "none", "categories": ["phones"],
    }  # fmt: skip
    assert [row["code"] for row in rows] == ["ram", "cover_size", "drivers", "weight"]


def test_fields_of_a_category_are_those_that_its_products_can_have(fields: None, api: APIClient) -> None:
    assert codes(api, "?category=folding") == ["ram", "cover_size", "weight"]
    assert codes(api, "?category=phones") == ["ram", "cover_size", "weight"]
    assert codes(api, "?category=devices") == ["ram", "cover_size", "weight"]
    assert codes(api, "?category=speakers") == ["drivers", "weight"]
    assert codes(api, "?category=speakers,folding") == ["ram", "cover_size", "drivers", "weight"]


def test_fields_come_in_pages(fields: None, api: APIClient) -> None:
    first_page = api.get("/api/spec-fields?page_size=3").json()

    assert (first_page["count"], len(first_page["results"])) == (4, 3)
    assert [row["code"] for row in api.get(first_page["next"]).json()["results"]] == ["weight"]


@pytest.mark.parametrize("query", ["category=nowhere", "category=phones,nowhere", "category=", "type=number"])
def test_wrong_parameters_of_the_list_are_named(fields: None, api: APIClient, query: str) -> None:
    body = problem_in(api.get(f"/api/spec-fields?{query}"), 400, "invalid")

    assert [error["field"] for error in body["errors"]] == [query.partition("=")[0]]


def test_the_list_takes_as_many_queries_for_many_fields(fields: None, api: APIClient) -> None:
    def queries() -> int:
        hot.store.clear()
        with CaptureQueriesContext(connection) as seen:
            assert api.get("/api/spec-fields?page_size=100").status_code == 200
        return len(seen)

    api.get("/api/products")
    few = queries()
    load_spec_fields(rows=[row._replace(categories=[]) for row in FIELDS], overwrite=False, at=timezone.now())
    api.get("/api/products")

    assert queries() == few <= 4


# Files.


@pytest.fixture
def shelves(db: None) -> None:
    """What catalogue files of the tests name, and some fields."""
    make_shelves()
    factories.make_spec_field("weight", unit="g", maximum="5000")
    factories.make_spec_field("usb_c_ports", categories=[factories.make_category("chargers")])
    factories.make_spec_field("ram", categories=[factories.make_category("phones")])
    factories.make_spec_field("output_power", trait="watts")


def test_an_import_takes_typed_values_and_an_export_gives_them_again(shelves: None, tmp_path: Path) -> None:
    imported(first(typed_specs="weight: 0.2 kg | usb_c_ports: 2"))

    assert Product.objects.get().typed_specs == {"weight": 200, "usb_c_ports": 2}
    path = tmp_path / "all.csv"
    run("export_catalog", str(path))
    assert "usb_c_ports: 2 | weight: 200" in path.read_text()
    out, err, error = run("import_catalog", str(path))
    assert (err, error) == ("", "")
    assert out.startswith("Products: 0 created, 0 changed, 1 unchanged.")


def test_a_changed_value_is_in_the_next_answer(shelves: None, api: APIClient) -> None:
    imported(first(typed_specs="weight: 200"))
    assert [row["value"] for row in api.get("/api/products/anker-65w-charger").json()["typed_specs"]] == [200, 65]

    report = imported(first(typed_specs="weight: 210"))

    assert report.products == (0, 1, 0)
    assert [row["value"] for row in api.get("/api/products/anker-65w-charger").json()["typed_specs"]] == [210, 65]


@pytest.mark.parametrize(
    ("cell", "code", "words"),
    [
        ("height: 4", "unknown", "height, which is no specification field"),
        ("weight: 6 kg", "out_of_range", "weight is 6000; at most 5000."),
        ("weight: heavy", "invalid", "weight is “heavy”"),
        ("ram: 8", "not_allowed", "ram, which is no field of the category chargers"),
        ("output_power: 65", "not_allowed", "those of the column watts"),
        ("weight: 1 | weight: 2", "duplicate", "names “weight” twice"),
        ("weight", "invalid", "Name: value"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(shelves: None, cell: str, code: str, words: str) -> None:
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as refusal:
        imported(first(typed_specs=cell))

    assert [(error.field, error.code) for error in refusal.value.errors] == [("line 2: typed_specs", code)]
    assert words in refusal.value.errors[0].message
    assert everything() == before


def test_a_value_that_a_product_has_is_not_questioned_for_its_category(shelves: None) -> None:
    imported(first(typed_specs="usb_c_ports: 2"))
    SpecField.objects.get(code="usb_c_ports").categories.set([factories.make_category("phones")])

    assert imported(first(typed_specs="usb_c_ports: 2")).products == (0, 0, 1)
    with pytest.raises(InvalidCatalogueFile):
        imported(first(typed_specs="usb_c_ports: 3"))


# The data files.


def test_the_seed_has_fields_that_shoppers_ask_for() -> None:
    assert len(FIELDS) >= 45
    assert {
        "screen_size", "refresh_rate", "ram", "storage", "battery_mah", "weight", "main_camera", "network", "wifi",
        "bluetooth", "ip_rating", "driver_size", "impedance", "noise_cancelling", "capacity_mah", "output_power",
        "cable_length", "data_speed", "read_speed", "write_speed",
    } <= {row.code for row in FIELDS if row.is_filterable}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("weight,Weight,Build,,number,g,9,,,,false,true,lower,\n", "decimals"),
        ("Weight,Weight,Build,,number,g,0,,,,false,true,lower,\n", "code"),
        ("weight,Weight,Build,,number,g,0,,,a | b,false,true,lower,\n", "Only a choice has choices."),
        ("weight,Weight,Build,,number,g,0,,,,false,true,lower,kilos\n", "trait"),
        ("weight,Weight,Build,,number,g,0,,,,false,true,lower,\n" * 2, "weight"),
    ],
)
def test_a_file_of_fields_that_cannot_be_taken(row: str, words: str) -> None:
    with pytest.raises(InvalidCatalogueFile) as refusal:
        read_spec_fields((HEADER + row).encode())

    assert words in " ".join([refusal.value.message, *(str(error) for error in refusal.value.errors)])


@pytest.mark.django_db
def test_loading_leaves_what_staff_changed_until_it_is_to_overwrite() -> None:
    rows = [row._replace(categories=[]) for row in FIELDS]
    load_spec_fields(rows=rows, overwrite=False, at=timezone.now())
    SpecField.objects.filter(code="ram").update(name="Memory")
    revision = CatalogRevision.objects.get().number

    load_spec_fields(rows=rows, overwrite=False, at=timezone.now())
    assert SpecField.objects.get(code="ram").name == "Memory"
    assert CatalogRevision.objects.get().number == revision

    load_spec_fields(rows=rows, overwrite=True, at=timezone.now())
    assert SpecField.objects.get(code="ram").name == "Memory (RAM)"
    assert [field.code for field in SpecField.objects.all()] == [row.code for row in FIELDS]


@pytest.mark.django_db
def test_fields_that_are_loaded_anew_are_in_the_next_answer(api: APIClient) -> None:
    rows = [row._replace(categories=[]) for row in FIELDS]
    load_spec_fields(rows=rows, overwrite=False, at=timezone.now())
    product = factories.make_product(model=Accessory, watts=Decimal(30), typed_specs={"weight": 31})
    SpecField.objects.all().update(name="Other")
    refresh_now([product.pk])
    names = {row["name"] for row in api.get(f"/api/products/{product.pk}").json()["typed_specs"]}
    assert names == {"Other"}

    load_spec_fields(rows=rows, overwrite=True, at=timezone.now())

    names = {row["name"] for row in api.get(f"/api/products/{product.pk}").json()["typed_specs"]}
    assert names == {"Power", "Weight"}


@pytest.mark.django_db
def test_a_field_for_a_category_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidCatalogueFile, match="computers"):
        load_spec_fields(rows=[FIELDS[0]], overwrite=False, at=timezone.now())

    assert not SpecField.objects.exists()


@pytest.mark.django_db
def test_seeded_products_have_typed_values(api: APIClient) -> None:
    call_command("seed_catalog", no_pictures=True, stdout=StringIO())

    def values(slug: str) -> dict[str, Any]:
        return {row["code"]: row["value"] for row in api.get(f"/api/products/{slug}").json()["typed_specs"]}

    assert sum(len(found) for found in Product.objects.values_list("typed_specs", flat=True)) > 3500
    phone = values("apple-iphone-13")
    assert (phone["screen_size"], phone["weight"], phone["network"], phone["storage"]) == (6.1, 174, "5G", [128])
    assert values("sony-wh-1000xm5").items() >= {"noise_cancelling": True, "impedance": 48, "weight": 250}.items()
    assert values("apple-macbook-air-13-m1").items() >= {"weight": 1290, "usb_c_ports": 2, "hdmi": False}.items()
