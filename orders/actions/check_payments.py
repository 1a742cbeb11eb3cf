"""Ask providers what became of payments that they have not told us about."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import F

from orders.actions.apply_report import OPEN, apply_report
from orders.gateways.facts import Outcome, Report
from orders.gateways.registry import gateway
from orders.models import Payment
from orders.providers import begun, next_check

logger = logging.getLogger(__name__)

BATCH = 200


def check_payments(*, at: datetime, limit: int = BATCH) -> int:
    """Ask about the payments whose time it is, at most `limit`; return of how many a provider was asked.

    Each is claimed by an UPDATE that one of several sweeps wins, and asked about with no transaction open. One that
    fails is logged and does not hold up the others.
    """
    due = Payment.objects.to_check(at=at).order_by("next_check_at", "pk")
    asked = 0
    for payment in list(due[:limit]):
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


def check_payment(*, payment: Payment, at: datetime) -> Payment:
    """Ask the provider about one payment and write down what it says; not to be called in a transaction."""
    if payment.status not in OPEN:
        Payment.objects.filter(pk=payment.pk).exclude(status__in=OPEN).update(next_check_at=None)
        return payment
    report = Report(Outcome.UNKNOWN)
    if payment.provider_reference or gateway(payment.provider).terms.can_repeat:
        report = gateway(payment.provider).query(begun(payment), at=at)
    return apply_report(payment_id=payment.pk, report=report, at=at)
