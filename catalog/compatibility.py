"""What of the shop plugs into what: the layouts of all listed products, compared in memory.

Products that are laid out alike are compared once, and as layouts never change, a comparison is kept while there is
room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from catalog.columns import slots_of
from catalog.filters import ListQuery
from catalog.ports import (
    Assessment,
    Carrying,
    Half,
    Layout,
    Links,
    Offer,
    Reason,
    Verdict,
    assess,
    mating_halves,
)
from catalog.window import NEVER, Page, ShopWindow
from electroports.rendering import dump_json

KEPT = 100_000  # verdicts; some hundred bytes each. They are plain, or a search for cycles would go through all of them
KEPT_DOCUMENTS = 10_000
ONE_AND_OTHER = ("The one", "The other")


class Compatibility:
    """Answers what fits what from a shop window."""

    def __init__(self, window: ShopWindow) -> None:
        self._window = window
        self._layouts: object = None
        self._revision = NEVER
        self._verdicts: dict[tuple[int, Carrying | None], dict[int, Verdict]] = defaultdict(dict)
        self._kept = 0
        self._documents: dict[tuple[int, int, Carrying | None], bytes] = {}
        self._by_half: dict[Half, set[int]] = {}
        self._links: dict[bool, Links] = {}

    def layout_id(self, product_id: int) -> int | None:
        """Return the key of a listed product's layout, None if it has no ports; raises KeyError if it is not listed."""
        columns = self._window.columns
        return columns.layout_of(columns.slot_of[product_id])

    def layout(self, product_id: int) -> Layout:
        """Return the layout of a product; what has no ports or is not listed has an empty one."""
        if product_id not in self._window.columns.slot_of:
            return Layout()
        layout_id = self.layout_id(product_id)
        return Layout() if layout_id is None else self._window.layouts[layout_id]

    def page(
        self, product_id: int, query: ListQuery, *, verdicts: Iterable[Verdict], carrying: Carrying | None
    ) -> Page | None:
        """Return a page of what fits a product, what works first; each card says how well and why.

        None if the product is not listed. Raises NotFound past the last page. Called without holding the window: what
        was not compared before is compared while others may have it.
        """
        self._compare_ahead(product_id, carrying)
        window = self._window
        with window.held():
            self._follow()
            columns = window.columns
            if product_id not in columns.slot_of:
                return None
            own = self.layout_id(product_id)
            if own is None:
                return window.tiers(query, [])[1]
            fitting = self._fitting(own, carrying)
            itself = 1 << columns.slot_of[product_id]
            tiers = [
                self._mask(layout_id for layout_id, found in fitting.items() if found == verdict) & ~itself
                for verdict in verdicts
            ]
            slots, page = window.tiers(query, tiers)
            others = (other for slot in slots if (other := columns.layout_of(slot)) is not None)
            cards = [
                card[:-1] + b"," + self._document(own, other, carrying) + b"}"
                for other, card in zip(others, page.cards, strict=True)
            ]
            return page._replace(cards=cards)

    def links(self, *, in_stock: bool) -> Links:
        """Return the cables and adapters of the shop: of those that are laid out alike, the cheapest."""
        self._follow()
        found = self._links.get(in_stock)
        if found is None:
            found = self._links[in_stock] = Links(self._offers(in_stock=in_stock))
        return found

    def _follow(self) -> None:
        """Forget what depends on the revision, or on layouts that a reload has read anew."""
        window = self._window
        if self._layouts is not window.layouts:
            self._layouts = window.layouts
            self._forget()
            self._revision = NEVER
        if self._revision != window.revision:
            self._revision = window.revision
            self._links.clear()
            by_half: dict[Half, set[int]] = defaultdict(set)
            for layout_id, _bits in window.columns.layouts_in(window.columns.live):
                for port in window.layouts[layout_id].ports:
                    by_half[port.half].add(layout_id)
            self._by_half = by_half

    def _compare_ahead(self, product_id: int, carrying: Carrying | None) -> None:
        with self._window.held():
            self._follow()
            layouts = self._window.layouts
            own = self.layout_id(product_id) if product_id in self._window.columns.slot_of else None
            new = self._near(own) - self._verdicts[own, carrying].keys() if own is not None else set()
        if own is None or not new:
            return
        found = {other: assess(layouts[own], layouts[other], carrying=carrying).verdict for other in new}
        with self._window.held():
            if self._layouts is layouts:
                self._kept += len(found)
                self._verdicts[own, carrying] |= found

    def _near(self, own: int) -> set[int]:
        """Return the layouts of the shop with a port that goes together with one of this layout."""
        halves = {half for port in self._window.layouts[own].ports for half in mating_halves(port.half)}
        return set().union(*(self._by_half.get(half, ()) for half in halves))

    def _fitting(self, own: int, carrying: Carrying | None) -> dict[int, Verdict]:
        """Return the layouts of the shop that go together with this one, and how well."""
        layouts = self._window.layouts
        known = self._verdicts[own, carrying]
        near = self._near(own)
        for other in near - known.keys():
            known[other] = assess(layouts[own], layouts[other], carrying=carrying).verdict
            self._kept += 1
        found = {other: known[other] for other in near}
        if self._kept > KEPT:
            self._forget()
        return found

    def _document(self, own: int, other: int, carrying: Carrying | None) -> bytes:
        """Return verdict and reasons as the fields of a JSON object. Few are ever shown: the rest is not kept."""
        key = (own, other, carrying)
        found = self._documents.get(key)
        if found is None:
            layouts = self._window.layouts
            assessment = assess(layouts[own], layouts[other], carrying=carrying)
            if len(self._documents) >= KEPT_DOCUMENTS:
                self._documents.clear()
            found = self._documents[key] = dump_json(assessment_document(assessment, ONE_AND_OTHER))[1:-1]
        return found

    def _forget(self) -> None:
        self._verdicts.clear()
        self._documents.clear()
        self._kept = 0

    def _mask(self, layout_ids: Iterable[int]) -> int:
        mask = 0
        for layout_id in layout_ids:
            mask |= self._window.columns.bits[("layout", layout_id)]
        return mask

    def _offers(self, *, in_stock: bool) -> Iterable[Offer]:
        columns = self._window.columns
        buyable = columns.bits.get(("in_stock", True), 0) if in_stock else columns.live
        for layout_id, bits in columns.layouts_in(buyable):
            layout = self._window.layouts[layout_id]
            if layout.is_link:
                slot = min(slots_of(bits), key=lambda slot: (columns.price[slot], columns.ids[slot]))
                yield Offer(columns.ids[slot], Decimal(columns.price[slot]) / 100, layout)


def assessment_document(assessment: Assessment, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a verdict with its reasons as the API says it; `names` are those of the products of the chain."""
    return {
        "verdict": assessment.verdict.value,
        "reasons": [reason_document(reason, names) for reason in assessment.reasons],
    }


def reason_document(reason: Reason, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a reason: its code and figures for programs, a sentence for people."""
    return {"code": reason.code, "text": reason.say(names), "figures": reason.figures}
