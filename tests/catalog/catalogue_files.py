"""Catalogue files for tests, and what the database holds before and after they are imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import AuditEntry
from catalog.actions.import_catalog import ImportReport, import_catalog
from catalog.files import COLUMNS, read_rows
from catalog.models import StockLocation
from tests import factories

FIRST = {
    "product": "anker-65w-charger",
    "kind": "accessory",
    "brand": "Anker",
    "category": "chargers",
    "name": "Anker 65 W charger",
    "description": "Charges a laptop.",
    "specs": "Ports: 2 x USB-C | Power: 65 W",
    "typed_specs": "",
    "in_the_box": "Charger | Manual",
    "warranty_months": "18",
    "released_on": "2024-03-01",
    "popularity": "50",
    "is_published": "true",
    "accessory_type": "charger",
    "watts": "65",
    "sku": "ANK-65-BLK",
    "options": "Colour: Black",
    "condition": "new",
    "price": "4500.00",
    "stock": "NBO: 12 | MSA: 4",
}


def first(**cells: str) -> dict[str, str]:
    """The first row of a product, an accessory unless told otherwise."""
    return {**FIRST, **cells}


def further(**cells: str) -> dict[str, str]:
    """A further row of the same product: only the variant's columns."""
    variant = {"sku": "ANK-65-WHT", "options": "Colour: White", "condition": "new", "price": "4600.00", "stock": ""}
    return {"product": FIRST["product"], **variant, **cells}


def sound(**cells: str) -> dict[str, str]:
    """The first row of a sound device."""
    device = {
        "product": "jbl-go-4",
        "kind": "sound_device",
        "name": "JBL Go 4",
        "accessory_type": "",
        "watts": "",
        "form_factor": "portable_speaker",
        "connectivity": "bluetooth | usb",
        "battery_hours": "7",
        "driver_mm": "45.5",
        "noise_cancelling": "false",
        "microphone": "false",
        "sku": "JBL-GO4-BLK",
    }
    return first(**{**device, **cells})


def file_of(*rows: dict[str, str], columns: Sequence[str] = COLUMNS) -> bytes:
    """The bytes of a catalogue file with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def make_shelves() -> None:
    """The brand, category and locations that the rows above name."""
    factories.make_brand("Anker")
    factories.make_category("chargers")
    factories.make_location("NBO")
    factories.make_location("MSA", priority=2)
    assert StockLocation.objects.count() == 2


def imported(*rows: dict[str, str], **options: Any) -> ImportReport:
    """Import rows by the action."""
    return imported_bytes(file_of(*rows), **options)


def imported_bytes(data: bytes, **options: Any) -> ImportReport:
    """Import a file by the action."""
    settings = {"dry_run": False, "create_missing": False, "acting_user": None, "at": timezone.now(), **options}
    return import_catalog(rows=read_rows(data), **settings)


def run(command: str, *arguments: str, **options: Any) -> tuple[str, str, str]:
    """Run a command; return what it printed, what it complained of, and the error that it ended with."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, *arguments, stdout=out, stderr=err, **options)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), str(error)
    return out.getvalue(), err.getvalue(), ""


def run_import(folder: Path, data: bytes, *arguments: str) -> tuple[str, str, str]:
    """Import the bytes by the command."""
    path = folder / "catalogue.csv"
    path.write_bytes(data)
    return run("import_catalog", str(path), *arguments)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the shop but the audit trail, which says that an import ran, too."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for app in ("accounts", "catalog", "orders")
        for model in apps.get_app_config(app).get_models()
        if model is not AuditEntry
    }


class Screen(io.StringIO):
    """What a command writes progress to: a terminal, or a log."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str = "", *, ending: str | None = None) -> int:
        return super().write(text + ("\n" if ending is None else ending))
