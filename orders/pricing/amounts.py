"""Amounts: what a line and an order come to, what of it is VAT, and how a sum is shared out to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from catalog.pricing import CENT, Tax, vat_in

ZERO = Decimal("0.00")
MAX_TOTAL = Decimal("9999999999.99")  # what the columns of an order hold


class LinePrice(NamedTuple):
    """What one line costs; `vat` is the part of `total` that is VAT."""

    unit_price: Decimal
    quantity: int
    discount: Decimal
    total: Decimal
    vat: Decimal
    tax_class: str
    tax_rate: Decimal | None


class Totals(NamedTuple):
    """What an order costs: total = subtotal − discount + delivery + rounding.

    `subtotal` is Σ unit price × quantity, `discount` the sum of the lines'; `vat` is the part of the total that is VAT,
    of which `delivery_vat` is in the delivery.
    """

    subtotal: Decimal
    discount: Decimal
    delivery: Decimal
    delivery_vat: Decimal
    rounding: Decimal
    vat: Decimal
    total: Decimal


def half_up(amount: Decimal | Fraction) -> Decimal:
    """Return an amount to the cent, half a cent up."""
    if isinstance(amount, Fraction):  # exactly, and not by a division of decimals that is cut off somewhere
        return Decimal((2 * 100 * amount.numerator + amount.denominator) // (2 * amount.denominator)).scaleb(-2)
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def price_line(unit_price: Decimal, quantity: int, *, tax: Tax, discount: Decimal = ZERO) -> LinePrice:
    """Price `quantity` units: total = unit price × quantity − discount, and the VAT in it, rounded half up once.

    The VAT (Kenya's VAT Act 2013: gross × p / (100 + p)) is taken from the line and not from the unit, so that rounding
    happens once per line; an order's VAT is the sum of its lines' and of its delivery's.
    """
    total = unit_price * quantity - discount
    return LinePrice(unit_price, quantity, discount, total, vat_in(total, tax), tax.code, tax.percent)


def round_total(exact: Decimal, step: Decimal) -> Decimal:
    """Return what brings a total to a multiple of `step`, half up: 0.40 for 999.60 in whole shillings."""
    return (exact / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step - exact


def spread(amount: Decimal, weights: Sequence[Decimal], keys: Sequence[int]) -> list[Decimal]:
    """Share an amount out in proportion to weights, to the cent, and so that no share is over its weight.

    By largest remainder; of equal remainders, the lower key gets the cent. `amount` is at most the sum of the weights.
    """
    cents, shares = int(amount * 100), [int(weight * 100) for weight in weights]
    whole = sum(shares)
    if not whole:
        return [ZERO] * len(shares)
    parts = [divmod(cents * share, whole) for share in shares]
    given = [part for part, _rest in parts]
    missing = cents - sum(given)
    for place in sorted(range(len(parts)), key=lambda place: (-parts[place][1], keys[place]))[:missing]:
        given[place] += 1
    return [Decimal(part).scaleb(-2) for part in given]
