"""How products of the shop are brought together, as the API shows it: two by two, and whole baskets.

The window is held to look up layouts and cards, and not while they are compared: layouts never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from catalog.baskets import Basket, Charged, Joined, Missing
from catalog.compatibility import Compatibility, assessment_document, reason_document
from catalog.ports import MAX_LINKS, RANK, Carrying, Chain, Reason, Verdict, assess, find_chains
from catalog.pricing import money
from catalog.window import ShopWindow, window

Cards = Mapping[int, dict[str, Any]]


class Wanted(NamedTuple):
    """A product of a basket, and how many of it."""

    product_id: int
    quantity: int


class Connections:
    """Answers how products are connected, from a shop window."""

    def __init__(self, window: ShopWindow, compatibility: Compatibility) -> None:
        self._window = window
        self._compatibility = compatibility

    def unlisted(self, product_ids: Iterable[int]) -> set[int]:
        """Return those of the ids that are of no listed product."""
        with self._window.held():
            return {pk for pk in product_ids if pk not in self._window.columns.slot_of}

    def connect(self, one: int, other: int, carrying: Carrying) -> dict[str, Any]:
        """Return the cheapest chain in stock between two products, or why there is none.

        Where that chain limits something, the cheapest that does not stands second. What is not listed has no ports.
        """
        with self._window.held():
            first, second = (self._compatibility.layout(pk) for pk in (one, other))
            in_stock, in_shop = (self._compatibility.links(in_stock=which) for which in (True, False))
        chains = find_chains(first, second, carrying, in_stock)
        sold_out: list[Chain] = []
        why: list[Reason] = []
        if not chains:
            sold_out = find_chains(first, second, carrying, in_shop)[:1]
            lack = Reason("out_of_stock") if sold_out else Reason("no_chain", {"links": MAX_LINKS})
            why = [*assess(first, second, carrying=carrying).reasons, lack]
        cards = self._cards([one, other, *(offer.product_id for c in (*chains, *sold_out) for offer in c.offers)])
        names = (cards[one]["name"], cards[other]["name"])
        return {
            "from": in_short(cards[one]),
            "to": in_short(cards[other]),
            "carrying": carrying.value,
            "verdict": min((chain.assessment.verdict for chain in chains), key=RANK.__getitem__, default=Verdict.NO),
            "chains": [chain_document(one, chain, other, cards) for chain in chains],
            "reasons": [reason_document(reason, names) for reason in why],
            "out_of_stock": chain_document(one, sold_out[0], other, cards) if sold_out else None,
        }

    def check(self, items: Iterable[Wanted]) -> dict[str, Any]:
        """Return what of a basket fits what, what charges what and how fast, and what is missing."""
        quantities: dict[int, int] = {}
        for item in items:
            quantities[item.product_id] = quantities.get(item.product_id, 0) + item.quantity
        with self._window.held():
            layouts = {pk: self._compatibility.layout(pk) for pk in quantities}
            links = self._compatibility.links(in_stock=True)
        basket = Basket(layouts, quantities)
        verdicts = basket.verdicts
        missing = basket.missing(links) if verdicts else []
        offered = (offer.product_id for row in missing if row.chain for offer in row.chain.offers)
        cards = self._cards([*quantities, *offered])
        return {
            "verdict": max(verdicts.values(), key=RANK.__getitem__, default=None),
            "items": [{"product": in_short(cards[pk]), "verdict": verdicts.get(pk)} for pk in quantities],
            "pairs": [pair_document(row, cards) for row in basket.joined if row.works],
            "charging": [charging_document(row) for row in basket.charging()],
            "missing": [missing_document(row, cards) for row in missing],
        }

    def _cards(self, product_ids: Sequence[int]) -> Cards:
        """Return the cards of products, read together. Of one that is gone meanwhile there is the id alone."""
        with self._window.held():
            columns = self._window.columns
            slots = [columns.slot_of[pk] for pk in dict.fromkeys(product_ids) if pk in columns.slot_of]
            found = [(columns.ids[slot], card) for slot, card in self._window.cards_in(slots)]
        cards: dict[int, dict[str, Any]] = {pk: orjson.loads(card) for pk, card in found}
        return {pk: cards.get(pk) or {"id": pk, "slug": str(pk), "name": str(pk)} for pk in product_ids}


def in_short(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what names a product."""
    return {"id": card["id"], "slug": card["slug"], "name": card["name"]}


def chain_document(one: int, chain: Chain, other: int, cards: Cards) -> dict[str, Any]:
    """Return a chain with its price, its verdict and the cards of its products."""
    products = [cards[offer.product_id] for offer in chain.offers]
    names = tuple(card["name"] for card in (cards[one], *products, cards[other]))
    return {"price": money(chain.price), **assessment_document(chain.assessment, names), "products": products}


def pair_document(row: Joined, cards: Cards) -> dict[str, Any]:
    """Return two products that fit, and over what."""
    names = tuple(cards[pk]["name"] for pk in (row.first, *row.via, row.second))
    pair = {"first": row.first, "second": row.second, "via": list(row.via)}
    return {**pair, **assessment_document(row.assessment, names)}


def charging_document(row: Charged) -> dict[str, Any]:
    """Return a charger with what each device gets, in W."""
    return {
        "charger": row.charger,
        "watts": row.watts,
        "verdict": row.verdict.value,
        "reasons": [reason_document(reason, ()) for reason in row.reasons],
        "devices": [
            {"product": device, "port": share.port, "watts": share.watts, "alone_watts": share.alone}
            for device, share in row.devices
        ],
    }


def missing_document(row: Missing, cards: Cards) -> dict[str, Any]:
    """Return a product that fits nothing, why, and what would mend it."""
    why = row.why
    names = tuple(cards[pk]["name"] for pk in (why.first, *why.via, why.second)) if why else ()
    reasons = why.assessment.reasons[:2] if why else ()
    return {
        "product": row.product,
        "for": row.other,
        "carrying": row.carrying.value if row.carrying else None,
        "mend": chain_document(row.product, row.chain, row.other, cards) if row.chain and row.other else None,
        "reasons": [reason_document(reason, names) for reason in reasons],
    }


compatibility = Compatibility(window)
connections = Connections(window, compatibility)
