"""The shop window in memory: one column per sortable or filterable field, one bitmap per filter value.

A product has a slot (a position in every column). Bitmaps are Python integers with one bit a slot, so that combining
filters is an AND and counting is `int.bit_count()`, both a few microseconds at 100,000 products. Nothing here knows of
the database or of HTTP.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from operator import add
from typing import Any, NamedTuple

from catalog.numbers import SPARSE, NumberIndex, bitmap_of

BitKey = tuple[str, Any]
SortKey = tuple[Any, int]

SORTED_BY = ("newest", "price", "rating", "name", "popularity")
ORDERINGS = tuple(sign + name for name in SORTED_BY for sign in ("", "-"))
NUMBERS = ("watts", "length_m", "battery_hours")  # typed fields that are filtered by range
IN_STOCK = 2**40
SPEC = "spec."  # stands before the code of a specification field in the names of bitmaps and numbers
# The prices (KES) that bands begin at, and the ratings that do: what counts per price and rating are made of.
BANDS: dict[str, tuple[int, ...]] = {
    "price": tuple(100 * price for price in (0, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000)),
    "rating": (0, 100, 200, 300, 400),
}
_ANY_BIT = re.compile(rb"[^\0]")
_BITS = [tuple(bit for bit in range(8) if octet >> bit & 1) for octet in range(256)]
_ZERO_ONE = bytes.maketrans(b"01", b"\x00\x01")


class Specs:
    """The filterable specifications of a product, ready for the columns: `words` for bitmaps, `figures` for ranges.

    One object stands for all products with the same values, so that a bulk load handles them together.
    """

    __slots__ = ("figures", "words")

    def __init__(self, values: dict[str, Any]) -> None:
        each = [
            (SPEC + code, one) for code, held in values.items() for one in (held if type(held) is list else (held,))
        ]
        self.words = tuple((name, one) for name, one in each if isinstance(one, bool | str))
        self.figures = tuple((name, float(one)) for name, one in each if not isinstance(one, bool | str))


NO_SPECS = Specs({})


class ListedRow(NamedTuple):
    """What the columns take of one listed product. `price` is in cents, `rating` in hundredths."""

    product_id: int
    kind: str
    brand_id: int
    category_id: int
    name_key: str
    price: int
    newest_key: int
    rating: int
    popularity: int
    in_stock: bool
    on_sale: bool
    conditions: tuple[str, ...]
    traits: dict[str, Any]
    events: tuple[int, ...] = ()
    specs: Specs = NO_SPECS
    layout_id: int | None = None
    connectors: tuple[str, ...] = ()


def bit_keys(row: ListedRow) -> list[BitKey]:
    """Return the filter values that a product answers to."""
    keys: list[BitKey] = [
        ("kind", row.kind),
        ("brand", row.brand_id),
        ("category", row.category_id),
        ("in_stock", row.in_stock),
        ("on_sale", row.on_sale),
        *(("condition", condition) for condition in row.conditions),
        *(("event", event_id) for event_id in row.events),
        *(("connector", connector) for connector in row.connectors),
    ]
    if row.layout_id is not None:
        keys.append(("layout", row.layout_id))
    for name, value in row.traits.items():
        if isinstance(value, list):
            keys += [(name, item) for item in value]
        elif value is not None and name not in NUMBERS:
            keys.append((name, value))
    return [*keys, *row.specs.words]


def band_keys(price: int, rating: int) -> tuple[BitKey, BitKey]:
    """Return the bands that a price and a rating are in, each by its place in BANDS."""
    bands = bisect_right(BANDS["price"], price) - 1, bisect_right(BANDS["rating"], rating) - 1
    return ("price_band", bands[0]), ("rating_band", bands[1])


class Columns:
    """The columns, their bitmaps and their orderings, kept up to date row by row."""

    def __init__(self) -> None:
        self.ids = array("q")
        self.price = array("q")
        self.newest = array("q")
        self.rating = array("q")
        self.popularity = array("q")
        self.appeal = array("q")  # the popularity, and IN_STOCK more where it can be bought now
        self.names: list[str] = []
        self.rows: list[tuple[BitKey, ...] | None] = []
        self.slot_of: dict[int, int] = {}
        self.bits: dict[BitKey, int] = {}
        self.live = 0
        self.numbers: defaultdict[str, NumberIndex] = defaultdict(NumberIndex)
        self._interned: dict[tuple[Any, ...], tuple[BitKey, ...]] = {}
        self._orders: dict[str, array[int]] = {}
        # They hold the columns, not the object, so that a window that is loaded anew frees its memory at once.
        ids, price, newest = self.ids, self.price, self.newest
        rating, popularity, names = self.rating, self.popularity, self.names
        self._sort_keys: dict[str, Callable[[int], SortKey]] = {
            "newest": lambda slot: (-newest[slot], -ids[slot]),
            "price": lambda slot: (price[slot], -ids[slot]),
            "rating": lambda slot: (-rating[slot], -ids[slot]),
            "name": lambda slot: (names[slot], -ids[slot]),
            "popularity": lambda slot: (-popularity[slot], -ids[slot]),
        }

    def __len__(self) -> int:
        return len(self.slot_of)

    def sort_key(self, ordering: str) -> Callable[[int], SortKey]:
        """Return the function from a slot to its place: the field, then the newest product first.

        An ordering and its reverse have the same one: it rises along the one and falls along the other.
        """
        return self._sort_keys[ordering.removeprefix("-")]

    def load(self, rows: Sequence[ListedRow]) -> range:
        """Take many rows at once; return their slots. Bitmaps are built value by value, orderings when first used."""
        if not rows:
            return range(0)
        if self.slot_of:
            for row in rows:
                self.remove(row.product_id)
        first = len(self.ids)
        slots = range(first, first + len(rows))
        members: dict[int, tuple[tuple[BitKey, ...], list[int]]] = {}
        for slot, keys in zip(slots, self._extend(rows), strict=True):
            members.setdefault(id(keys), (keys, []))[1].append(slot)  # rows with equal keys share one tuple
        self._orders.clear()
        by_key: dict[BitKey, list[int]] = {}
        for keys, together in members.values():
            for key in keys:
                by_key.setdefault(key, []).extend(together)
        for key, found in by_key.items():
            self.bits[key] = self.bits.get(key, 0) | bitmap_of(found)
        self.live |= bitmap_of(slots)
        self._load_bands(slots)
        return slots

    def put(self, row: ListedRow) -> int:
        """Take one new or changed row; return its slot."""
        self.remove(row.product_id)
        slot = len(self.ids)
        bit = 1 << slot
        for key in self._extend([row])[0]:
            self.bits[key] = self.bits.get(key, 0) | bit
        self.live |= bit
        for key in band_keys(row.price, row.rating):
            self.bits[key] = self.bits.get(key, 0) | bit
        for name, order in self._orders.items():
            key_of = self._sort_keys[name]
            order.insert(bisect_left(order, key_of(slot), key=key_of), slot)
        return slot

    def remove(self, product_id: int) -> int | None:
        """Forget a product; return the slot that it had. Slots are not used again: a reload makes them dense."""
        slot = self.slot_of.pop(product_id, None)
        if slot is None:
            return None
        for name, order in self._orders.items():
            key_of = self._sort_keys[name]
            order.pop(bisect_left(order, key_of(slot), key=key_of))
        bit = 1 << slot
        for key in (*(self.rows[slot] or ()), *band_keys(self.price[slot], self.rating[slot])):
            self.bits[key] &= ~bit
        self.live &= ~bit
        self.rows[slot] = None
        return slot

    def layout_of(self, slot: int) -> int | None:
        """Return the key of the layout of a product's ports, None if it has none."""
        return next((int(value) for name, value in self.rows[slot] or () if name == "layout"), None)

    def layouts_in(self, mask: int) -> Iterator[tuple[int, int]]:
        """Yield the keys of the layouts of the slots in a mask, each with those of them that have it."""
        for (name, value), bits in self.bits.items():
            if name == "layout" and (own := bits & mask):
                yield int(value), own

    def _load_bands(self, slots: Sequence[int]) -> None:
        for name, values in (("price", self.price), ("rating", self.rating)):
            found: dict[int, list[int]] = {}
            for slot in slots:
                found.setdefault(bisect_right(BANDS[name], values[slot]) - 1, []).append(slot)
            for band, members in found.items():
                key = (f"{name}_band", band)
                self.bits[key] = self.bits.get(key, 0) | bitmap_of(members)

    def order(self, ordering: str) -> array[int]:
        """Return the slots of all products in `ordering`, made when first asked for; of a reverse, a copy."""
        if ordering.startswith("-"):
            return self.order(ordering[1:])[::-1]
        order = self._orders.get(ordering)
        if order is None:
            order = array("i", sorted(self.slot_of.values(), key=self._sort_keys[ordering]))
            self._orders[ordering] = order
        return order

    def ordered(self, mask: int, ordering: str) -> Sequence[int]:
        """Return the slots of `mask` in `ordering`."""
        if mask == self.live:
            return self.order(ordering)
        wanted = mask.bit_count()
        if wanted * 64 < len(self.slot_of):
            return array("i", self.in_order(slots_of(mask), ordering))
        return array("i", self.walk(mask, ordering))

    def walk(self, mask: int, ordering: str) -> Iterator[int]:
        """Walk along `ordering` and yield the slots of `mask`."""
        order = self.order(ordering)
        flags = format(mask, "b").encode()[::-1].translate(_ZERO_ONE).ljust(len(self.ids), b"\x00")
        return compress(order, map(flags.__getitem__, order))

    def in_order(self, slots: Iterable[int], ordering: str) -> list[int]:
        """Return these few slots in `ordering`."""
        return sorted(slots, key=self.sort_key(ordering), reverse=ordering.startswith("-"))

    def place(self, slots: Sequence[int], ordering: str, key: SortKey, *, behind: bool) -> int:
        """Return where in `slots`, which are in `ordering`, a row with this sort key stands: before or behind it."""
        key_of = self.sort_key(ordering)
        if not ordering.startswith("-"):
            return (bisect_right if behind else bisect_left)(slots, key, key=key_of)
        # Along a reverse the keys fall: what is behind the row there stands before it in a walk from the end.
        size = len(slots)
        bisect = bisect_left if behind else bisect_right
        return size - bisect(range(size), key, key=lambda place: key_of(slots[size - 1 - place]))

    def _extend(self, rows: Sequence[ListedRow]) -> list[tuple[BitKey, ...]]:
        """Put rows into the next slots, field by field; return the filter values of each."""
        first = len(self.ids)
        ids, _kind, _brand, _category, names, price, newest, rating, popularity, in_stock, *_others = zip(
            *rows, strict=True
        )
        self.ids.extend(ids)
        self.names.extend(names)
        self.price.extend(price)
        self.newest.extend(newest)
        self.rating.extend(rating)
        self.popularity.extend(popularity)
        self.appeal.extend(map(add, popularity, map(IN_STOCK.__mul__, in_stock)))
        self.slot_of.update(zip(ids, range(first, len(self.ids)), strict=True))
        self._note_numbers(first, rows)
        keys = [self._keys(row) for row in rows]
        self.rows.extend(keys)
        return keys

    def _note_numbers(self, first: int, rows: Sequence[ListedRow]) -> None:
        alike: dict[Specs, list[int]] = {}
        for slot, row in enumerate(rows, first):
            alike.setdefault(row.specs, []).append(slot)
            self.numbers["price"].add((slot,), row.price)
            if row.rating:
                self.numbers["rating"].add((slot,), row.rating)
            if row.traits:
                for name in NUMBERS:
                    if (value := row.traits.get(name)) is not None:
                        self.numbers[name].add((slot,), float(value))
        for specs, slots in alike.items():
            for name, figure in specs.figures:
                self.numbers[name].add(slots, figure)

    def _keys(self, row: ListedRow) -> tuple[BitKey, ...]:
        """Return the filter values of a row; rows that have the same ones share one tuple."""
        if row.traits:
            keys = tuple(bit_keys(row))
            return self._interned.setdefault(keys, keys)
        plain = (
            *(row.kind, row.brand_id, row.category_id, row.in_stock, row.on_sale, row.conditions),
            *(row.events, row.specs, row.layout_id),
        )
        found = self._interned.get(plain)
        if found is None:
            found = self._interned[plain] = tuple(bit_keys(row))
        return found


def slots_of(mask: int) -> list[int]:
    """Return the slots of a bitmap, ascending."""
    if mask.bit_count() * SPARSE < mask.bit_length():  # the bytes with a bit are found twice as fast as the bits
        octets = mask.to_bytes(mask.bit_length() // 8 + 1, "little")
        places = [found.start() for found in _ANY_BIT.finditer(octets)]
        return [place * 8 + bit for place in places for bit in _BITS[octets[place]]]
    digits = format(mask, "b")[::-1]
    slots: list[int] = []
    slot = digits.find("1")
    while slot != -1:
        slots.append(slot)
        slot = digits.find("1", slot + 1)
    return slots
