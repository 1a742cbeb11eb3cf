"""The data file of sale events that a new shop begins with."""

from __future__ import annotations

from typing import NamedTuple

from catalog.files import cells
from catalog.files.taxonomy import check_once, read_as, slug

days = cells.pattern(r"-?[0-9]{1,3}", longest=4, rule="must be a number of days")


class EventRow(NamedTuple):
    """A sale event of the data file; days count from the seeding, categories and brands are slugs."""

    slug: str
    name: str
    text: str
    begins_in_days: str
    ends_in_days: str
    percent: int
    categories: str
    brands: str


def read_events(data: bytes) -> list[EventRow]:
    """Return the rows of a file with these columns; raises InvalidCatalogueFile."""
    rows = read_as(
        data,
        EventRow,
        {
            "slug": slug,
            "name": cells.line(longest=80),
            "text": cells.text(longest=2000, blank=True),
            "begins_in_days": days,
            "ends_in_days": days,
            "percent": cells.integer(highest=90),
            "categories": cells.text(longest=500, blank=True),
            "brands": cells.text(longest=500, blank=True),
        },
    )
    check_once("slug", [row.slug for row in rows])
    return rows
