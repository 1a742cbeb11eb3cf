"""The small data files: brands, categories and stock locations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from catalog.errors import InvalidCatalogueFile
from catalog.files import cells
from catalog.files.reading import read_table
from catalog.files.rows import error_at

Row = TypeVar("Row")

slug = cells.pattern(r"[a-z0-9]+(-[a-z0-9]+)*", longest=80, rule="must be lower-case words with hyphens between")


class BrandRow(NamedTuple):
    """A brand of the data files."""

    slug: str
    name: str
    description: str


class CategoryRow(NamedTuple):
    """A category of the data files; `parent` is a slug, or None at the top."""

    slug: str
    parent: str | None
    name: str
    position: int


class LocationRow(NamedTuple):
    """A stock location of the data files."""

    code: str
    name: str
    county: str
    priority: int


def read_brands(data: bytes) -> list[BrandRow]:
    """Return the brands of a file with the columns slug, name, description; raises InvalidCatalogueFile."""
    brands = read_as(
        data,
        BrandRow,
        {"slug": slug, "name": cells.line(longest=80), "description": cells.text(longest=2000)},
    )
    check_once("slug", [brand.slug for brand in brands])
    check_once("name", [brand.name for brand in brands])
    return brands


def read_categories(data: bytes) -> list[CategoryRow]:
    """Return the categories of a file with the columns slug, parent, name, position, each parent before its children.

    Raises InvalidCatalogueFile.
    """
    categories = read_as(
        data,
        CategoryRow,
        {
            "slug": slug,
            "parent": cells.optional(slug),
            "name": cells.line(longest=80),
            "position": cells.integer(highest=2**15 - 1),
        },
    )
    check_once("slug", [category.slug for category in categories])
    seen: set[str] = set()
    for category in categories:
        if category.parent is not None and category.parent not in seen:
            raise InvalidCatalogueFile(f"The parent of {category.slug} does not stand before it: {category.parent}.")
        seen.add(category.slug)
    return categories


def read_locations(data: bytes) -> list[LocationRow]:
    """Return the locations of a file with the columns code, name, county, priority; raises InvalidCatalogueFile."""
    locations = read_as(
        data,
        LocationRow,
        {
            "code": cells.text(longest=10),
            "name": cells.line(longest=80),
            "county": cells.text(longest=40, blank=True),
            "priority": cells.integer(highest=2**15 - 1),
        },
    )
    check_once("code", [location.code for location in locations])
    return locations


def read_as(data: bytes, kind: type[Row], parsers: Mapping[str, Callable[[str], Any]]) -> list[Row]:
    """Return the rows of a file with the columns of `parsers`, each as a `kind`; raises InvalidCatalogueFile."""
    found: list[Row] = []
    errors = []
    for row in read_table(data, tuple(parsers)):
        values: dict[str, Any] = {}
        for name, parse in parsers.items():
            try:
                values[name] = parse(row.cells.get(name, ""))
            except cells.CellRefused as refused:
                errors.append(row.broken or error_at(row.line, name, refused.code, refused.message))
        if len(values) == len(parsers):
            found.append(kind(**values))
    if errors:
        raise InvalidCatalogueFile("The file cannot be taken.", errors=errors)
    return found


def check_once(column: str, values: list[str]) -> None:
    """Raise InvalidCatalogueFile that names the values which stand twice in a column."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise InvalidCatalogueFile(f"These stand twice in the column {column}: {', '.join(twice)}.")
