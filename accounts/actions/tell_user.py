"""Put what somebody is to be told of an account into the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.models import AccountMessage, Link, User
from accounts.models.messages import MessageChannel, MessageKind
from electroports.jobs import enqueue


def tell_user(
    *,
    kind: MessageKind,
    to: str,
    user: User | None = None,
    link: Link | None = None,
    facts: Mapping[str, str] | None = None,
    channel: MessageChannel = MessageChannel.EMAIL,
    at: datetime,
) -> AccountMessage | None:
    """Write a message to the address or phone `to`, in the caller's transaction, and have it sent after that.

    `facts` are what its words name, and are kept: no token, no code. With a `link` it is sent only while that is good.
    Where there is no address (somebody who registered with a phone alone) there is nothing to do.
    """
    if not to:
        return None
    last = at + AccountMessage.TRIED_FOR
    message = AccountMessage.objects.create(
        kind=kind,
        channel=channel,
        recipient=to,
        user=user,
        link=link,
        facts=dict(facts or {}),
        created_at=at,
        next_attempt_at=at,
        give_up_at=last if link is None else min(last, link.expires_at),
    )
    enqueue("accounts.tasks.send_messages")
    return message
