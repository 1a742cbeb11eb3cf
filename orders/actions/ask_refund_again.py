"""Ask a provider once more about a refund of which it did not say what became."""

from __future__ import annotations

from datetime import datetime

from orders.actions.send_refund import send_refund
from orders.errors import PaymentNotOpen
from orders.models import Refund


def ask_refund_again(*, refund: Refund, at: datetime) -> Refund:
    """Ask now, whenever it would have been asked next, and return the refund as it is after the answer.

    Like every sending it is claimed, so however many ask, the provider gives back once. Not to be called in a
    transaction. Raises PaymentNotOpen for a refund that was decided, or was given back by hand.
    """
    due = Refund.objects.filter(pk=refund.pk, status__in=Refund.OPEN, is_by_hand=False)
    if not due.update(next_check_at=at, attention=""):
        raise PaymentNotOpen("What became of this refund is known already.")
    send_refund(refund_id=refund.pk, at=at)
    refund.refresh_from_db()
    return refund
