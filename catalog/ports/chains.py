"""The cheapest chain of cables and adapters between two products, found among what the shop has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from catalog.ports.findings import Assessment
from catalog.ports.fronts import Signals, signals_of
from catalog.ports.layouts import Layout, Port
from catalog.ports.links import arriving, mate, through_fit, through_way
from catalog.ports.mating import Half, mating_halves
from catalog.ports.reasons import Verdict
from catalog.ports.verdicts import assess_chain
from catalog.ports.vocabulary import Carrying

MAX_LINKS = 3
MAX_STEPS = 1_000  # for one question, where the seed needs up to 80: a step takes some 0.1 ms


class Offer(NamedTuple):
    """A cable or an adapter that may be used: whose it is, what it costs (KES), and how it is laid out."""

    product_id: int
    price: Decimal
    layout: Layout


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


class Links:
    """The offers by what they can be put into, cheapest first. Made once for a state of the shop."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self._by_half: dict[Half, list[tuple[Offer, int, Port]]] = defaultdict(list)
        for offer in sorted(offers, key=lambda offer: (offer.price, offer.product_id)):
            for place, port in offer.layout.link_ports:
                self._by_half[port.half].append((offer, place, port))

    def fitting(self, port: Port) -> Iterable[tuple[Offer, int, Port]]:
        """Yield the offers that fit a port, with the place and the port of each that goes into it."""
        for half in mating_halves(port.half):
            yield from self._by_half.get(half, ())


def find_chains(
    one: Layout,
    other: Layout,
    carrying: Carrying,
    links: Links,
    *,
    max_links: int = MAX_LINKS,
    effort: Effort | None = None,
) -> list[Chain]:
    """Return the cheapest chain that carries something between two products, and the cheapest that limits nothing.

    One and the same chain stands once; a direct connection is a chain without offers. Nothing is returned where no
    chain of up to `max_links` does it, or `effort` (MAX_STEPS, if it is not given) ends before one is found.
    """
    effort = effort or Effort()
    found: list[Chain] = []
    order = count()
    heap: list[tuple[Decimal, int, int, _Front]] = []
    seen: dict[object, list[tuple[Decimal, int]]] = {}
    for port in one.open_ports:
        if signals := signals_of(port.lanes, carrying=carrying):
            heappush(heap, (Decimal(0), 0, next(order), _Front(port, signals, ())))
    ends = [port for port in other.open_ports if signals_of(port.lanes, carrying=carrying)]
    best_only = False
    while heap and ends and effort.step():
        price, length, _tie, front = heappop(heap)
        if any(_arrives(front, end) for end in ends):
            chain = Chain(front.used, price, assess_carrying(one, front.used, other, carrying))
            if chain.assessment.verdict == Verdict.WORKS:
                return [*found, chain]
            if not best_only and chain.assessment.verdict == Verdict.LIMITED:
                found.append(chain)
                best_only = True
        if length == max_links:
            continue
        for following in _longer(front, links):
            key = _state(following)
            cost = price + following.used[-1].price
            if _is_dominated(seen.setdefault(key, []), cost, length + 1):
                continue
            heappush(heap, (cost, length + 1, next(order), following))
    return found


def assess_carrying(one: Layout, used: Sequence[Offer], other: Layout, carrying: Carrying) -> Assessment:
    """Return what a chain does for one purpose alone."""
    return assess_chain(one, [offer.layout for offer in used], other, carrying=carrying)


def _arrives(front: _Front, end: Port) -> bool:
    fit = mate(front.port, end)
    return fit is not None and any(True for _flow in arriving(through_fit(front.signals, fit), end, 0))


def _longer(front: _Front, links: Links) -> Iterable[_Front]:
    for offer, place, port in links.fitting(front.port):
        if any(offer.product_id == used.product_id for used in front.used):
            continue
        fit = mate(front.port, port)
        if fit is None:
            continue
        entering = through_fit(front.signals, fit)
        for way in offer.layout.ways_from(place):
            passed = through_way(entering, way, len(front.used) + 1)
            if passed:
                yield _Front(offer.layout.ports[way.exit], passed, (*front.used, offer))


def _state(front: _Front) -> object:
    signals = frozenset((key, reach.limit) for key, reach in front.signals.items())
    return front.port.connector, front.port.gender, signals


def _is_dominated(known: list[tuple[Decimal, int]], cost: Decimal, length: int) -> bool:
    """Return whether the same was reached before by no more money and no more links; remember it if not."""
    if any(price <= cost and links <= length for price, links in known):
        return True
    known.append((cost, length))
    return False
