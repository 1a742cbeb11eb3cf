"""How products of the shop are brought together: chains of cables and adapters, and whole baskets checked.

In memory, while the window is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

import orjson

from catalog.compatibility import Compatibility, assessment_document, reason_document
from catalog.ports import (
    MAX_LINKS,
    Assessment,
    Carrying,
    Chain,
    Layout,
    Links,
    Offer,
    Reason,
    Share,
    Verdict,
    assess,
    assess_chain,
    expected_functions,
    find_chains,
    judge_sharing,
)
from catalog.pricing import money
from catalog.window import ShopWindow

RANK = {Verdict.WORKS: 0, Verdict.LIMITED: 1, Verdict.NO: 2}
POWER_ONLY = frozenset({Carrying.POWER})
ANYTHING = frozenset(Carrying)
MOST_SHARED = 20  # devices on one charger that are looked at


class Wanted(NamedTuple):
    """A product of a basket, and how many of it."""

    product_id: int
    quantity: int


class Joined(NamedTuple):
    """Two products of a basket, the cables and adapters of the basket that lead from one to the other, and how well."""

    first: int
    second: int
    via: tuple[int, ...]
    assessment: Assessment


@dataclass(slots=True)
class Basket:
    """The products of a basket with their layouts; those without ports are left aside."""

    layouts: dict[int, Layout]
    quantities: dict[int, int]
    joined: list[Joined] = field(default_factory=list)

    @property
    def ends(self) -> list[int]:
        """The products that are not there to join others."""
        return [pk for pk, layout in self.layouts.items() if not layout.is_link]

    @property
    def links(self) -> list[int]:
        """The cables, adapters and hubs."""
        return [pk for pk, layout in self.layouts.items() if layout.is_link]

    def best(self, product_id: int) -> Verdict:
        """Return how well a product goes with any other of the basket."""
        found = (row.assessment.verdict for row in self.joined if product_id in (row.first, row.second, *row.via))
        return min(found, key=RANK.__getitem__, default=Verdict.NO)


class Connections:
    """Answers how products are connected, from a shop window."""

    def __init__(self, window: ShopWindow, compatibility: Compatibility) -> None:
        self._window = window
        self._compatibility = compatibility

    def connect(self, one: int, other: int, carrying: Carrying) -> dict[str, Any]:
        """Return the cheapest chain in stock between two listed products, as the API shows it, or why there is none.

        Where that chain limits something, the cheapest that does not stands second.
        """
        first, second = (self._compatibility.layout(pk) for pk in (one, other))
        chains = find_chains(first, second, carrying, self._compatibility.links(in_stock=True))
        answer: dict[str, Any] = {
            "from": self.name(one),
            "to": self.name(other),
            "carrying": carrying.value,
            "verdict": min((chain.assessment.verdict for chain in chains), key=RANK.__getitem__, default=Verdict.NO),
            "chains": [self._chain_document(one, chain, other) for chain in chains],
            "reasons": [],
            "out_of_stock": None,
        }
        if not chains:
            sold_out = find_chains(first, second, carrying, self._compatibility.links(in_stock=False))[:1]
            found = assess(first, second, carrying=carrying)
            why = [*found.reasons, Reason("out_of_stock") if sold_out else Reason("no_chain", {"links": MAX_LINKS})]
            names = (answer["from"]["name"], answer["to"]["name"])
            answer["reasons"] = [reason_document(reason, names) for reason in why]
            answer["out_of_stock"] = self._chain_document(one, sold_out[0], other) if sold_out else None
        return answer

    def check(self, items: Iterable[Wanted]) -> dict[str, Any]:
        """Return what of a basket fits what, what charges what and how fast, and what is missing."""
        basket = self._basket(items)
        basket.joined = [*self._join_ends(basket), *self._join_links(basket)]
        verdicts = {pk: basket.best(pk) for pk in basket.layouts}
        if len(basket.layouts) < 2:
            verdicts = {}
        return {
            "verdict": max(verdicts.values(), key=RANK.__getitem__, default=None),
            "items": [{"product": self.name(pk), "verdict": verdicts.get(pk)} for pk in basket.quantities],
            "pairs": [self._pair_document(row) for row in basket.joined if row.assessment.verdict != Verdict.NO],
            "charging": list(self._charging(basket)),
            "missing": self._all_missing(basket, [pk for pk, verdict in verdicts.items() if verdict == Verdict.NO]),
        }

    def name(self, product_id: int) -> dict[str, Any]:
        """Return a listed product in short."""
        card = self._card(product_id)
        return {"id": card["id"], "slug": card["slug"], "name": card["name"]}

    def _card(self, product_id: int) -> dict[str, Any]:
        ((_slot, card),) = self._window.cards_in([self._window.columns.slot_of[product_id]])
        found: dict[str, Any] = orjson.loads(card)
        return found

    def _basket(self, items: Iterable[Wanted]) -> Basket:
        quantities: dict[int, int] = {}
        for item in items:
            quantities[item.product_id] = quantities.get(item.product_id, 0) + item.quantity
        layouts = {pk: self._compatibility.layout(pk) for pk in quantities}
        return Basket({pk: layout for pk, layout in layouts.items() if layout.ports}, quantities)

    def _join_ends(self, basket: Basket) -> Iterator[Joined]:
        """Yield every two products that could do something for each other, joined as well as the basket can."""
        offers = [Offer(pk, Decimal(0), basket.layouts[pk]) for pk in basket.links]
        links = Links(offers)
        for first, second in combinations(basket.ends, 2):
            one, other = basket.layouts[first], basket.layouts[second]
            expected = expected_functions(one, other)
            if not expected or ANYTHING == one.purposes == other.purposes:
                continue
            found = [Joined(first, second, (), assess(one, other))]
            for carrying in dict.fromkeys(function.carrying for function in expected) if offers else ():
                for chain in find_chains(one, other, carrying, links):
                    via = tuple(offer.product_id for offer in chain.offers)
                    whole = assess_chain(one, [offer.layout for offer in chain.offers], other)
                    found.append(Joined(first, second, via, whole))
            yield min(found, key=lambda row: (RANK[row.assessment.verdict], len(row.via)))

    def _join_links(self, basket: Basket) -> Iterator[Joined]:
        used = {pk for row in basket.joined for pk in row.via}
        for link in basket.links:
            for other in basket.layouts:
                if other != link and link not in used and not (other in basket.links and other < link):
                    yield Joined(link, other, (), assess(basket.layouts[link], basket.layouts[other]))

    def _charging(self, basket: Basket) -> Iterator[dict[str, Any]]:
        """Yield, for each supply of the basket, what every device that it reaches gets when all charge at once."""
        for charger in basket.ends:
            layout = basket.layouts[charger]
            if layout.purposes != POWER_ONLY:
                continue
            charged = [
                (device, via)
                for device, via in self._charged_by(charger, basket)
                for _ in range(min(basket.quantities[device], MOST_SHARED))
            ][:MOST_SHARED]
            if charged:
                devices = [([basket.layouts[pk] for pk in via], basket.layouts[device]) for device, via in charged]
                verdict, reasons, shares = judge_sharing(layout, devices)
                yield {
                    "charger": charger,
                    "watts": layout.budget.watts if layout.budget else None,
                    "verdict": verdict.value,
                    "reasons": [reason_document(reason, ()) for reason in reasons],
                    "devices": [
                        _share_document(device, share) for (device, _via), share in zip(charged, shares, strict=True)
                    ],
                }

    def _charged_by(self, charger: int, basket: Basket) -> Iterator[tuple[int, tuple[int, ...]]]:
        for row in basket.joined:
            if charger in (row.first, row.second) and row.assessment.verdict != Verdict.NO:
                device = row.second if row.first == charger else row.first
                if basket.layouts[device].purposes != POWER_ONLY and device in basket.ends:
                    yield device, row.via if row.first == charger else row.via[::-1]

    def _all_missing(self, basket: Basket, product_ids: Iterable[int]) -> list[dict[str, Any]]:
        """Return what is missing for each product that fits nothing; what mends two of them stands once."""
        found: dict[int, dict[str, Any]] = {}
        for product_id in product_ids:
            missing = self._missing(product_id, basket)
            partner = found.get(missing["for"])
            if partner is None or partner["for"] != product_id:
                found[product_id] = missing
        return list(found.values())

    def _missing(self, product_id: int, basket: Basket) -> dict[str, Any]:
        """Return a product that fits nothing in the basket, and the cheapest that would connect it to any of it."""
        layout = basket.layouts[product_id]
        links = self._compatibility.links(in_stock=True)
        best: tuple[Decimal, int, Carrying, Chain] | None = None
        for other in basket.ends:
            if other == product_id or layout.is_link:
                continue
            for carrying in dict.fromkeys(f.carrying for f in expected_functions(layout, basket.layouts[other])):
                for chain in find_chains(layout, basket.layouts[other], carrying, links)[:1]:
                    if chain.offers and (best is None or chain.price < best[0]):
                        best = chain.price, other, carrying, chain
        reasons = [
            reason
            for row in basket.joined
            if product_id in (row.first, row.second)
            for reason in row.assessment.reasons
            if "by" not in reason.figures
        ]
        return {
            "product": product_id,
            "for": best[1] if best else None,
            "carrying": best[2].value if best else None,
            "mend": self._chain_document(product_id, best[3], best[1]) if best else None,
            "reasons": [reason_document(reason, ()) for reason in reasons[:1]],
        }

    def _pair_document(self, row: Joined) -> dict[str, Any]:
        names = tuple(self.name(pk)["name"] for pk in (row.first, *row.via, row.second))
        pair = {"first": row.first, "second": row.second, "via": list(row.via)}
        return {**pair, **assessment_document(row.assessment, names)}

    def _chain_document(self, one: int, chain: Chain, other: int) -> dict[str, Any]:
        cards: Sequence[dict[str, Any]] = [self._card(offer.product_id) for offer in chain.offers]
        names = (self.name(one)["name"], *(card["name"] for card in cards), self.name(other)["name"])
        return {"price": money(chain.price), **assessment_document(chain.assessment, names), "products": cards}


def _share_document(product_id: int, share: Share) -> dict[str, Any]:
    return {"product": product_id, "port": share.port, "watts": share.watts, "alone_watts": share.alone}
