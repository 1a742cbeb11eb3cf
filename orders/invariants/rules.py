"""What an invariant is, and how words get into its query."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Invariant(NamedTuple):
    """A rule: its number in the list of invariants of a shop, what it is about, and a query for what breaks it.

    The query is a single statement over whole tables, so that it sees one moment of a shop that goes on selling. It may
    name the moments %(swept)s (one sweep of expired orders ago) and %(late)s (a quarter of an hour ago).
    """

    number: int
    rule: str
    table: str
    broken: str


def quoted(words: Collection[str]) -> str:
    """Return words as SQL has them in a list."""
    return ", ".join(f"'{word}'" for word in sorted(words))
