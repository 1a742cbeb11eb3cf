"""What delivery costs: by county, weight and order value. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

EVERYWHERE_ELSE = ""  # the county of the rates for all counties that have none of their own
ZERO = Decimal("0.00")


class Rate(NamedTuple):
    """What an order costs to deliver that weighs up to `up_to_grams` (None: whatever it weighs), from a value on."""

    county: str  # its code
    up_to_grams: int | None
    value_from: Decimal
    price: Decimal


class ValueBand(NamedTuple):
    """The price of orders whose goods come to `value_from` or more."""

    value_from: Decimal
    price: Decimal


def rates_of(rates: Iterable[Rate], county: str) -> list[Rate]:
    """Return the rates that hold in a county, by weight and value: its own, or, where it has none, all others'.

    A county with rates of its own has these alone: what is too heavy for them is not sent there.
    """
    found = list(rates)
    own = [rate for rate in found if rate.county == county]
    chosen = own or [rate for rate in found if rate.county == EVERYWHERE_ELSE]
    return sorted(chosen, key=lambda rate: (rate.up_to_grams is None, rate.up_to_grams or 0, rate.value_from))


def value_bands(
    rates: Iterable[Rate], *, county: str, grams: int, free_from: Decimal | None = None
) -> tuple[ValueBand, ...]:
    """Return the prices of an order that weighs so much, by its value from 0 on; empty if it is not sent there.

    The narrowest weight band that holds the order counts. From `free_from` on it costs nothing. A band without a price
    from 0 on sells nothing below its first one, so it is none.
    """
    holding = [rate for rate in rates_of(rates, county) if rate.up_to_grams is None or rate.up_to_grams >= grams]
    if not holding:
        return ()
    bands = [ValueBand(rate.value_from, rate.price) for rate in holding if rate.up_to_grams == holding[0].up_to_grams]
    if bands[0].value_from > 0:
        return ()
    if free_from is None:
        return tuple(bands)
    return (*(band for band in bands if band.value_from < free_from), ValueBand(free_from, ZERO))


def price_at(bands: Sequence[ValueBand], value: Decimal) -> Decimal:
    """Return the price of an order of this value: that of the last band that begins at it or below."""
    return [band.price for band in bands if band.value_from <= value][-1]


def free_at(bands: Sequence[ValueBand]) -> Decimal | None:
    """Return the value from which on delivery is free, whatever more is bought; None where it never is."""
    threshold = None
    for band in reversed(bands):
        if band.price > 0:
            break
        threshold = band.value_from
    return threshold


def lowest_price(rates: Iterable[Rate]) -> Decimal | None:
    """Return the least that a small order costs anywhere: the lowest price of those from a value of 0 on."""
    return min((rate.price for rate in rates if rate.value_from == 0), default=None)


def rate_gaps(rates: Iterable[Rate]) -> list[tuple[str, int | None]]:
    """Return the counties and weight bands that have no price for orders of the smallest value."""
    found = list(rates)
    whole = {(rate.county, rate.up_to_grams) for rate in found if rate.value_from == 0}
    return [band for band in dict.fromkeys((rate.county, rate.up_to_grams) for rate in found) if band not in whole]
