"""The shop window of this process: the listed products in memory, exactly as of the catalogue's last revision.

Answers lists from columns and finished cards without asking the database. It follows the revision: `ear.current()`
says whether anything was committed since, and what changed is read by index before the next answer.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection
from rest_framework.exceptions import NotFound

from catalog.columns import Columns, ListedRow
from catalog.filters import Filters, ListQuery
from catalog.models import Brand, Category
from catalog.revision import ear

CHUNK = 5_000
SELECTIONS = 512
REBUILD_AFTER = 20_000  # dead slots
COLUMN_NAMES = (
    "product_id, is_listed, kind, brand_id, category_id, name_key, price, newest_key, rating, popularity, "
    "in_stock, on_sale, conditions, traits, card"
)


class Page(NamedTuple):
    """One page of a list: how many products answer, the cards of this page, and where to go on."""

    count: int
    cards: list[bytes]
    next: list[Any] | None
    previous: list[Any] | None


class Taxonomy:
    """Brands and categories by slug and id, with the categories below each."""

    def __init__(self) -> None:
        self.brands: dict[str, tuple[int, ...]] = {}
        self.categories: dict[str, tuple[int, ...]] = {}
        for pk, slug in Brand.objects.values_list("id", "slug"):
            self.brands[slug] = self.brands[str(pk)] = (pk,)
        children: dict[int | None, list[int]] = {}
        slugs: dict[int, str] = {}
        for pk, slug, parent_id in Category.objects.order_by().values_list("id", "slug", "parent_id"):
            slugs[pk] = slug
            children.setdefault(parent_id, []).append(pk)
        for pk, slug in slugs.items():
            below, todo = [pk], list(children.get(pk, ()))
            while todo:
                child = todo.pop()
                below.append(child)
                todo += children.get(child, ())
            self.categories[slug] = self.categories[str(pk)] = tuple(below)


class ShopWindow:
    """The listed products of this process. One lock: a refresh and an answer never interleave."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._reset()

    def _reset(self) -> None:
        self.revision = -1
        self.columns = Columns()
        self.taxonomy: Taxonomy | None = None
        self._cards: dict[int, bytes] = {}
        self._traits: dict[int, bytes] = {}
        self._card_bytes = 0
        self._selections: OrderedDict[Any, Sequence[int]] = OrderedDict()

    def fresh(self) -> tuple[int, Taxonomy]:
        """Bring the window up to the last committed revision; return that and the taxonomy."""
        with self._lock:
            wanted = ear.current()
            if wanted != self.revision or self.taxonomy is None:
                self._follow(wanted)
            assert self.taxonomy is not None
            return self.revision, self.taxonomy

    def page(self, query: ListQuery, *, typed: bool) -> Page:
        """Return one page; `typed` adds the fields of the kind to each card. Raises NotFound past the last page."""
        with self._lock:
            slots = self._select(query.filters, query.ordering)
            start, end = self._bounds(query, slots)
            chosen = slots[start:end]
            cards = self._cards_of(chosen, typed=typed)
            after = self._position(query.ordering, chosen[-1]) if chosen and end < len(slots) else None
            before = self._position("<" + query.ordering, chosen[0]) if chosen and start > 0 else None
            return Page(len(slots), cards, after, before)

    def related(self, product_id: int, category_id: int, kind: str, limit: int) -> list[bytes]:
        """Return the cards of the most popular other products of the same category."""
        with self._lock:
            slots = self._select(Filters(any_of=(("category", (category_id,)), ("kind", (kind,)))), "popularity")
            own = self.columns.slot_of.get(product_id)
            return self._cards_of([slot for slot in slots[: limit + 1] if slot != own][:limit], typed=False)

    def counts(self, name: str) -> dict[Any, int]:
        """Return how many listed products have each value of a filter, for example of `brand`."""
        with self._lock:
            return {value: bits.bit_count() for (key, value), bits in self.columns.bits.items() if key == name}

    def traits(self, product_id: int) -> bytes:
        """Return the JSON of a product's typed fields, without its braces; empty if it has none."""
        with self._lock:
            return self._traits.get(self.columns.slot_of.get(product_id, -1), b"")

    def _follow(self, wanted: int) -> None:
        if wanted < self.revision or len(self.columns.ids) - len(self.columns) > REBUILD_AFTER:
            self._reset()
        since = self.revision
        self._selections.clear()
        self.taxonomy = Taxonomy()
        first = since < 0
        for rows, gone in changed_rows(since, listed_only=first):
            for product_id in gone:
                self._drop_card(self.columns.remove(product_id))
            if len(rows) > 200:
                for product_id in [row.product_id for row, _card in rows]:
                    self._drop_card(self.columns.slot_of.get(product_id))
                slots = self.columns.load(row for row, _card in rows)
            else:
                slots = []
                for row, _card in rows:
                    self._drop_card(self.columns.slot_of.get(row.product_id))
                    slots.append(self.columns.put(row))
            for slot, (row, card) in zip(slots, rows, strict=True):
                self._keep_card(slot, row, card)
        self.revision = wanted

    def _keep_card(self, slot: int, row: ListedRow, card: str) -> None:
        if row.traits:
            self._traits[slot] = orjson.dumps(row.traits)[1:-1]
        if self._card_bytes < settings.CARD_CACHE_BYTES:
            self._cards[slot] = body = card.encode()
            self._card_bytes += len(body)

    def _drop_card(self, slot: int | None) -> None:
        if slot is not None:
            self._traits.pop(slot, None)
            self._card_bytes -= len(self._cards.pop(slot, b""))

    def _select(self, filters: Filters, ordering: str) -> Sequence[int]:
        key = (filters, ordering)
        found = self._selections.get(key)
        if found is None:
            found = self._make_selection(filters, ordering)
            self._selections[key] = found
            if len(self._selections) > SELECTIONS:
                self._selections.popitem(last=False)
        return found

    def _make_selection(self, filters: Filters, ordering: str) -> Sequence[int]:
        if filters.min_price is not None or filters.max_price is not None:
            return self._price_range(filters, ordering)
        columns = self.columns
        mask = columns.live
        for name, values in filters.any_of:
            either = 0
            for value in values:
                either |= columns.bits.get((name, value), 0)
            mask &= either
        slots = columns.ordered(mask, ordering)
        for name, low, high in filters.bounds:
            numbers = columns.numbers[name]
            low, high = low if low is not None else 0.0, high if high is not None else float("inf")
            slots = [slot for slot in slots if slot in numbers and low <= numbers[slot] <= high]
        if filters.min_rating:
            slots = [slot for slot in slots if columns.rating[slot] >= filters.min_rating]
        return slots

    def _price_range(self, filters: Filters, ordering: str) -> Sequence[int]:
        price = self.columns.price
        low = filters.min_price or 0
        high = filters.max_price if filters.max_price is not None else 2**62
        whole = self._select(filters.without_price, ordering)
        if ordering == "price":
            start = bisect_left(whole, low, key=price.__getitem__)
            return whole[start : max(start, bisect_right(whole, high, key=price.__getitem__))]
        if ordering == "-price":
            start = bisect_left(whole, -high, key=lambda slot: -price[slot])
            return whole[start : max(start, bisect_right(whole, -low, key=lambda slot: -price[slot]))]
        return [slot for slot in whole if low <= price[slot] <= high]

    def _bounds(self, query: ListQuery, slots: Sequence[int]) -> tuple[int, int]:
        if query.cursor is None:
            start = (query.page - 1) * query.page_size
            if query.page > 1 and start >= len(slots):
                raise NotFound("There is no such page.")
            return start, min(start + query.page_size, len(slots))
        ordering, value, product_id = query.cursor
        place = (value, product_id)
        if ordering.startswith("<"):
            end = bisect_left(slots, place, key=self.columns.sort_key(query.ordering))
            return max(0, end - query.page_size), end
        start = bisect_right(slots, place, key=self.columns.sort_key(query.ordering))
        return start, min(start + query.page_size, len(slots))

    def _position(self, ordering: str, slot: int) -> list[Any]:
        value, tie = self.columns.sort_key(ordering.removeprefix("<"))(slot)
        return [ordering, value, tie]

    def _cards_of(self, slots: Sequence[int], *, typed: bool) -> list[bytes]:
        kept = self._cards
        try:
            cards = [kept[slot] for slot in slots]
        except KeyError:
            cards = self._read_cards([self.columns.ids[slot] for slot in slots])
        if not typed:
            return cards
        return [
            card[:-1] + b"," + self._traits[slot] + b"}" if slot in self._traits else card
            for slot, card in zip(slots, cards, strict=True)
        ]

    @staticmethod
    def _read_cards(product_ids: list[int]) -> list[bytes]:
        marks = ",".join(["%s"] * len(product_ids))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT product_id, card FROM catalog_productlisting WHERE product_id IN ({marks})",  # noqa: S608
                product_ids,
            )
            found = dict(cursor.fetchall())
        return [found[product_id].encode() for product_id in product_ids]


def changed_rows(since: int, *, listed_only: bool) -> Iterator[tuple[list[tuple[ListedRow, str]], list[int]]]:
    """Yield, in chunks, the listings changed after revision `since` and the ids of those that are gone."""
    last = 0
    listed = "AND is_listed" if listed_only else ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {COLUMN_NAMES} FROM catalog_productlisting "  # noqa: S608
                f"WHERE revision > %s AND product_id > %s {listed} ORDER BY product_id LIMIT {CHUNK}",
                [since, last],
            )
            rows = cursor.fetchall()
        if rows:
            last = rows[-1][0]
            yield [read_row(row) for row in rows if row[1]], [row[0] for row in rows if not row[1]]
        if len(rows) < CHUNK:
            return


def read_row(row: Sequence[Any]) -> tuple[ListedRow, str]:
    """Return a listing's columns, as both databases hand them over, and its card."""
    traits = row[13] if isinstance(row[13], dict) else orjson.loads(row[13])
    return (
        ListedRow(
            product_id=row[0],
            kind=row[2],
            brand_id=row[3],
            category_id=row[4],
            name_key=row[5],
            price=round(row[6] * 100),
            newest_key=row[7],
            rating=round(row[8] * 100),
            popularity=row[9],
            in_stock=bool(row[10]),
            on_sale=bool(row[11]),
            conditions=tuple(row[12].split()),
            traits=traits,
        ),
        row[14],
    )


window = ShopWindow()
