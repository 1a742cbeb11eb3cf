"""Wait no longer for what was to be paid on delivery."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from orders.gateways.facts import Reason
from orders.models import Order, Payment
from orders.providers import promising_providers


def promises_of(order: Order) -> QuerySet[Payment]:
    """Return the payments of an order that are waited for on delivery."""
    return order.payments.filter(status=Payment.Status.PENDING, provider__in=promising_providers())


def withdraw_promises(*, order: Order, at: datetime, but: Payment | None = None) -> None:
    """Wait no longer for what was to be paid on delivery, but for one of them, in the caller's transaction."""
    promises = promises_of(order).exclude(pk=but.pk) if but else promises_of(order)
    promises.update(status=Payment.Status.WITHDRAWN, reason=Reason.WITHDRAWN, settled_at=at)
