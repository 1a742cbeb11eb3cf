"""Send the refunds that are still to be sent, and ask what became of the others."""

from __future__ import annotations

from datetime import datetime

from electroports.jobs import while_time
from orders.actions.send_refund import send_refund
from orders.models import Refund

BATCH = 200


def check_refunds(*, at: datetime, limit: int = BATCH) -> int:
    """Send, or ask about, the refunds whose time it is, at most `limit`; return how many."""
    due = Refund.objects.to_check(at=at).order_by("next_check_at", "pk").values_list("pk", flat=True)[:limit]
    return sum(send_refund(refund_id=pk, at=at) for pk in while_time(list(due)))
