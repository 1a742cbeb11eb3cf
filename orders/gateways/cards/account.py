"""The shop's account with Stripe, and how amounts are written there."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

# https://docs.stripe.com/currencies#zero-decimal. Every other currency has two decimals, but for these of three.
WITHOUT_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
WITH_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
MOST_UNITS = 99_999_999  # eight digits, whatever the currency


@dataclass(frozen=True, slots=True)
class Account:
    """The shop's account. Several secrets of webhooks are good at a time, so that they can be changed."""

    secret_key: str = field(repr=False)
    publishable_key: str
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    api_base: str = ""  # another address than Stripe's own

    @property
    def is_live(self) -> bool:
        """Tell whether it moves real money."""
        return "_live_" in self.secret_key


def is_taken(currency: str) -> bool:
    """Tell whether the shop's amounts, which have two decimals, can be asked for in a currency."""
    return currency not in WITH_THREE_DECIMALS


def to_units(amount: Decimal, currency: str) -> int | None:
    """Return an amount in the smallest unit of its currency, as Stripe wants it; None if it has none so small."""
    units = amount * (1 if currency in WITHOUT_DECIMALS else 100)
    return int(units) if units == units.to_integral_value() else None


def from_units(units: int, currency: str) -> Decimal:
    """Return what Stripe says of an amount as the shop writes it."""
    amount = Decimal(units) if currency in WITHOUT_DECIMALS else Decimal(units) / 100
    return amount.quantize(Decimal("0.01"))
