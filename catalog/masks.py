"""Ranges of numbers as bitmaps: which slots of the shop window lie within a price range, a rating, a length."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import inf

from catalog.columns import Columns, slots_of
from catalog.filters import Filters
from catalog.numbers import bitmap_of

FEW = 4  # times fewer slots than a range are looked at one by one


def within(columns: Columns, mask: int, filters: Filters) -> int:
    """Return the slots of `mask` that lie within all ranges of `filters`."""
    for name, low, high in filters.bounds:
        mask &= columns.numbers[name].between(low, high) if name in columns.numbers else 0
    if filters.min_rating:
        mask &= columns.numbers["rating"].between(filters.min_rating, inf)
    if filters.has_price:
        price = columns.price
        low_price, high_price = filters.price_range
        order = columns.order("price")
        start = bisect_left(order, low_price, key=price.__getitem__)
        end = bisect_right(order, high_price, key=price.__getitem__)
        mask = _among(mask, order[start:end], lambda slot: low_price <= price[slot] <= high_price)
    return mask


def _among(mask: int, members: Sequence[int], is_member: Callable[[int], bool]) -> int:
    """Return the slots of `mask` among `members`, by whichever are fewer."""
    if mask.bit_count() * FEW < len(members):
        return bitmap_of([slot for slot in slots_of(mask) if is_member(slot)])
    return mask & bitmap_of(members)
