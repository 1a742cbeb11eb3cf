"""Send a message again, or after all."""

from __future__ import annotations

from datetime import datetime

from electroports.jobs import enqueue
from electroports.transactions import in_transaction
from orders.models import OrderMessage


def resend_messages(*, ids: list[int], at: datetime) -> int:
    """Have messages sent that were sent, given up or left out; return how many. What waits, waits on."""
    done = OrderMessage.Status.SENT, OrderMessage.Status.SKIPPED, OrderMessage.Status.DEAD

    def put_back() -> int:
        changed = OrderMessage.objects.filter(pk__in=ids, status__in=done).update(
            status=OrderMessage.Status.WAITING,
            attempts=0,
            next_attempt_at=at,
            give_up_at=at + OrderMessage.TRIED_FOR,
            claimed_at=None,
            sent_at=None,
        )
        if changed:
            enqueue("orders.tasks.send_messages")
        return changed

    return in_transaction(put_back)
