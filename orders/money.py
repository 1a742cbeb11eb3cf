"""What an order's ledger means: pure arithmetic in the shop's currency."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, F, Value, When

from orders.models import Order

ZERO = Decimal("0.00")


class Books(NamedTuple):
    """What an order is worth, and what its ledger sums up to."""

    total: Decimal
    written_off: Decimal
    paid: Decimal
    repaid: Decimal
    is_over: bool = False

    @property
    def net(self) -> Decimal:
        """What the shop has of it."""
        return self.paid - self.repaid

    @property
    def wanted(self) -> Decimal:
        """What the shop is to have of it; nothing of an order that was called off or ran out."""
        return ZERO if self.is_over else self.total - self.written_off

    @property
    def owed(self) -> Decimal:
        """What came in beyond that, and is to go back."""
        return max(self.net - self.wanted, ZERO)

    @property
    def status(self) -> Order.PaymentStatus:
        """What the ledger says of the money: of an order that is over, what became of what was paid."""
        statuses = Order.PaymentStatus
        if self.repaid and self.net <= 0:
            return statuses.REFUNDED
        if self.net >= self.total - self.written_off:
            return statuses.PAID
        if self.repaid:
            return statuses.PARTIALLY_REFUNDED
        return statuses.PARTIALLY_PAID if self.paid else statuses.UNPAID


def books_of(order: Order) -> Books:
    """Return an order's books as its row has them; they are kept in the transaction of every ledger entry."""
    return Books(order.total, order.written_off, order.paid, order.repaid, order.is_over)


def owed_in(status: str) -> Case:
    """Return what an order with `status` owes back, as an expression over its row: to be written with the status."""
    wanted = Value(ZERO) if status in Order.OVER else F("total") - F("written_off")
    beyond = F("paid") - F("repaid") - wanted
    return Case(When(paid__gt=F("repaid") + wanted, then=beyond), default=Value(ZERO))
