"""Catalogue files that are refused: every bad cell is named, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.actions import import_catalog as importing
from catalog.errors import InvalidCatalogueFile
from catalog.files import COLUMNS, read_rows
from catalog.models import StockLevel, Variant
from tests import factories
from tests.catalog.catalogue_files import (
    everything,
    file_of,
    first,
    further,
    imported,
    imported_bytes,
    make_shelves,
    run,
    run_import,
    sound,
)

pytestmark = pytest.mark.django_db

BAD_CELLS = [
    ("product", "", "required", "is empty"),
    ("product", "Anker 65", "invalid", "must be a slug"),
    ("product", "anker/65", "invalid", "must be a slug"),
    ("product", "Anker-65", "invalid", "lower-case"),
    ("product", "221", "invalid", "addresses something else"),
    ("product", "facets", "invalid", "addresses something else"),
    ("product", "a" * 81, "too_long", "81 characters; at most 80"),
    ("kind", "", "required", "is empty"),
    ("kind", "gadget", "unknown", "must be one of device, accessory, sound_device"),
    ("brand", "", "required", "is empty"),
    ("brand", "Ankr", "unknown", "there is no such brand"),
    ("brand", "ANKER", "unknown", "the shop writes it Anker"),
    ("category", "", "required", "is empty"),
    ("category", "toys", "unknown", "there is no such category"),
    ("name", "", "required", "is empty"),
    ("name", "  ", "required", "is empty"),
    ("name", "n" * 121, "too_long", "121 characters; at most 120"),
    ("name", "a\x00b", "invalid", "U+0000"),
    ("name", "Nano\nII", "invalid", "U+000A"),
    ("name", "Nano\u202eII", "invalid", "U+202E"),
    ("brand", "An\x07ker", "invalid", "U+0007"),
    ("specs", "Ports: 2\u2067", "invalid", "U+2067"),
    ("description", "d" * 20_001, "too_long", "at most 20000"),
    ("specs", "Ports", "invalid", "Name: value"),
    ("specs", "Ports: 2 | Power", "invalid", "Name: value"),
    ("specs", ": 65 W", "invalid", "where a text must stand"),
    ("specs", '[["Ports", 2]]', "invalid", "where a text must stand"),
    ("specs", '[["Ports", "\\u0000"]]', "invalid", "U+0000"),
    ("specs", '[["Ports", "2"', "invalid", "JSON"),
    ("specs", "[" * 5000, "invalid", "JSON"),
    ("specs", " | ".join(f"A{n}: b" for n in range(101)), "too_long", "101 pairs; at most 100"),
    ("specs", f"A: {'b' * 501}", "too_long", "501 characters; at most 500"),
    ("in_the_box", " | ".join("x" * 101), "too_long", "101 items; at most 100"),
    ("warranty_months", "", "required", "is empty"),
    ("warranty_months", "-1", "invalid", "0 or more"),
    ("warranty_months", "1.5", "invalid", "number of months"),
    ("warranty_months", "32768", "out_of_range", "at most 32767"),
    ("released_on", "2024-02-30", "invalid", "2024-01-31"),
    ("released_on", "20240131", "invalid", "2024-01-31"),
    ("released_on", "31/01/2024", "invalid", "2024-01-31"),
    ("popularity", "many", "invalid", "whole number"),
    ("popularity", "2147483648", "out_of_range", "at most 2147483647"),
    ("popularity", "٣", "invalid", "in digits"),
    ("is_published", "yes", "unknown", "must be one of true, false"),
    ("accessory_type", "", "required", "is empty"),
    ("accessory_type", "toaster", "unknown", "must be one of cable"),
    ("length_m", "-0.5", "invalid", "0 or more"),
    ("length_m", "1.234", "invalid", "2 after the decimal point"),
    ("watts", "NaN", "invalid", "must be a number"),
    ("watts", "1e3", "invalid", "must be a number"),
    ("watts", "Infinity", "invalid", "must be a number"),
    ("watts", "123456", "invalid", "5 digits before"),
    ("noise_cancelling", "true", "not_allowed", "kind accessory"),
    ("form_factor", "over_ear", "not_allowed", "kind accessory"),
    ("sku", "", "required", "is empty"),
    ("sku", "S" * 41, "too_long", "41 characters; at most 40"),
    ("sku", "ank 65", "invalid", "capitals"),
    ("options", "Black", "invalid", "Name: value"),
    ("specs", "Colour: Black | Weight: 90 g | colour: Red", "duplicate", "“colour” twice"),
    ("specs", '[["Colour", "Black"], ["COLOUR ", "Red"]]', "duplicate", "“COLOUR ” twice"),
    ("typed_specs", "storage: 256 GB | Storage: 512 GB", "duplicate", "“Storage” twice"),
    ("options", "Colour: Black | Colour: Red", "duplicate", "“Colour” twice"),
    ("options", "Colour: Black | colour: Red", "duplicate", "“colour” twice"),
    ("options", f"A: {'b' * 60} | B: {'c' * 60}", "too_long", "123 characters in its values; at most 120"),
    ("condition", "", "required", "is empty"),
    ("condition", "broken", "unknown", "must be one of new, open_box, refurbished, used"),
    ("price", "", "required", "is empty"),
    ("price", "0", "out_of_range", "above 0"),
    ("price", "-4500.00", "invalid", "0 or more"),
    ("price", "4,500.00", "invalid", "must be a number"),
    ("price", "4500.001", "invalid", "2 after the decimal point"),
    ("price", "NaN", "invalid", "must be a number"),
    ("price", "12345678901", "invalid", "10 digits before"),
    ("compare_at_price", "4500.00", "out_of_range", "above the price"),
    ("compare_at_price", "1", "out_of_range", "above the price"),
    ("stock", "12", "invalid", "Name: value"),
    ("stock", "NBO: -1", "invalid", "NBO: 12"),
    ("stock", "NBO: 1.5", "invalid", "NBO: 12"),
    ("stock", "NBO: 2147483648", "out_of_range", "at most 2147483647"),
    ("stock", "NBO: 1 | NBO: 2", "duplicate", "twice"),
    ("stock", "KSM: 3", "unknown", "the location KSM"),
]


@pytest.mark.parametrize(("column", "cell", "code", "reason"), BAD_CELLS, ids=lambda value: str(value)[:30])
def test_bad_cell_is_named_and_nothing_is_written(column: str, cell: str, code: str, reason: str) -> None:
    make_shelves()
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(sound(), first(**{column: cell}))

    (error,) = caught.value.errors
    assert (error.field, error.code) == (f"line 3: {column}", code)
    assert reason in error.message
    assert everything() == before


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("form_factor", "", "required"),
        ("form_factor", "hat", "unknown"),
        ("connectivity", "", "required"),
        ("connectivity", "bluetooth | telepathy", "unknown"),
        ("connectivity", "usb | usb", "duplicate"),
        ("impedance_ohms", "32.5", "invalid"),
        ("driver_mm", "-40", "invalid"),
        ("battery_hours", "NaN", "invalid"),
        ("noise_cancelling", "", "required"),
        ("microphone", "maybe", "unknown"),
        ("length_m", "1.00", "not_allowed"),
        ("accessory_type", "cable", "not_allowed"),
    ],
)
def test_bad_cell_of_a_sound_device_is_named(column: str, cell: str, code: str) -> None:
    make_shelves()
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(sound(**{column: cell}))

    assert [(error.field, error.code) for error in caught.value.errors] == [(f"line 2: {column}", code)]
    assert everything() == before


def test_every_bad_cell_of_every_row_is_printed_in_order(tmp_path: Path) -> None:
    make_shelves()
    before = everything()
    data = file_of(
        first(price="abc", brand="Nobody", popularity="-1"),
        further(condition="worn", stock="XXX: 1"),
        sound(category="nowhere", sku="ANK-65-BLK"),
    )

    out, err, error = run_import(tmp_path, data)

    assert [line.split(" ", 3)[:3] for line in err.splitlines()] == [
        ["line", "2:", "popularity"],
        ["line", "2:", "price"],
        ["line", "2:", "brand"],
        ["line", "3:", "condition"],
        ["line", "3:", "stock"],
        ["line", "4:", "sku"],
        ["line", "4:", "category"],
    ]
    assert error == "The file cannot be taken; nothing was written. 7 problems."
    assert out == ""
    assert everything() == before


def test_dry_run_names_the_same_problems(tmp_path: Path) -> None:
    make_shelves()
    data = file_of(first(price="abc"), further(stock="XXX: 1"))

    assert run_import(tmp_path, data, "--dry-run") == run_import(tmp_path, data)


@pytest.mark.parametrize(
    ("rows", "field", "code", "reason"),
    [
        ([first(), further(sku="ANK-65-BLK")], "line 3: sku", "duplicate", "the SKU of line 2"),
        ([first(), further(options="Colour: Black")], "line 3: options", "duplicate", "of line 2"),
        ([first(), further(name="Another name")], "line 3: name", "repeated_differently", "differs from line 2"),
        (
            [first(), sound(), further()],
            "line 4: product",
            "duplicate",
            "began on line 2",
        ),
        ([first(), sound(name=first()["name"])], "line 3: name", "duplicate", "of anker-65w-charger on line 2"),
        ([further()], "line 2: product", "required", "its other columns are empty"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(
    rows: list[dict[str, str]], field: str, code: str, reason: str
) -> None:
    make_shelves()
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(*rows)

    error = caught.value.errors[0]
    assert (error.field, error.code) == (field, code)
    assert reason in error.message
    assert everything() == before


def test_what_the_shop_has_already_is_not_taken_over() -> None:
    make_shelves()
    other = factories.make_product(name="Anker 65 W charger", slug="old-charger")
    Variant.objects.filter(product=other).update(sku="ANK-65-BLK")
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(first())

    assert [(error.field, error.code, error.message) for error in caught.value.errors] == [
        ("line 2: name", "duplicate", "is the name of old-charger in the shop."),
        ("line 2: sku", "duplicate", "is a SKU of old-charger in the shop."),
    ]
    assert everything() == before


def test_kind_of_a_product_cannot_change() -> None:
    make_shelves()
    imported(first())
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(sound(product="anker-65w-charger", sku="ANK-65-BLK"))

    assert [(error.field, error.code) for error in caught.value.errors] == [("line 2: kind", "not_allowed")]
    assert everything() == before


def test_options_of_a_variant_that_was_taken_off_the_shelf_are_still_its_own() -> None:
    make_shelves()
    imported(first(), further())
    imported(first())
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(first(), further(sku="ANK-65-NEW"))

    (error,) = caught.value.errors
    assert (error.field, error.code) == ("line 3: options", "duplicate")
    assert "ANK-65-WHT" in error.message
    assert everything() == before


def test_stock_never_falls_below_what_is_spoken_for() -> None:
    make_shelves()
    imported(first())
    StockLevel.objects.filter(location__code="NBO").update(allocated=5)
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(first(stock="NBO: 4 | MSA: 1"))

    (error,) = caught.value.errors
    assert (error.field, error.code) == ("line 2: stock", "below_allocated")
    assert error.message == "sets NBO to 4, but 5 are spoken for there."
    assert everything() == before


def test_order_that_comes_in_meanwhile_is_not_undercut(monkeypatch: pytest.MonkeyPatch) -> None:
    make_shelves()
    imported(first())
    plan_import = importing.plan_import

    def plan_and_sell(**arguments: object) -> object:
        plan = plan_import(**arguments)  # type: ignore[arg-type]
        StockLevel.objects.filter(location__code="NBO").update(allocated=12)
        return plan

    monkeypatch.setattr(importing, "plan_import", plan_and_sell)

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported(first(stock="NBO: 3", price="9.00"))

    assert [(error.field, error.code) for error in caught.value.errors] == [("line 2: stock", "below_allocated")]
    assert (Variant.objects.get().price, StockLevel.objects.get(location__code="NBO").on_hand) == (4500, 12)


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        (b"", "line 1", "required"),
        (b"\n\n", "line 1", "required"),
        (b"product;kind;brand\r\nnano;device;Anker\r\n", "line 1", "separator"),
        (b'\n"product";"kind"\n"nano";"device"\n', "line 2", "separator"),
        (b"product\tkind\nnano\tdevice\n", "line 1", "separator"),
        (file_of(columns=COLUMNS[:-1]), "line 1: stock", "missing_column"),
        (file_of(columns=[*COLUMNS, "colour"]), "line 1: colour", "unknown_column"),
        (file_of(columns=[*COLUMNS, "sku"]), "line 1: sku", "duplicate"),
        (file_of(first(description="Caf\xe9")).decode().encode("latin-1"), "line 2", "encoding"),
        (file_of(first()).decode().encode("utf-16"), "line 1", "encoding"),
        (file_of(first()) + b"\xed\xa0\x80,", "line 3", "encoding"),  # a lone surrogate
    ],
)
def test_file_that_cannot_be_read_as_a_whole_is_refused(tmp_path: Path, data: bytes, field: str, code: str) -> None:
    make_shelves()
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        read_rows(data)
    _out, err, error = run_import(tmp_path, data)

    assert (caught.value.errors[0].field, caught.value.errors[0].code) == (field, code)
    assert err.startswith(field)
    assert error
    assert everything() == before


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'anker-x,"device"x,Anker\n', "quoting"),
        (b'anker-x,"device\n', "quoting"),  # the quote never ends
        (b"anker-x,device\n", "columns"),
        (b"a," * len(COLUMNS) + b"b\n", "columns"),
        (b"anker-x," + b"d" * 200_000 + b"\n", "quoting"),
    ],
)
def test_broken_line_is_named_among_good_ones(line: bytes, code: str) -> None:
    make_shelves()
    before = everything()

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported_bytes(file_of(first(description="Two\nlines."), sound()) + line)

    assert [(error.field, error.code) for error in caught.value.errors] == [("line 5", code)]
    assert everything() == before


def test_rows_after_a_broken_first_row_are_not_blamed() -> None:
    make_shelves()
    header, broken, rest = file_of(first(), further(sku="bad sku")).split(b"\n", 2)
    data = b"\n".join([header, broken.replace(b"accessory", b'"acc"essory', 1), rest])

    with pytest.raises(InvalidCatalogueFile) as caught:
        imported_bytes(data)

    assert [(error.field, error.code) for error in caught.value.errors] == [
        ("line 2", "quoting"),
        ("line 3: sku", "invalid"),
    ]


def test_missing_file_is_a_plain_error(tmp_path: Path) -> None:
    _out, _err, error = run("import_catalog", str(tmp_path / "nothing.csv"))

    assert error.endswith("nothing.csv cannot be read: No such file or directory.")
