"""What holds of every price, whatever is in the basket and whatever promotions there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
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


percents = st.integers(1, 10_000).map(lambda amount: Decimal(amount).scaleb(-2))


@st.composite
def baskets(draw: st.DrawFn) -> list[Goods]:
    """Up to eight variants of up to five products."""
    return [
        Goods(
            variant_id=variant,
            product_id=draw(st.integers(1, 5)),
            brand_id=draw(st.integers(1, 3)),
            category_id=draw(st.integers(1, 3)),
            unit_price=draw(cents(1, 500_000) | cents(1, 100)),
            quantity=draw(st.integers(1, 12)),
            tax=draw(st.sampled_from(TAXES)),
        )
        for variant in draw(st.permutations(range(1, draw(st.integers(1, 8)) + 1)))
    ]


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    """Up to six promotions, a code at most once."""
    made = []
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3))
    for number in range(1, draw(st.integers(0, 6)) + 1):
        kind = draw(st.sampled_from(list(Kind)))
        scope = Scope.BUNDLE if kind == Kind.BUNDLE_PRICE else draw(st.sampled_from(list(Scope)))
        deeper = sorted(draw(st.sets(percents, min_size=1, max_size=3)))
        made.append(
            Rule(
                id=number,
                name=f"Rule {number}",
                code=codes.pop() if codes and draw(st.booleans()) else "",
                kind=kind,
                scope=scope,
                percent=draw(percents),
                amount=draw(cents(1, 300_000)),
                buy=draw(st.integers(1, 3)),
                get=draw(st.integers(1, 3)),
                tiers=tuple((2 * step + 1, percent) for step, percent in enumerate(deeper)),
                category_ids=draw(st.frozensets(st.integers(1, 3))),
                brand_ids=draw(st.frozensets(st.integers(1, 3))),
                product_ids=draw(st.frozensets(st.integers(1, 5), min_size=1, max_size=3)),
                min_spend=draw(st.just(Decimal(0)) | cents(1, 100_000)),
                starts_at=draw(st.sampled_from([None, AT - timedelta(1), AT, AT + timedelta(1)])),
                ends_at=draw(st.sampled_from([None, AT, AT + timedelta(2)])),
                usage_limit=draw(st.sampled_from([None, 1, 5])),
                uses=draw(st.integers(0, 3)),
                is_exclusive=draw(st.booleans()),
                priority=draw(st.integers(-1, 1)),
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
