"""Ask providers to give money back, and what became of it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import F

from orders.actions.apply_refund_report import apply_refund_report
from orders.gateways.facts import MessageKind, Outcome, Repayment, RepaymentReport
from orders.gateways.registry import gateway
from orders.models import Refund
from orders.provider_links import callback_url
from orders.providers import begun, next_check

logger = logging.getLogger(__name__)


def send_refund(*, refund_id: int, at: datetime) -> bool:
    """Ask the provider to give a refund back, or, if it was asked before, what became of it; return whether it was.

    A refund is sent by whoever wins an UPDATE, and never a second time, unless the provider keeps idempotency: of one
    whose answer was lost, only questions are asked. Not to be called in a transaction.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    again_at = next_check(began_at=refund.created_at, checks=refund.checks, at=at)
    mine = Refund.objects.filter(pk=refund_id, status=refund.status, next_check_at=refund.next_check_at)
    is_first = refund.status == Refund.Status.REQUESTED
    if refund.next_check_at is None or not mine.update(
        status=Refund.Status.SENT, next_check_at=again_at, checks=F("checks") + 1
    ):
        return False
    provider = gateway(refund.payment.provider)
    repayment = Repayment(
        reference=str(refund.reference),
        payment=begun(refund.payment),
        amount=refund.amount,
        reason=refund.reason,
        callback_url=callback_url(MessageKind.REFUND, refund.reference),
        at=refund.created_at,
        provider_reference=refund.provider_reference,
    )
    try:
        is_to_be_sent = is_first or (provider.terms.can_repeat and not refund.provider_reference)
        report = provider.refund(repayment) if is_to_be_sent else provider.query_refund(repayment, at=at)
    except Exception:
        logger.exception("refund not sent", extra={"facts": {"refund": refund_id}})
        report = RepaymentReport(Outcome.UNKNOWN)
    apply_refund_report(refund_id=refund_id, report=report, at=at)
    return True
