"""What to show beside a product: others of its category, near it in price, the popular ones first. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from catalog.columns import Columns


def near_in_price(columns: Columns, by_price: Sequence[int], slot: int, limit: int) -> list[int]:
    """Return the slots of up to `limit` other products out of `by_price`, which is in the order of price.

    Of twice as many on each side of the product's price the most popular are taken.
    """
    price, popularity = columns.price, columns.popularity
    place = bisect_left(by_price, price[slot], key=price.__getitem__)
    reach = 2 * limit
    near = [each for each in by_price[max(0, place - reach) : place + reach + 1] if each != slot]
    near.sort(key=popularity.__getitem__, reverse=True)
    return near[:limit]
