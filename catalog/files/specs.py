"""The data file of specification fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from catalog.errors import InvalidCatalogueFile
from catalog.files import cells
from catalog.files.taxonomy import check_once, read_as
from catalog.models import SpecField
from catalog.specs import MAX_DECIMALS


class SpecFieldRow(NamedTuple):
    """A specification field of the data files, in the order of the file; `categories` are slugs."""

    code: str
    name: str
    group: str
    categories: list[str]
    type: str
    unit: str
    decimals: int
    minimum: Decimal | None
    maximum: Decimal | None
    choices: list[str]
    is_multiple: bool
    is_filterable: bool
    better: str
    trait: str

    @property
    def fields(self) -> dict[str, Any]:
        """What the row holds in its own columns of the table."""
        return {name: value for name, value in self._asdict().items() if name != "categories"}


def _trait(cell: str) -> str:
    return cells.choice(SpecField.Trait.values)(cell) if cell else ""


def read_spec_fields(data: bytes) -> list[SpecFieldRow]:
    """Return the fields of a file whose columns are those of SpecFieldRow; raises InvalidCatalogueFile."""
    figure = cells.optional(cells.decimal(digits=12, places=MAX_DECIMALS))
    rows = read_as(
        data,
        SpecFieldRow,
        {
            "code": cells.pattern(r"[a-z][a-z0-9_]*", longest=40, rule="must be lower-case letters, digits and _"),
            "name": cells.text(longest=60),
            "group": cells.text(longest=40),
            "categories": cells.items,
            "type": cells.choice(SpecField.Type.values),
            "unit": cells.text(longest=12, blank=True),
            "decimals": cells.integer(highest=MAX_DECIMALS),
            "minimum": figure,
            "maximum": figure,
            "choices": cells.items,
            "is_multiple": cells.boolean,
            "is_filterable": cells.boolean,
            "better": cells.choice(SpecField.Better.values),
            "trait": _trait,
        },
    )
    check_once("code", [row.code for row in rows])
    for row in rows:
        try:
            SpecField(**row.fields).clean()
        except ValidationError as refusal:
            problems = "; ".join(f"{name}: {' '.join(found)}" for name, found in refusal.message_dict.items())
            raise InvalidCatalogueFile(f"The field {row.code} cannot be taken: {problems}") from refusal
    return rows
