"""What the terms of a promotion must be, and how its rule reads. No database."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from orders.pricing import Kind

NEEDED: dict[str, tuple[str, ...]] = {
    Kind.PERCENTAGE: ("percent",),
    Kind.FIXED_AMOUNT: ("amount",),
    Kind.FREE_DELIVERY: (),
    Kind.BUY_X_GET_Y: ("buy_quantity", "get_quantity", "percent"),
    Kind.TIERED_QUANTITY: ("tiers",),
    Kind.BUNDLE_PRICE: ("amount",),
}
MOST_TIERS = 20


def needed_fields(kind: str) -> tuple[str, ...]:
    """Return the fields without which a promotion of this kind gives nothing."""
    return NEEDED.get(kind, ())


def read_tiers(stored: Any) -> tuple[tuple[int, Decimal], ...]:
    """Return tiers as the database keeps them, as (from how many units, percent off); raises ValueError."""
    try:
        tiers = tuple((int(units), Decimal(str(percent))) for units, percent in stored)
    except (TypeError, InvalidOperation) as error:
        raise ValueError("no tiers") from error
    if not all(percent.is_finite() for _units, percent in tiers):
        raise ValueError("no percent")
    return tiers


def tier_errors(stored: Any) -> str | None:
    """Say what is wrong with tiers, if anything is: more units give more off, from two units on."""
    try:
        tiers = read_tiers(stored)
    except ValueError:
        return 'Give pairs: [[3, "5"], [10, "12.5"]].'
    if len(tiers) > MOST_TIERS:
        return f"Give at most {MOST_TIERS}."
    if any(units < 1 or not 0 < percent <= 100 for units, percent in tiers):
        return "Give whole units from 1 on, and percents above 0 and up to 100."
    steps = pairwise(tiers)
    if any(units >= more or percent >= deeper for (units, percent), (more, deeper) in steps):
        return "Begin with the fewest units; each step has more units and more off."
    return None
