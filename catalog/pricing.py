"""Prices: what part of them is VAT, and how they are written."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.conf import settings

CENT = Decimal("0.01")


class Tax(NamedTuple):
    """A tax class and its rate, which is None where no VAT is charged: exempt goods, or a shop that is not registered.

    Zero-rated goods have the rate 0: the customer pays the same, and the invoice says something else.
    """

    code: str
    percent: Decimal | None


def vat_part(gross: Decimal, *, percent: Decimal) -> Decimal:
    """Return the VAT contained in a gross amount: gross × p / (100 + p), rounded half up to the cent.

    Kenya's VAT Act 2013, section 13: prices to consumers include the tax; the standard rate is 16 %.
    """
    return (gross * percent / (100 + percent)).quantize(CENT, rounding=ROUND_HALF_UP)


def tax_charged(code: str, percent: Decimal | None, *, is_exempt: bool) -> Tax:
    """Return a tax class as this shop charges it: a class without a rate has that of VAT_PERCENT."""
    if is_exempt or not settings.VAT_REGISTERED:
        return Tax(code, None)
    return Tax(code, settings.VAT_PERCENT if percent is None else percent)


def usual_tax() -> Tax:
    """Return the tax class of goods in a shop that has no classes."""
    return tax_charged("standard", None, is_exempt=False)


def vat_in(gross: Decimal, tax: Tax) -> Decimal:
    """Return the VAT contained in a gross amount of this tax class."""
    return Decimal("0.00") if tax.percent is None else vat_part(gross, percent=tax.percent)


def money(amount: Decimal) -> str:
    """Return an amount as the API writes it: two decimals, no separators."""
    return f"{amount:.2f}"


def shown_amount(amount: Decimal) -> str:
    """Return an amount as people write it, without cents where there are none: `12,500` or `12,500.50`."""
    return f"{amount:,.2f}".removesuffix(".00")


def shown_price(amount: Decimal) -> str:
    """Return an amount as people write it, with the shop's currency: `KES 12,500`."""
    return f"{settings.CURRENCY} {shown_amount(amount)}"
