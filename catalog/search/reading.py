"""One reading of a query: for each word, and for neighbours written as one, the products that have it, by rank.

A match is exact (which a synonym is too), by beginning, or corrected; and it is in a name, a fact or a description. A
product ranks by the worst of its words, in both ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from catalog.search.document import DESCRIPTION, FACT, MARKS, NAME
from catalog.search.index import PREFIX
from catalog.search.synonyms import Synonyms
from catalog.search.text import LONGEST, MAX_JOINT, Word, joint

EXACT, BEGINNING, CORRECTED = range(3)  # the kinds of matches, best first
SHORTEST_IN_TEXT = 4  # letters of a word that words of a description may begin with
MANY_WORDS = 12  # from which on neighbours are not tried as one word
Span = tuple[int, int]


class Sought(NamedTuple):
    """Terms that all have to be there for a match of that kind in that field."""

    kind: int
    field: int
    terms: tuple[str, ...]


def sought_for(words: Sequence[Word], synonyms: Synonyms, *, worst: int = EXACT) -> Iterator[Sought]:
    """Yield what products may have instead of these words, which stand for one; no kind is better than `worst`."""
    written = joint(words)
    for field, mark in enumerate(MARKS):
        yield Sought(worst, field, (mark + written,))
        if _counts_as_beginning(words, mark):
            beginning = "".join(word.written for word in words)[:LONGEST]  # of which a final s may be a part
            yield Sought(max(worst, BEGINNING), field, (mark + beginning + PREFIX,))
    for meaning in synonyms.of(written):
        for field, mark in enumerate(MARKS):
            yield Sought(worst, field, (mark + joint(meaning),))
        if len(meaning) > 1:
            for mark in (NAME, FACT):
                yield Sought(worst, 1, tuple(mark + word.stem for word in meaning))


def _counts_as_beginning(words: Sequence[Word], mark: str) -> bool:
    """Tell whether words may begin with this: not a single letter nor, outside of names, a number or several words.

    In descriptions it takes a few letters more: with begins like Wi-Fi.
    """
    if len(words) > 1:
        return mark == NAME
    written = words[0].written
    if mark == NAME:
        return len(written) > 1
    return not written.isdecimal() and len(written) >= (SHORTEST_IN_TEXT if mark == DESCRIPTION else 2)


class Reading:
    """The words of a query, with what is sought for each span of them."""

    def __init__(self, words: Sequence[Word], synonyms: Synonyms) -> None:
        self.words = list(words)
        self.synonyms = synonyms
        widest = MAX_JOINT if len(words) <= MANY_WORDS else 1
        self.spans: dict[Span, list[Sought]] = {
            (start, end): list(sought_for(words[start:end], synonyms))
            for start in range(len(words))
            for end in range(start + 1, min(start + widest, len(words)) + 1)
        }
        self._grids: dict[Span, list[list[int]]] = {}

    def terms(self) -> Iterator[str]:
        """Yield every term that the reading depends on."""
        for span, several in self.spans.items():
            if span not in self._grids:
                for sought in several:
                    yield from sought.terms

    def learn(self, bits: Mapping[str, int]) -> None:
        """Take the bitmaps of the terms."""
        for span, several in self.spans.items():
            if span not in self._grids:
                self._grids[span] = _grid(several, bits)

    def corrected(self, place: int, correction: Word) -> Reading:
        """Return a reading in which one word may be another one as well."""
        span = (place, place + 1)
        other = Reading([], self.synonyms)
        other.words = self.words
        other.spans = {
            **self.spans,
            span: [*self.spans[span], *sought_for([correction], self.synonyms, worst=CORRECTED)],
        }
        other._grids = {known: grid for known, grid in self._grids.items() if known != span}
        return other

    def unknown(self) -> list[int]:
        """Return the places of the words that no product has, alone or together with a neighbour."""
        known = {place for span, grid in self._grids.items() if grid[-1][-1] for place in range(*span)}
        return [place for place in range(len(self.words)) if place not in known]

    def slots(self, kind: int = CORRECTED, field: int = len(MARKS) - 1, *, but: Sequence[int] = ()) -> int:
        """Return the slots that have every word, matched no worse than that; the places in `but` match anything."""
        reached = [-1, *([0] * len(self.words))]
        for start in range(len(self.words)):
            if not reached[start]:
                continue
            for end in range(start + 1, len(self.words) + 1):
                grid = self._grids.get((start, end))
                if grid is None:
                    break
                bits = -1 if start in but and end == start + 1 else grid[kind][field]
                if bits:
                    reached[end] |= reached[start] & bits
        return reached[-1]

    def tiers(self, live: int) -> tuple[int, ...]:
        """Return the live slots that have every word, best first; each slot is in one tier."""
        tiers: list[int] = []
        seen = 0
        for kind in (EXACT, BEGINNING, CORRECTED):
            for field in range(len(MARKS)):
                tier = self.slots(kind, field) & live & ~seen
                seen |= tier
                tiers.append(tier)
        return tuple(tiers)


def _grid(several: Sequence[Sought], bits: Mapping[str, int]) -> list[list[int]]:
    """Return the slots that match, by the worst kind and the worst field allowed."""
    grid = [[0] * len(MARKS) for _kind in range(CORRECTED + 1)]
    for sought in several:
        found = bits[sought.terms[0]]
        for term in sought.terms[1:]:
            found &= bits[term]
        if found:
            grid[sought.kind][sought.field] |= found
    for kind in range(len(grid)):
        for field in range(len(MARKS)):
            if kind:
                grid[kind][field] |= grid[kind - 1][field]
            if field:
                grid[kind][field] |= grid[kind][field - 1]
    return grid
