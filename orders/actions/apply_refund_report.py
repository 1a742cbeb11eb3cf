"""What a provider says of a refund becomes what the shop knows of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import F

from electroports.transactions import in_transaction
from orders.actions.lock_payment import lock_payment
from orders.actions.settle_refund import settle_refund
from orders.gateways.facts import Outcome, RepaymentReport
from orders.models import Payment, Refund
from orders.providers import next_check


def apply_refund_report(*, refund_id: int, report: RepaymentReport, at: datetime) -> None:
    """Move a refund to where `report` says it is, in one transaction; the same report twice changes nothing."""
    in_transaction(partial(_apply, refund_id, report, at))


def _apply(refund_id: int, report: RepaymentReport, at: datetime) -> None:
    if report.outcome == Outcome.SUCCEEDED:
        settle_refund(
            refund_id=refund_id,
            receipt=report.receipt,
            provider_reference=report.provider_reference,
            detail=report.detail,
            at=at,
        )
        return
    lock_payment(payment_id=Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.get(pk=refund_id)
    if not refund.is_open:
        if refund.status == Refund.Status.SUCCEEDED and report.outcome == Outcome.FAILED:
            refund.attention = f"The provider said that it went through, and now: {report.detail}"[:200]
            refund.save(update_fields=["attention"])
        return
    refund.provider_reference = refund.provider_reference or report.provider_reference
    refund.detail = report.detail[:300] or refund.detail
    if report.outcome == Outcome.FAILED:
        refund.status, refund.settled_at, refund.next_check_at = Refund.Status.FAILED, at, None
        refund.attention = "The provider did not give it back."
        Payment.objects.filter(pk=refund.payment_id).update(refunding=F("refunding") - refund.amount)
    else:
        refund.next_check_at = next_check(began_at=refund.created_at, checks=refund.checks, at=at)
        if refund.next_check_at is None:
            refund.attention = "The provider did not say within a day whether it was given back."
    refund.save()
