"""What a variant costs when: the lowest of what sale events ask, and the price before. Pure functions over plain facts.

The price before ("was") is that of Directive 98/6/EC, article 6a: the lowest that applied in the 30 days before the
reduction. If a reduction goes on from an earlier one without a gap and to no higher price, it keeps the price before
that one had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import NamedTuple

from catalog.pricing import CENT

LOOK_BACK = timedelta(days=30)


class Offer(NamedTuple):
    """What an event asks for a variant, from `starts_at`, included, to `ends_at`, excluded."""

    event_id: int
    starts_at: datetime
    ends_at: datetime
    percent: int | None
    fixed_price: Decimal | None

    def price_of(self, regular: Decimal) -> Decimal | None:
        """Return what the event asks instead of `regular`, to the cent and half up; None if that is not less."""
        price = self.fixed_price
        if price is None and self.percent:
            price = (regular * (100 - self.percent) / 100).quantize(CENT, rounding=ROUND_HALF_UP)
        return price if price is not None and 0 < price < regular else None


class Stretch(NamedTuple):
    """A time in which an event lowers a variant's price, and the price before if there was one."""

    since: datetime
    until: datetime
    price: Decimal
    event_id: int | None
    was: Decimal | None = None


@dataclass(slots=True)
class PriceRecord:
    """What a variant cost: `regular` as (from when, how much), `sales` as stretches; both rise in time."""

    regular: list[tuple[datetime, Decimal]] = field(default_factory=list)
    sales: list[Stretch] = field(default_factory=list)

    def lowest(self, *, before: datetime) -> Decimal | None:
        """Return the lowest price that applied in the 30 days before a moment; None if it was not sold then.

        A regular price under a sale counts as well: the sale's is lower and lies in the same days.
        """
        start = before - LOOK_BACK
        ends = [since for since, _price in self.regular[1:]] + [None]
        prices = [
            price
            for (since, price), until in zip(self.regular, ends, strict=True)
            if since < before and (until is None or (until > start and until > since))
        ]
        prices += [sale.price for sale in self.sales if sale.since < before and sale.until > start]
        return min(prices, default=None)


def coming_stretches(*, regular: Decimal, offers: Iterable[Offer], record: PriceRecord, at: datetime) -> list[Stretch]:
    """Return all stretches from `at` on in which an offer lowers the `regular` price: at any moment the lowest holds.

    Of equal prices that of the event which began first counts. A stretch that runs at `at` begins when it began.
    """
    past = [sale._replace(until=min(sale.until, at)) for sale in record.sales if sale.since < at]
    record = PriceRecord(record.regular, past)
    stretches: list[Stretch] = []
    for since, until, price, event_id in _lowest_offers(regular, offers, at):
        stretch = Stretch(since, until, price, event_id)
        running = past[-1] if past else None
        if running and running.until == since == at and running[2:4] == stretch[2:4]:
            stretch = stretch._replace(since=past.pop().since)
        stretch = stretch._replace(was=price_before(stretch, record))
        past.append(stretch)
        stretches.append(stretch)
    return stretches


def _lowest_offers(
    regular: Decimal, offers: Iterable[Offer], at: datetime
) -> list[tuple[datetime, datetime, Decimal, int]]:
    priced = [(price, offer) for offer in offers if offer.ends_at > at and (price := offer.price_of(regular))]
    edges = sorted({moment for _, offer in priced for moment in (max(offer.starts_at, at), offer.ends_at)})
    found: list[tuple[datetime, datetime, Decimal, int]] = []
    for since, until in pairwise(edges):
        holding = [
            (price, offer.starts_at, offer.event_id)
            for price, offer in priced
            if offer.starts_at <= since < offer.ends_at
        ]
        if not holding:
            continue
        price, _starts_at, event_id = min(holding)
        if found and found[-1][1] == since and found[-1][2:] == (price, event_id):
            found[-1] = (found[-1][0], until, price, event_id)
        else:
            found.append((since, until, price, event_id))
    return found


def price_before(stretch: Stretch, record: PriceRecord) -> Decimal | None:
    """Return the price before a stretch that follows on those of `record`.

    An event that was outbid meanwhile has the price before of its own beginning, unless there was a time in between in
    which nothing lowered the price: then it is a new reduction.
    """
    begins = stretch.since
    for sale in reversed(record.sales):
        if sale.until != begins:
            break
        if sale.event_id == stretch.event_id:
            return sale.was
        begins = sale.since
    previous = record.sales[-1] if record.sales else None
    if previous and previous.until == stretch.since and stretch.price <= previous.price and previous.was is not None:
        return previous.was
    return record.lowest(before=stretch.since)


def stretch_at(stretches: Sequence[Stretch], at: datetime) -> Stretch | None:
    """Return the stretch that holds at a moment, if one does."""
    return next((stretch for stretch in stretches if stretch.since <= at < stretch.until), None)
