"""What holds of every price, whatever is in the basket and whatever promotions there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from catalog.pricing import Tax
from orders.pricing import (
    DeliveryTariff,
    Goods,
    Kind,
    OrderPrice,
    Reason,
    Rule,
    Scope,
    price_order,
)

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
STANDARD = Tax("standard", Decimal(16))
TAXES = [
    STANDARD,
    Tax("zero", Decimal(0)),
    Tax("exempt", None),
    Tax("reduced", Decimal("8.00")),
    Tax("odd", Decimal("12.75")),
]
CODES = ["A", "B", "C"]


def cents(least: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda amount: Decimal(amount).scaleb(-2))


def one_of(*choices: Iterable[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One of each, drawn together: what is drawn costs more than what is made of it."""
    return st.sampled_from(list(product(*choices)))


def subsets(most: int, sizes: range) -> list[frozenset[int]]:
    return [frozenset(chosen) for size in sizes for chosen in combinations(range(1, most + 1), size)]


percents = st.integers(1, 10_000).map(lambda amount: Decimal(amount).scaleb(-2))
orders_of_variants = st.integers(1, 8).flatmap(lambda count: st.permutations(range(1, count + 1)))
unit_prices = cents(1, 500_000) | cents(1, 100)
of_goods = one_of(range(1, 6), range(1, 4), range(1, 4), range(1, 13), TAXES)
codes_of_rules = st.lists(st.sampled_from(CODES), unique=True, max_size=3)
numbers_of_rules = st.integers(0, 6)
deeper_percents = st.sets(percents, min_size=1, max_size=3).map(sorted)
amounts = cents(1, 300_000)
least_spends = st.just(Decimal(0)) | cents(1, 100_000)
of_rules = one_of(Kind, Scope, range(1, 4), range(1, 4), (True, False))
of_goods_of_rules = one_of(subsets(3, range(4)), subsets(3, range(4)), subsets(5, range(1, 4)))
of_times_of_rules = one_of(
    [None, AT - timedelta(1), AT, AT + timedelta(1)], [None, AT, AT + timedelta(2)], [None, 1, 5], range(4)
)
of_ranks_of_rules = one_of((True, False), range(-1, 2))


@st.composite
def baskets(draw: st.DrawFn) -> list[Goods]:
    """Up to eight variants of up to five products."""
    made = []
    for variant in draw(orders_of_variants):
        product_id, brand_id, category_id, quantity, tax = draw(of_goods)
        made.append(
            Goods(
                variant_id=variant,
                product_id=product_id,
                brand_id=brand_id,
                category_id=category_id,
                unit_price=draw(unit_prices),
                quantity=quantity,
                tax=tax,
            )
        )
    return made


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    """Up to six promotions, a code at most once."""
    made = []
    codes = draw(codes_of_rules)
    for number in range(1, draw(numbers_of_rules) + 1):
        kind, scope, buy, get, has_code = draw(of_rules)
        category_ids, brand_ids, product_ids = draw(of_goods_of_rules)
        starts_at, ends_at, usage_limit, uses = draw(of_times_of_rules)
        is_exclusive, priority = draw(of_ranks_of_rules)
        made.append(
            Rule(
                id=number,
                name=f"Rule {number}",
                code=codes.pop() if codes and has_code else "",
                kind=kind,
                scope=Scope.BUNDLE if kind == Kind.BUNDLE_PRICE else scope,
                percent=draw(percents),
                amount=draw(amounts),
                buy=buy,
                get=get,
                tiers=tuple((2 * step + 1, percent) for step, percent in enumerate(draw(deeper_percents))),
                category_ids=category_ids,
                brand_ids=brand_ids,
                product_ids=product_ids,
                min_spend=draw(least_spends),
                starts_at=starts_at,
                ends_at=ends_at,
                usage_limit=usage_limit,
                uses=uses,
                is_exclusive=is_exclusive,
                priority=priority,
            )
        )
    return made


tariffs = st.none() | st.builds(
    DeliveryTariff,
    st.just("rider"),
    st.just("Rider"),
    st.dictionaries(cents(0, 500_000), cents(0, 50_000), min_size=1, max_size=3).map(
        lambda bands: tuple(bands.items())
    ),
    st.sampled_from([None, *TAXES]),
)
steps = st.sampled_from([Decimal("0.01"), Decimal("1.00"), Decimal("5.00")])
cases: dict[str, Any] = {
    "goods": baskets(),
    "promotions": rules(),
    "coupons": st.lists(st.sampled_from([*CODES, "NONE", " a "]), max_size=3),
    "tariff": tariffs,
    "step": steps,
}


def priced(goods: list[Goods], promotions: list[Rule], coupons: list[str], tariff: Any, step: Decimal) -> OrderPrice:
    return price_order(
        goods, rules=promotions, coupons=coupons, tariff=tariff, delivery_tax=STANDARD, rounding=step, at=AT
    )


def vat_of(gross: Decimal, percent: Decimal | None) -> Decimal:
    """The VAT in an amount, by whole numbers alone: half a cent goes up."""
    if percent is None:
        return Decimal("0.00")
    exact = Fraction(gross) * Fraction(percent) / (100 + Fraction(percent)) * 100
    return Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)).scaleb(-2)


@hypothesis_settings(max_examples=400, deadline=None, derandomize=True)
@given(**cases)
def test_an_order_is_the_sum_of_its_lines(
    goods: list[Goods], promotions: list[Rule], coupons: list[str], tariff: Any, step: Decimal
) -> None:
    lines, totals, applied, _answers = priced(goods, promotions, coupons, tariff, step)

    assert [(line.unit_price, line.quantity) for line in lines] == [(row.unit_price, row.quantity) for row in goods]
    for line, row in zip(lines, goods, strict=True):
        assert 0 <= line.discount <= line.unit_price * line.quantity
        assert line.total == line.unit_price * line.quantity - line.discount >= 0
        assert line.vat == vat_of(line.total, row.tax.percent)
        assert (line.tax_class, line.tax_rate) == row.tax
    assert totals.subtotal == sum(row.unit_price * row.quantity for row in goods)
    assert totals.discount == sum(line.discount for line in lines)
    assert totals.total == sum(line.total for line in lines) + totals.delivery + totals.rounding
    assert totals.total == totals.subtotal - totals.discount + totals.delivery + totals.rounding
    assert totals.total % step == 0
    assert -step / 2 < totals.rounding <= step / 2
    assert totals.vat == sum(line.vat for line in lines) + totals.delivery_vat
    tax = (tariff.tax if tariff else None) or STANDARD
    assert totals.delivery_vat == vat_of(totals.delivery, tax.percent)
    of_goods = [each.amount for each in applied if each.rule.kind != Kind.FREE_DELIVERY]
    assert sum(of_goods) == totals.discount
    assert all(each.amount > 0 for each in applied)
    for amount in (*totals, *(value for line in lines for value in (line.discount, line.total, line.vat))):
        assert amount == amount.quantize(Decimal("0.01"))


@hypothesis_settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data(), **cases)
def test_nothing_depends_on_the_order_of_promotions_or_on_the_day_of_asking(
    data: st.DataObject,
    goods: list[Goods],
    promotions: list[Rule],
    coupons: list[str],
    tariff: Any,
    step: Decimal,
) -> None:
    first = priced(goods, promotions, coupons, tariff, step)

    assert priced(goods, promotions, coupons, tariff, step) == first
    assert priced(goods, data.draw(st.permutations(promotions)), coupons, tariff, step) == first


@hypothesis_settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data(), **cases)
def test_each_variant_gets_the_same_wherever_it_stands(
    data: st.DataObject,
    goods: list[Goods],
    promotions: list[Rule],
    coupons: list[str],
    tariff: Any,
    step: Decimal,
) -> None:
    shuffled = data.draw(st.permutations(goods))

    one, other = (priced(rows, promotions, coupons, tariff, step) for rows in (goods, shuffled))

    by_variant = dict(zip((row.variant_id for row in goods), one.lines, strict=True))
    assert [by_variant[row.variant_id] for row in shuffled] == other.lines
    assert (one.totals, one.applied, one.coupons) == (other.totals, other.applied, other.coupons)


@hypothesis_settings(max_examples=200, deadline=None, derandomize=True)
@given(**cases)
def test_every_coupon_is_answered_and_only_open_promotions_are_taken(
    goods: list[Goods], promotions: list[Rule], coupons: list[str], tariff: Any, step: Decimal
) -> None:
    price = priced(goods, promotions, coupons, tariff, step)

    asked = list(dict.fromkeys(code.strip().upper() for code in coupons))
    assert [answer.code for answer in price.coupons] == asked
    taken = [each.rule for each in price.applied]
    assert len({rule.id for rule in taken}) == len(taken)
    assert {rule.code for rule in taken if rule.code} == {each.code for each in price.coupons if each.reason is None}
    assert {rule.code for rule in taken} <= {"", *asked}
    assert all(rule.barrier(AT) is None for rule in taken)
    assert len(taken) <= 1 or not any(rule.is_exclusive for rule in taken)
    known = {rule.code for rule in promotions}
    for answer in price.coupons:
        assert (answer.reason == Reason.UNKNOWN) == (answer.code not in known)


@hypothesis_settings(max_examples=200, deadline=None, derandomize=True)
@given(**cases)
def test_no_exclusive_promotion_alone_would_have_saved_more(
    goods: list[Goods], promotions: list[Rule], coupons: list[str], tariff: Any, step: Decimal
) -> None:
    chosen = priced(goods, promotions, coupons, tariff, step).totals

    for group in ([rule for rule in promotions if not rule.is_exclusive], *([rule] for rule in promotions)):
        alone = priced(goods, [rule for rule in group if len(group) > 1 or rule.is_exclusive], coupons, tariff, step)
        assert chosen.total <= alone.totals.total
