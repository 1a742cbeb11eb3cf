"""Money has gone back: write it down."""

from __future__ import annotations

from datetime import datetime

from catalog.pricing import shown_price
from orders.actions.keep_books import keep_books
from orders.actions.lock_payment import lock_payment
from orders.actions.note_on_timeline import note_on_timeline
from orders.actions.tell_customer import tell_customer
from orders.actions.write_entry import write_entry
from orders.models import LedgerEntry, OrderEvent, OrderMessage, Refund


def settle_refund(*, refund_id: int, receipt: str, detail: str, at: datetime, provider_reference: str = "") -> None:
    """Enter a refund that went through, in the caller's transaction; one that is entered already stays as it is."""
    payment, order = lock_payment(payment_id=Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
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
    write_entry(
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
        keep_books(order=order)
        note_on_timeline(
            order=order,
            note=OrderEvent.Note.REFUND,
            reason=f"{shown_price(refund.amount)} given back: {refund.reason}",
            acting_user=refund.acting_user,
            at=at,
        )
        kind = OrderMessage.Kind.REFUNDED
        tell_customer(order=order, kind=kind, event=str(refund.pk), amount=refund.amount, at=at)
