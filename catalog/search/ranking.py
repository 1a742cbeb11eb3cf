"""The answers to a query in the order of relevance, made as far as they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from catalog.columns import Columns, SortKey

WALKED = 200  # an ordering is walked for a page if it meets a product at least once in so many steps
TIER = 2**40  # apart in the sort value, more than any popularity


class Ranked:
    """The slots of some tiers, each by popularity. Counting them and showing the first page sorts nothing."""

    def __init__(self, columns: Columns, tiers: Sequence[int]) -> None:
        self._columns = columns
        self._tiers = tiers
        self._counts = [tier.bit_count() for tier in tiers]
        self._whole: dict[int, Sequence[int]] = {}

    def __len__(self) -> int:
        return sum(self._counts)

    def slice(self, start: int, end: int) -> list[int]:
        """Return the slots from one place to another."""
        slots: list[int] = []
        for number, count in enumerate(self._counts):
            if count and start < count and end > 0:
                slots += self._of_tier(number, max(start, 0), min(end, count))
            start, end = start - count, end - count
        return slots

    def sort_key(self, slot: int) -> SortKey:
        """Return where a slot stands: the value and the tie-breaker of a cursor."""
        number = next(number for number, tier in enumerate(self._tiers) if tier >> slot & 1)
        value, tie = self._columns.sort_key("popularity")(slot)
        return number * TIER + value, tie

    def place(self, key: SortKey, *, behind: bool) -> int:
        """Return where a row with this sort key stands among the slots: before or behind it."""
        value, tie = key
        number = -(-value // TIER)  # popularity lowers the value
        before = sum(self._counts[:number])
        if not 0 <= number < len(self._tiers):
            return before
        own = (value - number * TIER, tie)
        return before + self._columns.place(self._tier(number), "popularity", own, behind=behind)

    def _of_tier(self, number: int, start: int, end: int) -> Sequence[int]:
        size = len(self._columns.ids)
        if number not in self._whole and self._counts[number] * WALKED > size and end * 2 < self._counts[number]:
            return list(islice(self._columns.walk(self._tiers[number], "popularity"), start, end))
        return self._tier(number)[start:end]

    def _tier(self, number: int) -> Sequence[int]:
        if number not in self._whole:
            self._whole[number] = self._columns.ordered(self._tiers[number], "popularity")
        return self._whole[number]
