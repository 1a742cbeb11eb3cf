"""The data file of synonyms."""

from __future__ import annotations

from typing import NamedTuple

from catalog.files import cells
from catalog.files.taxonomy import check_once, read_as


class SynonymRow(NamedTuple):
    """A synonym of the data file; `means` is comma separated."""

    term: str
    means: str
    both_ways: bool


def read_synonyms(data: bytes) -> list[SynonymRow]:
    """Return the rows of a file with the columns term, means (with bars between), both_ways.

    Raises InvalidCatalogueFile, also for a term that stands twice.
    """
    rows = read_as(
        data,
        SynonymRow,
        {"term": cells.text(longest=60), "means": cells.text(longest=200, blank=True), "both_ways": cells.boolean},
    )
    check_once("term", [row.term for row in rows])
    return [row._replace(means=", ".join(meaning.strip() for meaning in row.means.split("|"))) for row in rows]
