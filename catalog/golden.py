"""The golden set: queries as people write them, with the products that must be among the first answers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from catalog.filters import RELEVANCE, Filters, ListQuery, folded_search
from catalog.window import window

GOLDEN = Path(__file__).resolve().parent / "data" / "golden_search.csv"
AIM = 0.95  # the share that has to be met


class Golden(NamedTuple):
    """A query, and the slugs that must be among its first `within` answers; with none, nothing may be found."""

    query: str
    within: int
    products: tuple[str, ...]


class Verdict(NamedTuple):
    """What a query of the golden set found: the first answers, and which products were missing among them."""

    golden: Golden
    first: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Whether the query was answered as it has to be."""
        return not self.missing and (bool(self.golden.products) or not self.first)


def read_golden(path: Path = GOLDEN) -> list[Golden]:
    """Return the golden set."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Golden(row["query"], int(row["within"]), tuple(filter(None, map(str.strip, row["products"].split("|")))))
            for row in csv.DictReader(file)
        ]


def judge(several: Sequence[Golden]) -> list[Verdict]:
    """Search for each query in the shop window as it is now."""
    window.fresh()
    return [_judge(golden) for golden in several]


def _judge(golden: Golden) -> Verdict:
    query = ListQuery(Filters(search=folded_search(golden.query)), ordering=RELEVANCE, page_size=golden.within)
    first = tuple(orjson.loads(card)["slug"] for card in window.page(query, typed=False).cards)
    return Verdict(golden, first, tuple(slug for slug in golden.products if slug not in first))
