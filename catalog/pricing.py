"""Prices: what part of them is VAT, and how they are written."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def vat_part(gross: Decimal, *, percent: Decimal) -> Decimal:
    """Return the VAT contained in a gross amount: gross × p / (100 + p), rounded half up to the cent.

    Kenya's VAT Act 2013, section 13: prices to consumers include the tax; the standard rate is 16 %.
    """
    return (gross * percent / (100 + percent)).quantize(CENT, rounding=ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """Return an amount as the API writes it: two decimals, no separators."""
    return f"{amount:.2f}"
