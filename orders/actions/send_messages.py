"""Send what customers are to be told of their orders, each message once."""

from __future__ import annotations

from datetime import datetime

from electroports.outbox import BATCH, Outbox, send_due
from orders.models import OrderMessage
from orders.order_mail import order_mail
from orders.order_words import is_still_true, words_for


def send_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` messages of each channel whose turn it is; return how many were taken in hand.

    Each is claimed by one of several senders, tried again for a week if it cannot be sent, and left out if it is no
    longer true (electroports/outbox.py).
    """
    outbox: Outbox[OrderMessage] = Outbox(
        messages=OrderMessage.objects.select_related("order"),
        mail=order_mail,
        sms=lambda message: words_for(message).sms,
        is_still_true=lambda message, now: is_still_true(message, at=now),
    )
    return send_due(outbox, at=at, limit=limit)
