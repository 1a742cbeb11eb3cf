"""Ask providers what became of payments that they have not told us about."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from orders.actions.apply_report import OPEN, apply_report
from orders.actions.withdraw_payment import withdraw_payment
from orders.gateways.facts import Outcome, Report
from orders.gateways.registry import gateway
from orders.models import Payment
from orders.providers import begun, can_withdraw, next_check, terms_of

logger = logging.getLogger(__name__)

BATCH = 200
SWEEP_SECONDS = 60  # a job that takes longer than Q_CLUSTER's `timeout` is ended in the middle


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
    until = time.monotonic() + seconds
    asked = 0
    for payment in list(due.select_related("order").order_by("next_check_at", "pk")[:limit]):
        if time.monotonic() > until:
            break
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
    """Ask the provider about one payment and write down what it says; not to be called in a transaction.

    One that the customer can act on no longer, or whose order is over, is called off where that can be done: else it
    could still be paid, beside another one.
    """
    if payment.status not in OPEN:
        Payment.objects.filter(pk=payment.pk).exclude(status__in=OPEN).update(next_check_at=None)
        return payment
    is_over = payment.expires_at <= at or (payment.order is not None and payment.order.is_over)
    if is_over and can_withdraw(payment.provider) and payment.status != Payment.Status.STARTING:
        return withdraw_payment(payment_id=payment.pk, at=at)
    return apply_report(payment_id=payment.pk, report=ask_provider(payment, at=at), at=at)


def ask_provider(payment: Payment, *, at: datetime) -> Report:
    """Return what the provider says of a payment; of one that it gave no name, only if it knows the shop's."""
    terms = terms_of(payment.provider)
    if terms is None or not (payment.provider_reference or terms.can_repeat):
        return Report(Outcome.UNKNOWN)
    return gateway(payment.provider).query(begun(payment), at=at)
