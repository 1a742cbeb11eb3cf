"""What one rule takes off the goods of a basket, after the rules before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from orders.pricing.amounts import ZERO, half_up, spread
from orders.pricing.facts import Goods, Kind, Reason, Rule, Scope

# By the place of the goods in the basket: how many units are meant, and what an amount takes off.
Units = dict[int, int]
Parts = dict[int, Decimal]


def units_meant(rule: Rule, goods: Sequence[Goods]) -> Units:
    """Return the units that the rule is about; none where it is about a bundle that is not whole.

    Of a bundle it is as many whole ones as there are, from the cheapest units of each product.
    """
    covered = {place: row.quantity for place, row in enumerate(goods) if rule.covers(row)}
    if rule.scope != Scope.BUNDLE:
        return covered
    of_product: dict[int, Units] = defaultdict(dict)
    for place, quantity in covered.items():
        of_product[goods[place].product_id][place] = quantity
    whole = min((sum(of_product[product].values()) for product in rule.product_ids), default=0)
    chosen: Units = {}
    for units in of_product.values():
        chosen |= cheapest(units, goods, whole)
    return chosen


def bundles_in(rule: Rule, goods: Sequence[Goods]) -> int:
    """Return how many whole bundles there are."""
    units = units_meant(rule, goods)
    return sum(units.values()) // len(rule.product_ids) if units else 0


def cheapest(units: Units, goods: Sequence[Goods], wanted: int) -> Units:
    """Return `wanted` of these units, the cheapest; of equal ones, those of the variant that the shop had first."""
    chosen: Units = {}
    for place in sorted(units, key=lambda place: (goods[place].unit_price, goods[place].variant_id)):
        taken = min(units[place], wanted)
        if taken:
            chosen[place] = taken
        wanted -= taken
    return chosen


def spend_on(rule: Rule, goods: Sequence[Goods]) -> Decimal:
    """Return what the goods that the rule is about cost before any promotion."""
    return sum((row.unit_price * row.quantity for row in goods if rule.covers(row)), ZERO)


def parts_off(rule: Rule, goods: Sequence[Goods], nets: Sequence[Decimal]) -> Parts | Reason:
    """Return what the rule takes off each of the goods, of which `nets` is left; or why it takes nothing.

    No part is over what is left. Free delivery takes nothing off goods: that is for who knows the delivery.
    """
    if spend_on(rule, goods) < rule.min_spend:
        return Reason.MIN_SPEND
    units = units_meant(rule, goods)
    if not units:
        return Reason.NOT_APPLICABLE
    if rule.kind == Kind.FREE_DELIVERY:
        return {}
    if rule.kind == Kind.BUY_X_GET_Y:
        units = cheapest(units, goods, sum(units.values()) // (rule.buy + rule.get) * rule.get)
    values = {
        place: half_up(Fraction(nets[place]) * quantity / goods[place].quantity) for place, quantity in units.items()
    }
    off = AMOUNTS[rule.kind](rule, goods, values)
    if off <= 0:
        return Reason.NOT_APPLICABLE
    places = sorted(values)
    shares = spread(off, [values[place] for place in places], [goods[place].variant_id for place in places])
    return {place: share for place, share in zip(places, shares, strict=True) if share}


def _percentage(rule: Rule, _goods: Sequence[Goods], values: Parts) -> Decimal:
    return half_up(Fraction(sum(values.values(), ZERO)) * Fraction(rule.percent) / 100)


def _fixed_amount(rule: Rule, goods: Sequence[Goods], values: Parts) -> Decimal:
    times = bundles_in(rule, goods) if rule.scope == Scope.BUNDLE else 1
    return min(rule.amount * times, sum(values.values(), ZERO))


def _tiered(rule: Rule, goods: Sequence[Goods], values: Parts) -> Decimal:
    quantity = sum(units_meant(rule, goods).values())
    reached = [percent for least, percent in sorted(rule.tiers) if least <= quantity]
    return half_up(Fraction(sum(values.values(), ZERO)) * Fraction(reached[-1] if reached else 0) / 100)


def _bundle_price(rule: Rule, goods: Sequence[Goods], values: Parts) -> Decimal:
    return max(sum(values.values(), ZERO) - rule.amount * bundles_in(rule, goods), ZERO)


AMOUNTS: Mapping[Kind, Callable[[Rule, Sequence[Goods], Parts], Decimal]] = {
    Kind.PERCENTAGE: _percentage,
    Kind.FIXED_AMOUNT: _fixed_amount,
    Kind.BUY_X_GET_Y: _percentage,
    Kind.TIERED_QUANTITY: _tiered,
    Kind.BUNDLE_PRICE: _bundle_price,
}
