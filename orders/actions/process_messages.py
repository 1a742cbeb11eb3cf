"""Act upon what providers sent and nobody has acted upon yet."""

from __future__ import annotations

from datetime import datetime

from electroports.jobs import while_time
from orders.actions.process_message import process_message
from orders.models import ProviderMessage

BATCH = 200


def process_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Act upon the messages whose time it is, whose jobs were lost or failed, at most `limit`; return how many."""
    due = ProviderMessage.objects.due(at=at).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit]
    return sum(process_message(message_id=pk, at=at) for pk in while_time(list(due)))
