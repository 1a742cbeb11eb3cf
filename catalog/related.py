"""What to show beside a product: what is bought with it, what takes the same accessories, what costs about the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from django.db import models

from catalog.columns import IN_STOCK, Columns
from catalog.filters import Filters
from catalog.pages import ProductPage
from catalog.ports import Gender, Layout
from catalog.window import ShopWindow

RELATED = 6
REACH = 12  # on each side of the price; of these the most popular are shown
SHARE = 2 / 3  # of all ports of the two, how many both must have
PRICE_FACTOR = 2  # what takes the same accessories costs half as much at least, and twice as much at most


class RelatedBy(models.TextChoices):
    """Why a product stands beside another."""

    BOUGHT_TOGETHER = "bought_together", "Bought together"
    SAME_PORTS = "same_ports", "Takes the same accessories"
    SIMILAR = "similar", "Of the same category, near in price"


# How the card ends, by the reason.
BOUGHT_TOGETHER, SAME_PORTS, SIMILAR = (b',"reason":"%s"}' % reason.value.encode() for reason in RelatedBy)


class Related:
    """Answers what to show beside a product, from a shop window."""

    def __init__(self, window: ShopWindow) -> None:
        self._window = window
        self._layouts: object = None
        self._compared = 0
        self._shelves: dict[tuple[int, str, int | None], Filters | None] = {}

    def cards(self, page: ProductPage) -> list[bytes]:
        """Return the cards of up to six other products, each once and with its reason."""
        window = self._window
        with window.held():
            own = window.columns.slot_of.get(page.product_id)
            if own is None:
                return []
            chosen = {own: b""}
            for slots, reason in self._tiers(page, own):
                for slot in slots[: RELATED + len(chosen)]:
                    chosen.setdefault(slot, reason)
                if len(chosen) > RELATED:
                    break
            found = window.cards_in(list(chosen)[1 : RELATED + 1])
            return [card[:-1] + chosen[slot] for slot, card in found]

    def _tiers(self, page: ProductPage, own: int) -> Iterator[tuple[Sequence[int], bytes]]:
        """Yield slots of products for each reason, the best first; the product itself and others may come again."""
        columns, select = self._window.columns, self._window.select
        if page.bought_together:
            found = map(columns.slot_of.get, map(int, page.bought_together.split()))
            yield [slot for slot in found if slot is not None and columns.appeal[slot] >= IN_STOCK], BOUGHT_TOGETHER
        alike = self._shelf(page.category_id, page.kind, page.layout_id) if page.layout_id is not None else None
        if alike:
            price = columns.price[own]
            bounds = price / PRICE_FACTOR, price * PRICE_FACTOR
            yield near_in_price(columns, select(alike, "price"), own, bounds), SAME_PORTS
        shelf = self._shelf(page.category_id, page.kind, None)
        if shelf:
            yield near_in_price(columns, select(shelf, "price"), own), SIMILAR

    def _shelf(self, category_id: int, kind: str, layout_id: int | None) -> Filters | None:
        """Return what selects the products of a category and kind; with a layout, those that take what it takes.

        None if it has neither socket nor plug.
        """
        layouts = self._window.layouts
        if self._layouts is not layouts or self._compared != len(layouts):
            self._layouts, self._compared = layouts, len(layouts)
            self._shelves.clear()
        key = (category_id, kind, layout_id)
        if key not in self._shelves:
            place = ("category", (category_id,)), ("kind", (kind,))
            if layout_id is None:
                self._shelves[key] = Filters(place)
            else:
                own = ports_of(layouts[layout_id])
                alike = tuple(other for other, layout in layouts.items() if share_ports(own, ports_of(layout)))
                self._shelves[key] = Filters((*place, ("layout", alike))) if alike else None
        return self._shelves[key]


def ports_of(layout: Layout) -> frozenset[tuple[str, Gender]]:
    """Return the sockets and plugs of a layout: what a cable, a card or a dock is bought for.

    Radios and coils are left out: nearly everything has the same.
    """
    return frozenset((port.connector, port.gender) for port in layout.ports if port.gender != Gender.NEITHER)


def share_ports(one: frozenset[tuple[str, Gender]], other: frozenset[tuple[str, Gender]]) -> bool:
    """Tell whether two thirds of what either has are what both have."""
    return bool(one) and len(one & other) >= SHARE * len(one | other)


def near_in_price(
    columns: Columns, by_price: Sequence[int], own: int, bounds: tuple[float, float] | None = None
) -> Sequence[int]:
    """Return slots out of `by_price`, which is in the order of price, that stand about `own` there, within bounds.

    What can be bought comes first, and of that the most popular.
    """
    price = columns.price.__getitem__
    place = bisect_left(by_price, price(own), key=price)
    near = by_price[max(0, place - REACH) : place + REACH + 1]
    if bounds and near and not (bounds[0] <= price(near[0]) and price(near[-1]) <= bounds[1]):
        near = near[bisect_left(near, bounds[0], key=price) : bisect_right(near, bounds[1], key=price)]
    return sorted(near, key=columns.appeal.__getitem__, reverse=True)
