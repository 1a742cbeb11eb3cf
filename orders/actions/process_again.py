"""Act once more upon a stored message of a provider."""

from __future__ import annotations

from datetime import datetime

from orders.actions.process_message import process_message
from orders.errors import AlreadyDone
from orders.models import ProviderMessage


def process_again(*, message: ProviderMessage, at: datetime) -> ProviderMessage:
    """Act upon a message anew, whatever became of it, and return it as it is then; what it says counts once.

    Not to be called in a transaction. Raises AlreadyDone if somebody did since it was read.
    """
    mine = ProviderMessage.objects.filter(pk=message.pk, attempts=message.attempts)
    if not mine.update(status=ProviderMessage.Status.RECEIVED, next_attempt_at=at):
        raise AlreadyDone("This message was acted upon meanwhile. See what became of it.")
    process_message(message_id=message.pk, at=at)
    message.refresh_from_db()
    return message
