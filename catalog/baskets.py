"""A basket of products and what of it fits what: pure functions over their layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from catalog.ports import (
    ANYTHING,
    NO_PRICE,
    POWER_ONLY,
    RANK,
    Assessment,
    Carrying,
    Chain,
    Effort,
    Function,
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
    find_cheapest,
    judge_sharing,
)

MOST_SHARED = 20  # devices on one charger that are looked at
MAX_STEPS = 3_000  # of all questions about one basket


class Joined(NamedTuple):
    """Two products of a basket, the cables and adapters of the basket that lead from one to the other, and how well."""

    first: int
    second: int
    via: tuple[int, ...]
    assessment: Assessment

    @property
    def works(self) -> bool:
        """Whether they do anything for each other."""
        return self.assessment.verdict != Verdict.NO


class Charged(NamedTuple):
    """A supply of a basket, and what each device that it reaches gets when all charge at once."""

    charger: int
    watts: float | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    devices: list[tuple[int, Share]]


class Missing(NamedTuple):
    """A product that fits nothing in its basket, and the cheapest chain of the shop to any other product of it."""

    product: int
    other: int | None
    carrying: Carrying | None
    chain: Chain | None
    why: Joined | None


class Basket:
    """Products with their layouts and quantities, joined as well as the cables and adapters among them can."""

    def __init__(self, layouts: Mapping[int, Layout], quantities: Mapping[int, int]) -> None:
        self._layouts = {pk: layout for pk, layout in layouts.items() if layout.ports}
        self._quantities = quantities
        self._effort = Effort(MAX_STEPS)
        self._ends = [pk for pk, layout in self._layouts.items() if not layout.is_link]
        self._links = [pk for pk, layout in self._layouts.items() if layout.is_link]
        ends = list(self._join_ends())
        self.joined = [*ends, *self._join_links({pk for row in ends if row.works for pk in row.via})]

    @property
    def verdicts(self) -> dict[int, Verdict]:
        """How well each product goes with any other; empty where there are not two that have ports."""
        if len(self._layouts) < 2:
            return {}
        return {
            pk: min((row.assessment.verdict for row in self._of(pk)), key=RANK.__getitem__, default=Verdict.NO)
            for pk in self._layouts
        }

    def charging(self) -> Iterator[Charged]:
        """Yield, for each supply that reaches anything, who gets how much."""
        for charger in self._ends:
            layout = self._layouts[charger]
            if layout.purposes != POWER_ONLY:
                continue
            charged = [
                (device, via)
                for device, via in self._charged_by(charger)
                for _ in range(min(self._quantities[device], MOST_SHARED))
            ][:MOST_SHARED]
            if charged:
                devices = [([self._layouts[pk] for pk in via], self._layouts[device]) for device, via in charged]
                verdict, reasons, shares = judge_sharing(layout, devices)
                watts = layout.budget.watts if layout.budget else None
                keys = (device for device, _via in charged)
                yield Charged(charger, watts, verdict, reasons, list(zip(keys, shares, strict=True)))

    def missing(self, links: Links) -> list[Missing]:
        """Return what each product that fits nothing lacks; a chain between two of them stands once."""
        found: dict[int, Missing] = {}
        for product, verdict in self.verdicts.items():
            if verdict == Verdict.NO:
                lacking = self._lacking(product, links)
                partner = found.get(lacking.other or 0)
                if partner is None or partner.other != product:
                    found[product] = lacking
        return list(found.values())

    def _of(self, product: int) -> Iterator[Joined]:
        return (row for row in self.joined if product in (row.first, row.second, *row.via))

    def _join_ends(self) -> Iterator[Joined]:
        """Yield every two products that could do something for each other, joined as well as the basket can."""
        offers = [Offer(pk, Decimal(0), self._layouts[pk]) for pk in self._links]
        links = Links(offers)
        for first, second in combinations(self._ends, 2):
            one, other = self._layouts[first], self._layouts[second]
            expected = expected_functions(one, other)
            if not expected or ANYTHING == one.purposes == other.purposes:
                continue
            found = [Joined(first, second, (), assess(one, other))]
            for carrying in carried(expected) if offers else ():
                for chain in find_chains(one, other, carrying, links, effort=self._effort):
                    whole = assess_chain(one, [offer.layout for offer in chain.offers], other)
                    found.append(Joined(first, second, tuple(offer.product_id for offer in chain.offers), whole))
            yield min(found, key=lambda row: (RANK[row.assessment.verdict], len(row.via)))

    def _join_links(self, used: Iterable[int]) -> Iterator[Joined]:
        """Yield the cables and adapters that join nothing here, with each product that they might be put into."""
        idle = [link for link in self._links if link not in set(used)]
        for link in idle:
            for other in self._layouts:
                if other != link and not (other in idle and other < link):
                    yield Joined(link, other, (), assess(self._layouts[link], self._layouts[other]))

    def _charged_by(self, charger: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        for row in self.joined:
            if charger in (row.first, row.second) and row.works:
                device = row.second if row.first == charger else row.first
                if device in self._ends and self._layouts[device].purposes != POWER_ONLY:
                    yield device, row.via if row.first == charger else row.via[::-1]

    def _lacking(self, product: int, links: Links) -> Missing:
        layout = self._layouts[product]
        why = next(self._of(product), None)
        best, price = Missing(product, None, None, None, why), NO_PRICE
        for other in self._ends if product in self._ends else ():
            if other == product:
                continue
            for carrying in carried(expected_functions(layout, self._layouts[other])):
                chain = find_cheapest(layout, self._layouts[other], carrying, links, effort=self._effort, below=price)
                if chain is not None and chain.offers:
                    best, price = Missing(product, other, carrying, chain, why), chain.price
        return best


def carried(functions: Iterable[Function]) -> list[Carrying]:
    """Return what is carried for these functions, in the order in which that is always told."""
    found = {function.carrying for function in functions}
    return [carrying for carrying in Carrying if carrying in found]
