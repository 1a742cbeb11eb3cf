"""What a provider says of a refund becomes what the shop knows of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import F

from catalog.pricing import shown_price
from electroports.transactions import in_transaction
from orders.actions.hold_payment import hold_payment
from orders.actions.keep_books import enter, keep_books, note_on_timeline
from orders.actions.tell_customer import tell_customer
from orders.gateways.facts import Outcome, RepaymentReport
from orders.models import LedgerEntry, OrderEvent, OrderMessage, Payment, Refund
from orders.providers import next_check

DECIDED = frozenset({Refund.Status.SUCCEEDED, Refund.Status.FAILED})


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
    hold_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.get(pk=refund_id)
    if refund.status in DECIDED:
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


def settle_refund(*, refund_id: int, receipt: str, detail: str, at: datetime, provider_reference: str = "") -> None:
    """Enter a refund that went through, in the caller's transaction; one that is entered already stays as it is."""
    payment, order = hold_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_related("acting_user").get(pk=refund_id)
    if refund.status == Refund.Status.SUCCEEDED:
        return
    if refund.status == Refund.Status.FAILED:  # so it was said, and yet it went through
        payment.refunding += refund.amount
    refund.status, refund.settled_at, refund.next_check_at = Refund.Status.SUCCEEDED, at, None
    refund.receipt = receipt[:60] or refund.receipt
    refund.provider_reference = refund.provider_reference or provider_reference
    refund.detail, refund.attention = detail[:300] or refund.detail, ""
    refund.save()
    enter(
        payment=payment,
        kind=LedgerEntry.Kind.REFUNDED,
        reference=refund.reference.hex,
        amount=refund.amount,
        note=refund.receipt or refund.provider_reference,
        acting_user=refund.acting_user,
        at=at,
    )
    payment.refunded += refund.amount
    payment.save(update_fields=["refunded", "refunding"])
    if order is not None:
        order.repaid += refund.amount
        keep_books(order)
        note_on_timeline(
            order=order,
            note=OrderEvent.Note.REFUND,
            reason=f"{shown_price(refund.amount)} given back: {refund.reason}",
            acting_user=refund.acting_user,
            at=at,
        )
        kind = OrderMessage.Kind.REFUNDED
        tell_customer(order=order, kind=kind, event=str(refund.pk), amount=refund.amount, at=at)
