"""Send what customers are to be told of their orders, each message once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.db.models import F

from electroports.jobs import pause_after
from electroports.sms import Sms, SmsRefused, sms_backend
from orders.models import OrderMessage
from orders.models.messages import MessageChannel
from orders.order_mail import order_mail
from orders.order_words import is_still_true, words_for
from orders.querysets import UNSENT

logger = logging.getLogger(__name__)

BATCH = 50
SECONDS = 40  # for each channel: a job that takes longer than Q_CLUSTER's `timeout` is ended in the middle
NOT_REACHED = (SMTPException, OSError)
PERMANENT = 500  # SMTP codes from here on say that the same will not be taken later (RFC 5321, section 4.2.1)

Send = Callable[[OrderMessage], None]


def send_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` messages of each channel whose turn it is; return how many were taken in hand.

    A message is claimed before it is sent, by an UPDATE that one of several senders wins. If it cannot be sent, it is
    tried again after a pause that doubles each time, for a week; the others go out. A mail server that is not there
    delays mail, and nothing else. What is no longer true is not sent.
    """
    OrderMessage.objects.filter(UNSENT, claimed_at=None, give_up_at__lte=at).update(status=OrderMessage.Status.DEAD)
    return _send_mail(at, limit) + _send_sms(at, limit)


def _due(channel: MessageChannel, at: datetime, limit: int) -> list[int]:
    due = OrderMessage.objects.claimable(at=at, lease=OrderMessage.LEASE).filter(channel=channel)
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def _send_mail(at: datetime, limit: int) -> int:
    ids = _due(MessageChannel.EMAIL, at, limit)
    if not ids:
        return 0
    connection = get_connection()

    def send(message: OrderMessage) -> None:
        mail = order_mail(message)
        mail.connection = connection
        try:
            mail.send()
        except NOT_REACHED:
            connection.close()  # it may be dead, and all that follow would die on it
            raise

    def send_next(message_id: int) -> bool:
        try:
            connection.open()
        except NOT_REACHED as error:
            logger.warning("mail server not reached", extra={"facts": {"messages": len(ids), "error": str(error)}})
            return False
        _send(message_id, send, at)
        return True

    try:
        return _send_some(ids, send_next)
    finally:
        connection.close()


def _send_sms(at: datetime, limit: int) -> int:
    ids = _due(MessageChannel.SMS, at, limit)
    backend = sms_backend() if ids else None

    def send(message: OrderMessage) -> None:
        if backend is not None:
            backend.send(Sms(message.recipient, words_for(message).sms))

    def send_next(message_id: int) -> bool:
        _send(message_id, send, at)
        return True

    return _send_some(ids, send_next)


def _send_some(ids: list[int], send_next: Callable[[int], bool]) -> int:
    """Send one after the other while there is time and the server is there; return how many were taken in hand."""
    until, sent = time.monotonic() + SECONDS, 0
    for message_id in ids:
        if time.monotonic() > until or not send_next(message_id):
            break
        sent += 1
    return sent


def _send(message_id: int, send: Send, at: datetime) -> None:
    mine = OrderMessage.objects.filter(pk=message_id)
    if not mine.claimable(at=at, lease=OrderMessage.LEASE).update(claimed_at=at, attempts=F("attempts") + 1):
        return  # another sender was quicker
    message: OrderMessage = mine.select_related("order").get()
    statuses = OrderMessage.Status
    if not is_still_true(message, at=at):
        mine.update(status=statuses.SKIPPED, claimed_at=None, next_attempt_at=None)
        return
    try:
        send(message)
    except Exception as error:  # noqa: BLE001  # of any cause: one address must not hold up everybody else's
        logger.warning("message not sent", extra={"facts": {"message": message_id, "error": type(error).__name__}})
        is_dead = is_final(error) or message.give_up_at <= at
        mine.update(
            status=statuses.DEAD if is_dead else statuses.FAILED,
            claimed_at=None,
            next_attempt_at=None if is_dead else at + pause_after(message.attempts),
            error=f"{type(error).__name__}: {error}"[:200],
        )
    else:
        mine.update(status=statuses.SENT, sent_at=at, claimed_at=None, next_attempt_at=None, error="")


def is_final(error: Exception) -> bool:
    """Tell whether the same message will never be taken."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, SmsRefused)
