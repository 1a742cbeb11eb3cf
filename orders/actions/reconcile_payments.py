"""Compare what the ledger says of a provider with what the provider says itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from orders.actions.apply_report import apply_report
from orders.actions.check_payment import ask_provider
from orders.gateways.facts import Movement, Outcome
from orders.gateways.registry import gateway
from orders.models import LedgerEntry, Payment, Reconciliation, Refund
from orders.reconciling import Booked, Stretch, compare

logger = logging.getLogger(__name__)

KEPT_FINDINGS = 200
ASK_SECONDS = 40  # a job that takes longer than Q_CLUSTER's `timeout` is ended in the middle
AROUND = timedelta(days=1)  # what is in the books of one side on another day


def reconcile_payments(
    *,
    provider: str,
    since: datetime,
    until: datetime,
    at: datetime,
    movements: Iterable[Movement] | None = None,
    seconds: float | None = None,
) -> Reconciliation | None:
    """Compare the ledger with the provider's books of a stretch of time; write down and return what was found.

    First the provider is asked about every payment of that time that did not succeed, or about as many of them as there
    are `seconds` for: which ones is left to chance, so that all have theirs the next time. `movements` are its
    books where it has to be asked for them in another way, such as a statement; None is returned where there are none.
    Not to be called in a transaction.
    """
    ask_about_open(provider, since, until, at, seconds)
    books = movements if movements is not None else gateway(provider).movements(since=since, until=until)
    if books is None:
        return None
    told = list(books)
    booked = list(booked_entries(provider, since - AROUND, until + AROUND))
    stretch = Stretch(since, until)
    findings = list(compare(told, booked, stretch))
    if findings:
        logger.error("ledger and provider differ", extra={"facts": {"provider": provider, "count": len(findings)}})
    return Reconciliation.objects.create(
        provider=provider,
        since=since,
        until=until,
        ran_at=at,
        movements=len(told),
        entries=sum(since <= entry.at < until for entry in booked),
        differences=len(findings),
        findings=findings[:KEPT_FINDINGS],
    )


def ask_about_open(provider: str, since: datetime, until: datetime, at: datetime, seconds: float | None = None) -> None:
    """Ask about the payments of a stretch of time that did not succeed: a success may have been missed."""
    doubtful = Payment.objects.filter(provider=provider, created_at__gte=since, created_at__lt=until)
    give_up_at = time.monotonic() + seconds if seconds is not None else None
    for payment in doubtful.exclude(status=Payment.Status.SUCCEEDED).order_by("?").iterator(chunk_size=200):
        if give_up_at is not None and time.monotonic() > give_up_at:
            logger.warning("not all payments were asked about", extra={"facts": {"provider": provider}})
            break
        if not payment.is_open and not payment.provider_reference:
            continue  # it came to nothing; to ask by the shop's own reference could begin it anew
        try:
            report = ask_provider(payment, at=at)
            if payment.is_open or report.outcome == Outcome.SUCCEEDED:
                apply_report(payment_id=payment.pk, report=report, at=at)
        except Exception:
            logger.exception("payment not checked", extra={"facts": {"payment": payment.pk}})


def booked_entries(provider: str, since: datetime, until: datetime) -> Iterator[Booked]:
    """Yield what the ledger has of a provider in a stretch of time, under every name that it goes by."""
    entries = LedgerEntry.objects.filter(provider=provider, created_at__gte=since, created_at__lt=until)
    captured = entries.filter(kind=LedgerEntry.Kind.CAPTURED).select_related("payment").order_by("pk")
    for entry in captured.iterator(chunk_size=1000):
        payment = entry.payment
        names = {entry.reference, payment.receipt, payment.provider_reference, str(payment.reference)} - {""}
        yield Booked(frozenset(names), entry.amount, entry.created_at, f"receipt {payment.receipt or entry.reference}")
    refunds = Refund.objects.filter(
        payment__provider=provider,
        status=Refund.Status.SUCCEEDED,
        is_by_hand=False,
        settled_at__gte=since,
        settled_at__lt=until,
    )
    for refund in refunds.order_by("pk").iterator(chunk_size=1000):
        names = {refund.receipt, refund.provider_reference, str(refund.reference)} - {""}
        yield Booked(frozenset(names), -refund.amount, refund.settled_at or until, f"refund {refund.pk}")
