"""Bank transfers, and whatever else staff record by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from orders.gateways.facts import OrderFacts, Terms
from orders.gateways.offline import OfflineGateway


class Bank(OfflineGateway):
    """Customers cannot begin it: staff record what they find on the statement."""

    name = "bank"
    terms = Terms(label="Bank transfer", lifetime=timedelta(0), is_for_staff=True)

    def refusal(self, order: OrderFacts, amount: Decimal) -> str | None:
        """Staff may record anything."""
        return None


def build() -> Bank:
    """Return the gateway."""
    return Bank()
