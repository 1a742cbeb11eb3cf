"""The shop window of this process: the listed products in memory, exactly as of the catalogue's last revision.

Answers lists from columns and finished cards without asking the database. It follows the revision: `ear.current()`
says whether anything was committed since, and what changed is read by index before the next answer.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from rest_framework.exceptions import NotFound

from catalog.clock import Edges, this_second
from catalog.columns import Columns, ListedRow
from catalog.facets import facet_document
from catalog.filters import RELEVANCE, Cursor, Filters, ListQuery
from catalog.layouts import LayoutStore
from catalog.listed import changed_rows, count_turned, read_cards, read_edges, turned_rows
from catalog.masks import within
from catalog.revision import ear
from catalog.search.accessories import Accessories
from catalog.search.lookups import knowing_words
from catalog.search.ranking import Ranked
from catalog.search.searching import Found, Search
from catalog.search.synonyms import Synonyms
from catalog.taxonomy import Taxonomy
from electroports.broadcast import Moment
from electroports.collector import collector_paused, leave_out_what_is_there

MANY = 200  # changed rows from which on rebuilding the orderings is cheaper than mending them
BY_PRICE = ("price", "-price")
SCAN_SHARE = 16
TURNED_SHARE = 50  # a larger part of the products is sooner loaded anew than moved
SELECTED_SLOTS = 4_000_000  # four bytes each
SELECTION_OVERHEAD = 250  # what a selection costs besides its slots, in slots: its filters and links, about 1 kB
REBUILD_AFTER = 20_000  # dead slots
FACETINGS = 256  # sets of counts kept until the next revision, some 20 kB each
RANKINGS = 64  # kept until the next revision; what they are made from is kept as well
NEVER = Moment(-1, -1)


class Page(NamedTuple):
    """One page of a list: how many products answer, the cards of this page, where to go on, what was searched for."""

    total: int
    cards: list[bytes]
    next: Cursor | None
    previous: Cursor | None
    found: Found | None = None


class ShopWindow:
    """The listed products of this process. One lock: a refresh and an answer never interleave."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._reset()

    def _reset(self) -> None:
        self.revision = NEVER
        self.second = this_second()  # what the columns show is what holds in this second
        self._edges = Edges()
        self.columns = Columns()
        self.layouts = LayoutStore()
        self.taxonomy = Taxonomy()
        self._cards: dict[int, bytes] = {}
        self._traits: dict[int, bytes] = {}
        self._card_bytes = 0
        self._selections: OrderedDict[Any, Sequence[int]] = OrderedDict()
        self._selected = 0
        self._search = Search()
        self._accessories = Accessories(self._search, self.columns, self.layouts)
        self._ranked: OrderedDict[Filters, Ranked] = OrderedDict()
        self._counts: dict[str, dict[Any, int]] = {}
        self._facets: OrderedDict[Filters, tuple[int, dict[str, Any]]] = OrderedDict()

    def fresh(self, asked: Moment | None = None) -> tuple[Moment, Taxonomy]:
        """Bring the window up to the last committed revision; return that and the taxonomy.

        `asked` is what the ear said earlier in the same request. What the window says afterwards is of this revision
        or, when another thread has refreshed it, of a later one: an answer kept under this revision is never older than
        it claims.
        """
        with self._lock:
            if asked is None or asked[:2] > self.revision[:2]:
                wanted = asked or ear.current()
                if wanted[:2] != self.revision[:2]:
                    self._follow(wanted)
            self._turn(this_second())
            return self.revision, self.taxonomy

    def phase_at(self, second: int) -> int:
        """Return the last beginning or end of a sale event before or in a second: by it what is shown may differ."""
        return self._edges.phase_at(second)

    def page(self, query: ListQuery, *, typed: bool) -> Page:
        """Return one page; `typed` adds the fields of the kind to each card. Raises NotFound past the last page."""

        def answer() -> Page:
            chosen, count, before, after = self._page_slots(query)
            return Page(
                count,
                self._cards_of(chosen, typed=typed),
                self._cursor(query, chosen[-1], backwards=False) if chosen and after else None,
                self._cursor(query, chosen[0], backwards=True) if chosen and before else None,
                self._searched(query.filters) if query.filters.search else None,
            )

        return knowing_words(self._held_for_search, answer)

    def tiers(self, query: ListQuery, tiers: Sequence[int]) -> tuple[list[int], Page]:
        """Return the slots and the page of what of some tiers of products answers to a query, while the window is held.

        The first tier comes first, and within each the most popular product. Raises NotFound past the last page.
        """
        mask = within(self.columns, self._bits(query.filters), query.filters)
        ranked = Ranked(self.columns, [tier & mask for tier in tiers])
        start, end = self._bounds(query, ranked)
        found = self.cards_in(ranked.slice(start, end))
        edges = [Cursor(RELEVANCE, *ranked.sort_key(slot)) for slot, _card in (found[-1:] + found[:1])]
        page = Page(
            len(ranked),
            [card for _slot, card in found],
            edges[0] if edges and end < len(ranked) else None,
            replace(edges[1], backwards=True) if edges and start > 0 else None,
        )
        return [slot for slot, _card in found], page

    def select(self, filters: Filters, ordering: str) -> Sequence[int]:
        """Return the slots of all products that answer to `filters`, in `ordering`, while the window is held.

        But for prices, what was found is kept until the next revision.
        """
        if filters.has_price:
            return self._price_slice(filters, ordering)
        key = (filters, ordering)
        found = self._selections.get(key)
        if found is None:
            found = self._filter(filters, ordering)
            self._selections[key] = found
            self._selected += len(found) + SELECTION_OVERHEAD
            while self._selected > SELECTED_SLOTS and len(self._selections) > 1:
                _oldest, dropped = self._selections.popitem(last=False)
                self._selected -= len(dropped) + SELECTION_OVERHEAD
        return found

    def counts(self, name: str) -> dict[Any, int]:
        """Return how many listed products have each value of a filter, for example of `brand`."""
        with self.held():
            if name not in self._counts:
                bits = self.columns.bits.items()
                self._counts[name] = {value: own.bit_count() for (key, value), own in bits if key == name}
            return self._counts[name]

    def facets(self, filters: Filters) -> tuple[int, dict[str, Any], Found | None]:
        """Return how many products answer to `filters`, the counts of every facet, and what was searched for."""

        def answer() -> tuple[int, dict[str, Any], Found | None]:
            found = self._facets.get(filters)
            if found is None:
                document = facet_document(self.columns, self.taxonomy, filters, self._mask)
                found = self._facets[filters] = (self._mask(filters).bit_count(), document)
                while len(self._facets) > FACETINGS:
                    self._facets.popitem(last=False)
            return *found, self._searched(filters) if filters.search else None

        return knowing_words(self._held_for_search, answer)

    def synonyms(self) -> Synonyms:
        """Return what shoppers' words mean."""
        with self.held():
            return self._search.current_synonyms()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, with the window filled even where another thread's reload has just failed half-way."""
        with self._lock:
            if self.revision is NEVER:
                self.fresh()
            yield

    @contextmanager
    def _held_for_search(self) -> Iterator[tuple[Search, Mapping[int, int]]]:
        with self.held():
            yield self._search, self.columns.slot_of

    def _follow(self, wanted: Moment) -> None:
        """Read what changed since the window's revision.

        Rows committed after `wanted` may be among it. They are read again by the next refresh, which makes no
        difference; and as revisions are committed in their order, no row of `wanted` or before can be missing.
        """
        ear.refuse_transaction()
        known = self.revision
        dead = len(self.columns.ids) - len(self.columns)
        if wanted.era != known.era or wanted.number < known.number or dead > REBUILD_AFTER:
            self._reset()
        since = self.revision.number
        self._forget_selections()
        self.taxonomy = Taxonomy()
        with collector_paused():
            for rows, gone in changed_rows(since, self.layouts, listed_only=self.revision is NEVER, second=self.second):
                for product_id in gone:
                    self._drop_card(self.columns.remove(product_id))
                self._take(rows)
        if self.revision is NEVER and len(self.columns) > MANY:
            leave_out_what_is_there()
        self._edges = Edges(read_edges())
        self.revision = wanted._replace(phase=self.phase_at(self.second))

    def _forget_selections(self) -> None:
        self._selections.clear()
        self._selected = 0
        self._ranked.clear()
        self._facets.clear()
        self._counts.clear()
        self._search.begin_revision()
        self._accessories.begin_revision()

    def _turn(self, second: int) -> None:
        """Show what holds in this second: read the products that an event began or ceased to lower since.

        A clock that is set back is followed as well.
        """
        phase = self.phase_at(second)
        if phase == self.revision.phase:
            return
        ear.refuse_transaction()
        if count_turned(self.second, second) > max(MANY, len(self.columns) // TURNED_SHARE):
            known = self.revision
            self._reset()
            self._follow(known)
            return
        self._forget_selections()
        with collector_paused():
            for rows in turned_rows(self.second, second, self.layouts):
                self._take(rows)
        self.second = second
        self.revision = self.revision._replace(phase=phase)

    def _take(self, rows: list[tuple[ListedRow, str]]) -> None:
        for row, _card in rows:
            self._drop_card(self.columns.slot_of.get(row.product_id))
        if len(rows) > MANY:
            slots: Sequence[int] = self.columns.load([row for row, _card in rows])
        else:
            slots = [self.columns.put(row) for row, _card in rows]
        self._search.follow({row.product_id: slot for slot, (row, _card) in zip(slots, rows, strict=True)})
        room = settings.CARD_CACHE_BYTES
        for slot, (row, card) in zip(slots, rows, strict=True):
            if row.traits:
                self._traits[slot] = orjson.dumps(row.traits)[1:-1]
            if self._card_bytes < room:
                self._cards[slot] = body = card.encode()
                self._card_bytes += len(body)

    def _drop_card(self, slot: int | None) -> None:
        if slot is not None:
            self._traits.pop(slot, None)
            self._card_bytes -= len(self._cards.pop(slot, b""))

    def _page_slots(self, query: ListQuery) -> tuple[Sequence[int], int, bool, bool]:
        """Return the slots of a page, how many products answer in all, and whether there are more before and after."""
        filters = query.filters
        if query.ordering == RELEVANCE:
            ranked = self._rank(filters)
            start, end = self._bounds(query, ranked)
            return ranked.slice(start, end), len(ranked), start > 0, end < len(ranked)
        if filters.has_price and query.ordering not in BY_PRICE:
            whole = self.select(filters.without_price, query.ordering)
            matching = self.select(filters, "price")
            if len(matching) * SCAN_SHARE > len(whole):
                return self._scan(query, whole, len(matching))
        slots = self.select(filters, query.ordering)
        start, end = self._bounds(query, slots)
        return slots[start:end], len(slots), start > 0, end < len(slots)

    def _scan(self, query: ListQuery, whole: Sequence[int], count: int) -> tuple[Sequence[int], int, bool, bool]:
        """Walk an ordering past the products outside the price range: short, where the range holds a good share."""
        price, size = self.columns.price, query.page_size
        low, high = query.filters.price_range
        if query.cursor is not None and query.cursor.backwards:
            end = self._place(query.ordering, query.cursor, whole)
            found = (whole[i] for i in range(end - 1, -1, -1) if low <= price[whole[i]] <= high)
            slots = list(islice(found, size + 1))
            after = any(low <= price[whole[i]] <= high for i in range(end, len(whole)))
            return slots[:size][::-1], count, len(slots) > size, after
        start = 0 if query.cursor is None else self._place(query.ordering, query.cursor, whole)
        skip = (query.page - 1) * size
        if skip and skip >= count:
            raise NotFound("There is no such page.")
        found = (whole[i] for i in range(start, len(whole)) if low <= price[whole[i]] <= high)
        slots = list(islice(found, skip, skip + size + 1))
        before = skip > 0 or any(low <= price[whole[i]] <= high for i in range(start - 1, -1, -1))
        return slots[:size], count, before, len(slots) > size

    def _filter(self, filters: Filters, ordering: str) -> Sequence[int]:
        return self.columns.ordered(within(self.columns, self._bits(filters), filters), ordering)

    def _bits(self, filters: Filters) -> int:
        """Return the slots that answer to the filters that have bitmaps: not to ranges of numbers."""
        mask = self.columns.live
        for name, values in filters.any_of:
            either = 0
            for value in values:
                either |= self.columns.bits.get((name, value), 0)
            mask &= either
        return mask & self._searched(filters).slots if filters.search else mask

    def _mask(self, filters: Filters) -> int:
        """Return the slots that answer to all of `filters`."""
        return within(self.columns, self._bits(filters), filters)

    def _searched(self, filters: Filters) -> Found:
        return self._accessories.find(filters.search)

    def _rank(self, filters: Filters) -> Ranked:
        """Return the answers to a search, most relevant first; kept until the next revision."""
        found = self._ranked.get(filters)
        if found is None:
            mask = self._mask(filters)
            found = self._ranked[filters] = Ranked(
                self.columns, [tier & mask for tier in self._searched(filters).tiers]
            )
            while len(self._ranked) > RANKINGS:
                self._ranked.popitem(last=False)
        return found

    def _price_slice(self, filters: Filters, ordering: str) -> Sequence[int]:
        """Return what `filters` keep of the same selection without a price: two bisections in order of price."""
        price = self.columns.price
        low, high = filters.price_range
        if ordering == "-price":
            return self._price_slice(filters, "price")[::-1]
        whole = self.select(filters.without_price, "price")
        start = bisect_left(whole, low, key=price.__getitem__)
        matching = whole[start : max(start, bisect_right(whole, high, key=price.__getitem__))]
        return matching if ordering == "price" else self.columns.in_order(matching, ordering)

    def _bounds(self, query: ListQuery, slots: Sequence[int] | Ranked) -> tuple[int, int]:
        """Return the beginning and end of a page within its selection; raises NotFound past the last page."""
        if query.cursor is None:
            start = (query.page - 1) * query.page_size
            if query.page > 1 and start >= len(slots):
                raise NotFound("There is no such page.")
            return start, min(start + query.page_size, len(slots))
        if isinstance(slots, Ranked):
            place = slots.place((query.cursor.value, query.cursor.tie), behind=not query.cursor.backwards)
        else:
            place = self._place(query.ordering, query.cursor, slots)
        if query.cursor.backwards:
            return max(0, place - query.page_size), place
        return place, min(place + query.page_size, len(slots))

    def _place(self, ordering: str, cursor: Cursor, slots: Sequence[int]) -> int:
        """Return where a cursor points: before the row it names when walking back, behind it when walking on."""
        return self.columns.place(slots, ordering, (cursor.value, cursor.tie), behind=not cursor.backwards)

    def _cursor(self, query: ListQuery, slot: int, *, backwards: bool) -> Cursor:
        is_ranked = query.ordering == RELEVANCE
        key_of = self._rank(query.filters).sort_key if is_ranked else self.columns.sort_key(query.ordering)
        value, tie = key_of(slot)
        return Cursor(query.ordering, value, tie, backwards=backwards)

    def cards_in(self, slots: Sequence[int]) -> list[tuple[int, bytes]]:
        """Return these slots with their cards, while the window is held. A row deleted by hand shows nothing."""
        kept = self._cards
        try:
            return [(slot, kept[slot]) for slot in slots]
        except KeyError:
            found = read_cards([self.columns.ids[slot] for slot in slots], self.second)
            ids = self.columns.ids
            return [(slot, found[ids[slot]].encode()) for slot in slots if ids[slot] in found]

    def _cards_of(self, slots: Sequence[int], *, typed: bool) -> list[bytes]:
        return [
            card[:-1] + b"," + self._traits[slot] + b"}" if typed and slot in self._traits else card
            for slot, card in self.cards_in(slots)
        ]


window = ShopWindow()


def standing() -> Moment:
    """Return what all answers of the catalogue depend on: its revision, and which sale events hold."""
    heard = ear.current()
    phase = window.phase_at(this_second())
    return Moment(heard.era, heard.number, phase) if phase else heard
