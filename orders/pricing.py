"""What an order costs: pure arithmetic in KES, prices with VAT included."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from catalog.pricing import vat_part

ZERO = Decimal("0.00")
MAX_TOTAL = Decimal("9999999999.99")  # what the columns of an order hold


class LinePrice(NamedTuple):
    """What one line costs; `vat` is the part of `total` that is VAT."""

    unit_price: Decimal
    quantity: int
    discount: Decimal
    total: Decimal
    vat: Decimal


class OrderPrice(NamedTuple):
    """What an order costs; `vat` is the part of `total` that is VAT."""

    subtotal: Decimal
    discount: Decimal
    delivery: Decimal
    rounding: Decimal
    vat: Decimal
    total: Decimal


def price_line(unit_price: Decimal, quantity: int, *, vat_percent: Decimal, discount: Decimal = ZERO) -> LinePrice:
    """Price `quantity` units: total = unit price × quantity − discount, and the VAT in it, rounded half up once.

    The VAT (Kenya's VAT Act 2013: gross × p / (100 + p)) is taken from the line and not from the unit, so that rounding
    happens once per line; an order's VAT is the sum of its lines'.
    """
    total = unit_price * quantity - discount
    return LinePrice(unit_price, quantity, discount, total, vat_part(total, percent=vat_percent))


def price_order(
    lines: Iterable[LinePrice], *, discount: Decimal = ZERO, delivery: Decimal = ZERO, rounding: Decimal = ZERO
) -> OrderPrice:
    """Sum up: total = Σ line totals − discount + delivery + rounding; VAT = Σ the lines' VAT."""
    subtotal = vat = ZERO
    for line in lines:
        subtotal += line.total
        vat += line.vat
    total = subtotal - discount + delivery + rounding
    return OrderPrice(subtotal, discount, delivery, rounding, vat, total)
