"""What an export writes, and that an import takes it back without changing anything."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import stored
from catalog.files import COLUMNS, parse_products, read_rows, write_products
from catalog.models import Accessory, Product, SoundDevice, Variant
from catalog.stored import product_rows
from electroports.texts import unseen_in
from tests import factories
from tests.catalog.catalogue_files import (
    everything,
    file_of,
    first,
    further,
    imported,
    make_shelves,
    run,
    run_import,
    sound,
)

pytestmark = pytest.mark.django_db


def exported(folder: Path, *arguments: str) -> bytes:
    path = folder / "out.csv"
    out, err, error = run("export_catalog", str(path), *arguments)
    assert (err, error) == ("", "")
    assert re.fullmatch(rf"(1 product|[\d,]+ products) written to {re.escape(str(path))}\.\n", out)
    return path.read_bytes()


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_export_writes_the_columns_of_the_data_files(tmp_path: Path) -> None:
    make_shelves()
    data = file_of(first(watts="65.0"), further(), sound(battery_hours="7.0"))
    run_import(tmp_path, data)

    written = exported(tmp_path)

    assert written == data
    assert written.decode().splitlines()[0] == ",".join(COLUMNS)


def test_unpublished_products_are_there_and_inactive_variants_are_not(tmp_path: Path) -> None:
    make_shelves()
    imported(first(is_published="false"), further(), sound())
    Variant.objects.filter(sku__in=["ANK-65-WHT", "JBL-GO4-BLK"]).update(is_active=False)

    rows = table(exported(tmp_path))

    assert [(row["product"], row["sku"], row["is_published"]) for row in rows] == [
        ("anker-65w-charger", "ANK-65-BLK", "false")
    ]


def test_category_takes_what_lies_below_it(tmp_path: Path) -> None:
    make_shelves()
    top = factories.make_category("power")
    factories.make_category("wall-chargers", parent=top)
    imported(first(category="wall-chargers"), sound())

    rows = table(exported(tmp_path, "--category", "power"))

    assert [row["product"] for row in rows] == ["anker-65w-charger"]


def test_unknown_category_is_refused_and_no_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    _out, _err, error = run("export_catalog", str(path), "--category", "nowhere")

    assert error == "There is no category nowhere."
    assert list(tmp_path.iterdir()) == []


def test_interrupted_export_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_shelves()
    imported(first())
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fail(_stored: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stored, "product_row", fail)
    with pytest.raises(KeyboardInterrupt):
        run("export_catalog", str(path))

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("products", [1, 60])  # less and more than what is buffered
def test_a_reader_who_has_had_enough_is_no_error(
    products: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    make_shelves()
    imported(*(first(product=f"p-{n}", name=f"P {n}", sku=f"S-{n}") for n in range(products)))
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        with pytest.raises(SystemExit) as ended:
            call_command("export_catalog", "-")
    monkeypatch.undo()

    assert ended.value.code == 141
    assert capfd.readouterr() == ("", "")


AWKWARD = [
    "plain",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@x",
    "\ttab",
    "\rreturn",
    "'=quoted",
    "''=twice",
    "'tis",
    'says "hi"',
    "a,b",
    "two\nlines",
    "two\r\nlines",
    "lone\rreturn",
    "  spaces  ",
    "[1]",
    "a | b",
    "a: b",
    " | ",
    "naïve 日本 🎧",
    "\\N \\. back\\slash",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_every_text_comes_back_exactly(tmp_path: Path, text: str) -> None:
    make_shelves()
    imported(first(), further())
    line = " ".join(text.split()) if unseen_in(text) else text
    Product.objects.update(
        name=line,
        description=text,
        specs=[[line, line], ["Weight", "1 kg"]],
        in_the_box=[line, "Manual"],
    )
    Variant.objects.filter(sku="ANK-65-BLK").update(options=[["Colour", line]], name="by hand")
    before = everything()

    out, err, error = run_import(tmp_path, exported(tmp_path))

    assert (err, error) == ("", "")
    assert out.splitlines() == [
        "Products: 0 created, 0 changed, 1 unchanged.",
        "Variants: 0 created, 0 changed, 2 unchanged, 0 deactivated.",
    ]
    assert everything() == before


@pytest.mark.parametrize("text", AWKWARD)
def test_no_cell_is_run_by_a_spreadsheet(tmp_path: Path, text: str) -> None:
    make_shelves()
    imported(first())
    Product.objects.update(name=text, description=text, in_the_box=[text])

    cells = [cell for row in table(exported(tmp_path)) for cell in row.values()]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_products_made_by_other_ways_come_back_too(tmp_path: Path) -> None:
    make_shelves()
    factories.make_product(slug="Under_Score", stock=None, specs=[], in_the_box=[])
    factories.make_product(name="Same name")
    factories.make_product(name="Same name", price="0.01")
    factories.make_product(model=Accessory, length_m=Decimal("1.25"))
    device = factories.make_product(model=SoundDevice, impedance_ohms=32)
    factories.add_variant(device, sku="lower case/1", condition="used", is_active=False)
    factories.add_variant(device, sku="lower case/2", condition="used", compare_at_price=Decimal(2000))
    before = everything()

    out, err, error = run_import(tmp_path, exported(tmp_path))

    assert (err, error) == ("", "")
    assert out.startswith("Products: 0 created, 0 changed, 5 unchanged.\n")
    assert everything() == before


def test_rows_survive_writing_and_reading() -> None:
    products, errors = parse_products(read_rows(file_of(first(), further(), sound())))
    assert errors == []

    again, errors = parse_products(read_rows("".join(write_products(products)).encode()))

    assert errors == []
    assert again == products


def test_number_of_queries_is_constant_per_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    make_shelves()
    for n in range(6):
        imported(first(product=f"charger-{n}", name=f"Charger {n}", sku=f"C-{n}"))
    monkeypatch.setattr(stored, "CHUNK", 2)

    with CaptureQueriesContext(connection) as captured:
        rows = product_rows()
        next(rows)
        at_first = len(captured)
        assert len(list(rows)) == 5

    assert at_first == 5  # products, accessories, sound devices, variants, levels; nothing further was read yet
    assert len(captured) == 3 * at_first + 1
