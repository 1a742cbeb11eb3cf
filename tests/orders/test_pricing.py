"""The arithmetic of orders."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pricing import money, vat_part
from orders.pricing import price_line, price_order

prices = st.decimals(min_value="0.01", max_value="9999999.99", places=2)
quantities = st.integers(min_value=1, max_value=1000)
percents = st.sampled_from([Decimal(0), Decimal(8), Decimal(14), Decimal(16)])


@pytest.mark.parametrize(
    ("gross", "percent", "vat"),
    [("116.00", 16, "16.00"), ("1000.00", 16, "137.93"), ("0.01", 16, "0.00"), ("0.04", 16, "0.01"), ("99.99", 0, "0")],
)
def test_vat_part(gross: str, percent: int, vat: str) -> None:
    assert vat_part(Decimal(gross), percent=Decimal(percent)) == Decimal(vat)


def test_half_a_cent_goes_up() -> None:
    assert vat_part(Decimal("0.05"), percent=Decimal(100) / Decimal(9)) == Decimal("0.01")  # exactly 0.005


@given(price=prices, quantity=quantities, percent=percents)
def test_line(price: Decimal, quantity: int, percent: Decimal) -> None:
    line = price_line(price, quantity, vat_percent=percent)

    assert line.total == price * quantity
    exact = Fraction(line.total) * Fraction(percent) / (100 + Fraction(percent))
    assert abs(Fraction(line.vat) - exact) <= Fraction(1, 200)
    assert line.vat == line.vat.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert 0 <= line.vat < line.total


@given(lines=st.lists(st.tuples(prices, quantities), min_size=1, max_size=100), percent=percents)
def test_order_is_the_sum_of_its_lines(lines: list[tuple[Decimal, int]], percent: Decimal) -> None:
    priced = [price_line(price, quantity, vat_percent=percent) for price, quantity in lines]

    order = price_order(priced)

    assert order.subtotal == order.total == sum(price * quantity for price, quantity in lines)
    assert order.vat == sum(line.vat for line in priced)
    assert money(order.total) == str(order.total)


@given(price=prices, quantity=quantities, part=st.decimals(min_value=0, max_value=1, places=2), delivery=prices)
def test_discounts_delivery_and_rounding(price: Decimal, quantity: int, part: Decimal, delivery: Decimal) -> None:
    discount = (price * part).quantize(Decimal("0.01"))
    line = price_line(price, quantity, vat_percent=Decimal(16), discount=discount)
    order = price_order([line], discount=Decimal("0.00"), delivery=delivery, rounding=Decimal("0.40"))

    assert line.total == price * quantity - discount
    assert order.total == order.subtotal - order.discount + order.delivery + order.rounding
    assert order.subtotal == line.total
