"""Ask providers what became of payments that they have not told us about."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from electroports.jobs import SWEEP_SECONDS, while_time
from orders.actions.check_payment import check_payment
from orders.models import Payment
from orders.providers import next_check

logger = logging.getLogger(__name__)

BATCH = 200


def check_payments(*, at: datetime, limit: int = BATCH) -> int:
    """Ask about the payments whose time it is, at most `limit` of each provider; return of how many one was asked.

    Each is claimed by an UPDATE that one of several sweeps wins, and asked about with no transaction open. One that
    fails is logged and does not hold up the others. Each provider has its share of the time: one that hangs takes none
    of the others', and the rest of its own is left to the next sweep.
    """
    due = Payment.objects.to_check(at=at)
    providers = sorted(due.order_by().values_list("provider", flat=True).distinct())
    return sum(
        _check_some(due.filter(provider=provider), at, limit, SWEEP_SECONDS / len(providers)) for provider in providers
    )


def _check_some(due: QuerySet[Any], at: datetime, limit: int, seconds: float) -> int:
    asked = 0
    rows = list(due.select_related("order").order_by("next_check_at", "pk")[:limit])
    for payment in while_time(rows, seconds=seconds):
        again_at = next_check(began_at=payment.created_at, checks=payment.checks, at=at)
        mine = Payment.objects.filter(pk=payment.pk, next_check_at=payment.next_check_at)
        if not mine.update(next_check_at=again_at, checks=F("checks") + 1):
            continue  # another sweep was quicker
        try:
            check_payment(payment=payment, at=at)
        except Exception:
            logger.exception("payment not checked", extra={"facts": {"payment": payment.pk}})
        asked += 1
    return asked
