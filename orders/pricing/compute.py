"""From goods, promotions, coupons and a delivery to the price of an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from catalog.pricing import Tax, vat_in
from orders.pricing.amounts import ZERO, LinePrice, Totals, price_line, round_total
from orders.pricing.benefits import parts_off
from orders.pricing.facts import DeliveryTariff, Goods, Kind, Reason, Rule, normal_code
from orders.pricing.result import Applied, CouponAnswer, OrderPrice

Reasons = dict[int, Reason]  # by the id of the rule


class Outcome(NamedTuple):
    """What some rules make of a basket together."""

    discounts: list[Decimal]
    delivery: Decimal
    applied: list[Applied]
    reasons: Reasons
    due: Decimal


def price_order(
    goods: Sequence[Goods],
    *,
    rules: Sequence[Rule] = (),
    coupons: Sequence[str] = (),
    tariff: DeliveryTariff | None = None,
    delivery_tax: Tax,
    rounding: Decimal,
    at: datetime,
) -> OrderPrice:
    """Return the price of goods: automatic promotions, then coupons, then delivery, then rounding to `rounding`.

    `rules` may come in any order. A rule with a code counts only if `coupons` has it. An exclusive rule stands alone:
    of what the rules that combine make together and what each exclusive one makes, the customer gets what leaves them
    least to pay; of equals the former, then by `Rule.place`. `delivery_tax` is for a tariff that names none.
    """
    codes = list(dict.fromkeys(normal_code(code) for code in coupons))
    rules = sorted((rule for rule in rules if not rule.code or rule.code in codes), key=lambda rule: rule.place)
    barred = {rule.id: barrier for rule in rules if (barrier := rule.barrier(at)) is not None}
    open_rules = [rule for rule in rules if rule.id not in barred]
    groups = [
        [rule for rule in open_rules if not rule.is_exclusive],
        *([rule] for rule in open_rules if rule.is_exclusive),
    ]
    outcomes = [_outcome(goods, group, tariff) for group in groups]
    best = min(outcomes, key=lambda outcome: outcome.due)  # of equals, the first
    reasons: Reasons = barred | {rule: reason for outcome in outcomes for rule, reason in outcome.reasons.items()}
    return OrderPrice(
        *_sum_up(goods, best, (tariff.tax if tariff else None) or delivery_tax, rounding),
        best.applied,
        _answers(codes, rules, {applied.rule.id for applied in best.applied}, reasons),
    )


def _outcome(goods: Sequence[Goods], rules: Sequence[Rule], tariff: DeliveryTariff | None) -> Outcome:
    nets = [row.unit_price * row.quantity for row in goods]
    discounts = [ZERO] * len(goods)
    applied: list[Applied] = []
    reasons: Reasons = {}
    free: list[Rule] = []
    for rule in rules:
        parts = parts_off(rule, goods, nets)
        if isinstance(parts, Reason):
            reasons[rule.id] = parts
        elif rule.kind == Kind.FREE_DELIVERY:
            free.append(rule)
        else:
            for place, part in parts.items():
                nets[place] -= part
                discounts[place] += part
            applied.append(Applied(rule, sum(parts.values(), ZERO)))
    delivery = tariff.price(sum(nets, ZERO)) if tariff else ZERO
    for rule in free:
        if delivery > 0:
            applied.append(Applied(rule, delivery))
            delivery = ZERO
        else:
            reasons[rule.id] = Reason.NOT_APPLICABLE if tariff else Reason.NEEDS_DELIVERY
    return Outcome(discounts, delivery, applied, reasons, sum(nets, ZERO) + delivery)


def _sum_up(
    goods: Sequence[Goods], outcome: Outcome, delivery_tax: Tax, step: Decimal
) -> tuple[list[LinePrice], Totals]:
    lines = [
        price_line(row.unit_price, row.quantity, tax=row.tax, discount=discount)
        for row, discount in zip(goods, outcome.discounts, strict=True)
    ]
    subtotal = sum((row.unit_price * row.quantity for row in goods), ZERO)
    rounding = round_total(outcome.due, step)
    delivery_vat = vat_in(outcome.delivery, delivery_tax)
    return lines, Totals(
        subtotal=subtotal,
        discount=sum(outcome.discounts, ZERO),
        delivery=outcome.delivery,
        delivery_vat=delivery_vat,
        rounding=rounding,
        vat=sum((line.vat for line in lines), delivery_vat),
        total=outcome.due + rounding,
    )


def _answers(codes: Sequence[str], rules: Sequence[Rule], taken: set[int], reasons: Reasons) -> list[CouponAnswer]:
    named = {rule.code: rule.id for rule in rules if rule.code}

    def reason(code: str) -> Reason | None:
        if code not in named:
            return Reason.UNKNOWN
        rule = named[code]
        return None if rule in taken else reasons.get(rule, Reason.NOT_COMBINABLE)

    return [CouponAnswer(code, reason(code)) for code in codes]
