"""The arithmetic of orders."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pricing import Tax, money, vat_part
from orders.pricing import DeliveryTariff, half_up, price_line, round_total, spread

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
    assert half_up(Fraction(1, 200)) == half_up(Decimal("0.005")) == Decimal("0.01")
    assert half_up(Fraction(1, 201)) == Decimal("0.00")


@given(price=prices, quantity=quantities, percent=percents)
def test_line(price: Decimal, quantity: int, percent: Decimal) -> None:
    line = price_line(price, quantity, tax=Tax("standard", percent))

    assert line.total == price * quantity
    exact = Fraction(line.total) * Fraction(percent) / (100 + Fraction(percent))
    assert abs(Fraction(line.vat) - exact) <= Fraction(1, 200)
    assert line.vat == line.vat.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert 0 <= line.vat < line.total


def test_exempt_and_zero_rated_lines_differ_by_their_rate_alone() -> None:
    exempt = price_line(Decimal("99.99"), 3, tax=Tax("exempt", None))
    zero = price_line(Decimal("99.99"), 3, tax=Tax("zero", Decimal(0)))

    assert (exempt.tax_class, exempt.tax_rate, exempt.vat) == ("exempt", None, Decimal("0.00"))
    assert (zero.tax_class, zero.tax_rate, zero.vat) == ("zero", Decimal(0), Decimal("0.00"))
    assert exempt.total == zero.total == Decimal("299.97")


@given(price=prices, quantity=quantities, part=st.decimals(min_value=0, max_value=1, places=2))
def test_a_discount_takes_its_vat_along(price: Decimal, quantity: int, part: Decimal) -> None:
    discount = (price * part).quantize(Decimal("0.01"))

    line = price_line(price, quantity, tax=Tax("standard", Decimal(16)), discount=discount)

    assert line.total == price * quantity - discount
    assert line.vat == vat_part(line.total, percent=Decimal(16))
    assert money(line.total) == str(line.total)


@pytest.mark.parametrize(
    ("exact", "step", "rounding"),
    [
        ("999.60", "1.00", "0.40"),
        ("999.50", "1.00", "0.50"),
        ("999.49", "1.00", "-0.49"),
        ("1000.00", "1.00", "0.00"),
        ("999.49", "0.01", "0.00"),
        ("999.49", "5.00", "0.51"),
        ("0.49", "1.00", "-0.49"),
    ],
)
def test_rounding(exact: str, step: str, rounding: str) -> None:
    assert round_total(Decimal(exact), Decimal(step)) == Decimal(rounding)


@given(data=st.data(), weights=st.lists(st.decimals(min_value=0, max_value=99999, places=2), min_size=1, max_size=30))
def test_shares_make_the_whole(data: st.DataObject, weights: list[Decimal]) -> None:
    whole = sum(weights, Decimal("0.00"))
    amount = data.draw(st.decimals(min_value=0, max_value=whole, places=2))
    keys = data.draw(st.permutations(range(len(weights))))

    shares = spread(amount, weights, keys)

    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight
        assert not whole or abs(Fraction(share) - Fraction(amount) * Fraction(weight) / Fraction(whole)) < Fraction(
            1, 100
        )


def test_of_equal_remainders_the_lower_key_gets_the_cent() -> None:
    equal = [Decimal("10.00")] * 3

    assert spread(Decimal("0.01"), equal, [7, 5, 9]) == [Decimal("0.00"), Decimal("0.01"), Decimal("0.00")]
    assert spread(Decimal("0.02"), equal, [7, 5, 9]) == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]
    assert spread(Decimal("0.00"), [Decimal("0.00")], [1]) == [Decimal("0.00")]


@pytest.mark.parametrize(
    ("goods", "price"), [("0", "300"), ("1999.99", "300"), ("2000", "150"), ("4999.99", "150"), ("5000", "0")]
)
def test_a_tariff_has_bands(goods: str, price: str) -> None:
    bands = ((Decimal(5000), Decimal(0)), (Decimal(0), Decimal(300)), (Decimal(2000), Decimal(150)))

    assert DeliveryTariff("rider", "Rider", bands).price(Decimal(goods)) == Decimal(price)


def test_below_its_first_band_a_tariff_has_the_first_price() -> None:
    tariff = DeliveryTariff("rider", "Rider", ((Decimal(100), Decimal(300)), (Decimal(200), Decimal(100))))

    assert tariff.price(Decimal("99.99")) == Decimal(300)
