"""Cash on delivery: a promise, up to an amount and in the counties where the shop's riders take money."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

from django.conf import settings

from orders.gateways.facts import OrderFacts, Terms
from orders.gateways.offline import OfflineGateway


class CashOnDelivery(OfflineGateway):
    """The order is agreed to, and paid when it is handed over."""

    name = "cash_on_delivery"

    def __init__(self, *, most: Decimal, counties: Collection[str]) -> None:
        self.counties = {county.casefold() for county in counties}
        self.terms = Terms(
            label="Cash on delivery",
            lifetime=timedelta(0),
            max_amount=most,
            can_withdraw=True,
            can_repeat=True,  # nobody is asked: one whose beginning was interrupted is promised all the same
            confirms_unpaid=True,
        )

    def refusal(self, order: OrderFacts, amount: Decimal) -> str | None:
        """Return why this order cannot be paid on delivery."""
        if self.terms.max_amount is not None and order.total > self.terms.max_amount:
            return f"Only orders up to {self.terms.max_amount:,.0f} can be paid on delivery."
        if amount != order.due:
            return "On delivery all that is due is paid at once."
        if self.counties and order.county.casefold() not in self.counties:
            return "In this county orders cannot be paid on delivery."
        return None


def build() -> CashOnDelivery:
    """Return the gateway as the settings have it."""
    return CashOnDelivery(most=settings.CASH_ON_DELIVERY_MAX, counties=settings.CASH_ON_DELIVERY_COUNTIES)
