"""Ranges of numbers as bitmaps: which slots of the shop window lie within a price range, a rating, a length."""

from __future__ import annotations

from math import inf

from catalog.columns import Columns
from catalog.filters import Filters


def within(columns: Columns, mask: int, filters: Filters) -> int:
    """Return the slots of `mask` that lie within all ranges of `filters`."""
    for name, low, high in filters.bounds:
        mask &= columns.numbers[name].between(low, high) if name in columns.numbers else 0
    if filters.min_rating:
        mask &= columns.numbers["rating"].between(filters.min_rating, inf)
    if filters.has_price:
        mask &= columns.numbers["price"].between(*filters.price_range)
    return mask
