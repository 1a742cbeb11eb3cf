"""The cheapest chain of cables and adapters between two products, found among what the shop has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from catalog.ports.findings import Assessment
from catalog.ports.fronts import Signals, signals_of
from catalog.ports.layouts import Layout, Port
from catalog.ports.links import arriving, mate, through_fit, through_way
from catalog.ports.offers import MAX_LINKS, Distances, Links, Offer, leading
from catalog.ports.reasons import Verdict
from catalog.ports.verdicts import assess_chain
from catalog.ports.vocabulary import Carrying

NO_PRICE = Decimal("Infinity")
MAX_STEPS = 1_000  # for one question, where the seed needs up to 80: a step takes some 0.1 ms


class Effort:
    """How many steps may still be taken, for questions that are asked together. Who runs out finds no more."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def step(self) -> bool:
        """Take one; return whether there was one left."""
        self.left -= 1
        return self.left >= 0


class Chain(NamedTuple):
    """Products to put between two others, in this order, what they cost together (KES) and how well it works."""

    offers: tuple[Offer, ...]
    price: Decimal
    assessment: Assessment


class _Front(NamedTuple):
    port: Port
    signals: Signals
    used: tuple[Offer, ...]


def find_chains(
    one: Layout, other: Layout, carrying: Carrying, links: Links, *, effort: Effort | None = None
) -> list[Chain]:
    """Return the cheapest chain that carries something between two products, and the cheapest that limits nothing.

    One and the same chain stands once; a direct connection is a chain without offers. Nothing is returned where no
    chain of up to MAX_LINKS does it, or `effort` (MAX_STEPS, if it is not given) ends before one is found.
    """
    found: list[Chain] = []
    for chain in _chains(one, other, carrying, links, effort or Effort(), NO_PRICE):
        if chain.assessment.verdict == Verdict.WORKS:
            return [*found, chain]
        if not found:
            found.append(chain)
    return found


def find_cheapest(
    one: Layout, other: Layout, carrying: Carrying, links: Links, *, effort: Effort, below: Decimal = NO_PRICE
) -> Chain | None:
    """Return the cheapest chain that carries something between two products, if one costs less than `below` (KES)."""
    return next(_chains(one, other, carrying, links, effort, below), None)


def _chains(
    one: Layout, other: Layout, carrying: Carrying, links: Links, effort: Effort, below: Decimal
) -> Iterator[Chain]:
    """Yield the chains that carry something, cheapest first; of those that are alike to the end of it, the first.

    What cannot come to the end with the links that are left is not followed.
    """
    ends = [port for port in other.open_ports if signals_of(port.lanes, carrying=carrying)]
    distances = links.distances(ends)
    heap: list[tuple[Decimal, int, int, _Front]] = []
    seen: dict[object, list[tuple[Decimal, int]]] = {}
    order = count()
    for port in one.open_ports:
        if signals := leading(port, signals_of(port.lanes, carrying=carrying), distances, most=MAX_LINKS):
            heappush(heap, (Decimal(0), 0, next(order), _Front(port, signals, ())))
    while heap and effort.step():
        price, length, _tie, front = heappop(heap)
        if price >= below:
            return
        if any(_arrives(front, end) for end in ends):
            assessment = assess_carrying(one, front.used, other, carrying)
            if assessment.verdict != Verdict.NO:
                yield Chain(front.used, price, assessment)
        if length == MAX_LINKS:
            continue
        for following in _longer(front, links, distances):
            cost = price + following.used[-1].price
            if not _is_dominated(seen.setdefault(_state(following), []), cost, length + 1):
                heappush(heap, (cost, length + 1, next(order), following))


def assess_carrying(one: Layout, used: Sequence[Offer], other: Layout, carrying: Carrying) -> Assessment:
    """Return what a chain does for one purpose alone."""
    return assess_chain(one, [offer.layout for offer in used], other, carrying=carrying)


def _arrives(front: _Front, end: Port) -> bool:
    fit = mate(front.port, end)
    return fit is not None and any(True for _flow in arriving(through_fit(front.signals, fit), end, 0))


def _longer(front: _Front, links: Links, distances: Distances) -> Iterable[_Front]:
    left = MAX_LINKS - len(front.used) - 1
    for offer, place, port in links.fitting(front.port):
        if any(offer.product_id == used.product_id for used in front.used):
            continue
        fit = mate(front.port, port)
        if fit is None:
            continue
        entering = through_fit(front.signals, fit)
        for way in offer.layout.ways_from(place):
            out = offer.layout.ports[way.exit]
            passed = leading(out, through_way(entering, way, len(front.used) + 1), distances, most=left)
            if passed:
                yield _Front(out, passed, (*front.used, offer))


def _state(front: _Front) -> object:
    signals = frozenset((key, reach.limit) for key, reach in front.signals.items())
    return front.port.connector, front.port.gender, signals


def _is_dominated(known: list[tuple[Decimal, int]], cost: Decimal, length: int) -> bool:
    """Return whether the same was reached before by no more money and no more links; remember it if not."""
    if any(price <= cost and links <= length for price, links in known):
        return True
    known.append((cost, length))
    return False
