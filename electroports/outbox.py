"""An outbox: messages to people as rows, written with what they tell of, and the one sender of all of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import models
from django.db.models import F, Q

from electroports.discretion import reason_of
from electroports.jobs import pause_after
from electroports.sms import Sms, SmsRefused, sms_backend

logger = logging.getLogger(__name__)

BATCH = 50
SECONDS = 40  # for each channel: a job that takes longer than Q_CLUSTER's `timeout` is ended in the middle
NOT_REACHED = (SMTPException, OSError)
PERMANENT = 500  # SMTP codes from here on say that the same will not be taken later (RFC 5321, section 4.2.1)

# Not `IN`, which SQLite does not recognise as the condition of an index.
UNSENT = Q(status="waiting") | Q(status="failed")


class MessageChannel(models.TextChoices):
    """How a message goes."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"


class OutboxQuerySet(models.QuerySet[Any]):
    """Reads of an outbox."""

    def claimable(self, *, at: datetime, lease: timedelta) -> OutboxQuerySet:
        """Messages that are to be sent, that nobody is sending, and whose turn it is."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=at - lease)
        return self.filter(UNSENT, free, next_attempt_at__lte=at)

    def dealt_with(self, *, before: datetime) -> OutboxQuerySet:
        """Messages from before that moment of which nothing is left to do."""
        return self.filter(created_at__lt=before).exclude(UNSENT)


class OutboxMessage(models.Model):
    """One message to somebody. What it says is made when it is sent; the row says what it is about."""

    Channel = MessageChannel

    class Status(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        FAILED = "failed", "Not sent yet"  # and tried again
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "No longer true"
        DEAD = "dead", "Given up"

    LEASE = timedelta(minutes=15)
    TRIED_FOR = timedelta(days=7)

    channel = models.CharField(max_length=5, choices=MessageChannel.choices)
    recipient = models.CharField(max_length=254)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    give_up_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


Message = TypeVar("Message", bound=OutboxMessage)


class Outbox(NamedTuple, Generic[Message]):
    """What the sender has to know of one kind of messages.

    `messages` reads them with what their words need. `mail` and `sms` make them as they are to go out. What is not
    `is_still_true` is not sent.
    """

    messages: OutboxQuerySet
    mail: Callable[[Message], EmailMessage]
    sms: Callable[[Message], str]
    is_still_true: Callable[[Message, datetime], bool]


def message_id(name: str) -> str:
    """Return the Message-ID of the mail of that name: the same whenever it is made.

    Should a machine die between sending a mail and noting so, what is sent again can be told for the same.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{name}@{domain}>"


def send_due(outbox: Outbox[Any], *, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` messages of each channel whose turn it is; return how many were taken in hand.

    A message is claimed before it is sent, by an UPDATE that one of several senders wins. If it cannot be sent, it is
    tried again after a pause that doubles each time, until `give_up_at`; the others go out. A mail server that is not
    there delays mail, and nothing else. What is no longer true is not sent.
    """
    late = outbox.messages.filter(UNSENT, claimed_at=None, give_up_at__lte=at)
    late.update(status=OutboxMessage.Status.DEAD)
    return _send_mail(outbox, at, limit) + _send_sms(outbox, at, limit)


def is_final(error: Exception) -> bool:
    """Tell whether the same message will never be taken."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, SmsRefused)


def _due(outbox: Outbox[Any], channel: MessageChannel, at: datetime, limit: int) -> list[int]:
    due = outbox.messages.claimable(at=at, lease=OutboxMessage.LEASE).filter(channel=channel)
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def _send_mail(outbox: Outbox[Any], at: datetime, limit: int) -> int:
    ids = _due(outbox, MessageChannel.EMAIL, at, limit)
    if not ids:
        return 0
    connection = get_connection()

    def send(message: OutboxMessage) -> None:
        mail = outbox.mail(message)
        mail.connection = connection
        try:
            mail.send()
        except NOT_REACHED:
            connection.close()  # it may be dead, and all that follow would die on it
            raise

    def send_next(key: int) -> bool:
        try:
            connection.open()
        except NOT_REACHED as error:
            logger.warning(
                "mail server not reached", extra={"facts": {"messages": len(ids), "error": reason_of(error)}}
            )
            return False
        _send(outbox, key, send, at)
        return True

    try:
        return _send_some(ids, send_next)
    finally:
        connection.close()


def _send_sms(outbox: Outbox[Any], at: datetime, limit: int) -> int:
    ids = _due(outbox, MessageChannel.SMS, at, limit)
    backend = sms_backend() if ids else None

    def send(message: OutboxMessage) -> None:
        if backend is not None:
            backend.send(Sms(message.recipient, outbox.sms(message)))

    def send_next(key: int) -> bool:
        _send(outbox, key, send, at)
        return True

    return _send_some(ids, send_next)


def _send_some(ids: list[int], send_next: Callable[[int], bool]) -> int:
    """Send one after the other while there is time and the server is there; return how many were taken in hand."""
    until, sent = time.monotonic() + SECONDS, 0
    for key in ids:
        if time.monotonic() > until or not send_next(key):
            break
        sent += 1
    return sent


def _send(outbox: Outbox[Any], key: int, send: Callable[[Any], None], at: datetime) -> None:
    mine = outbox.messages.filter(pk=key)
    if not mine.claimable(at=at, lease=OutboxMessage.LEASE).update(claimed_at=at, attempts=F("attempts") + 1):
        return  # another sender was quicker
    message: OutboxMessage = mine.get()
    statuses = OutboxMessage.Status
    if not outbox.is_still_true(message, at):
        mine.update(status=statuses.SKIPPED, claimed_at=None, next_attempt_at=None)
        return
    try:
        send(message)
    except Exception as error:  # noqa: BLE001  # of any cause: one address must not hold up everybody else's
        facts = {"model": type(message).__name__, "message": key, "error": reason_of(error)}
        logger.warning("message not sent", extra={"facts": facts})
        is_dead = is_final(error) or message.give_up_at <= at
        mine.update(
            status=statuses.DEAD if is_dead else statuses.FAILED,
            claimed_at=None,
            next_attempt_at=None if is_dead else at + pause_after(message.attempts),
            error=reason_of(error)[:200],
        )
    else:
        mine.update(status=statuses.SENT, sent_at=at, claimed_at=None, next_attempt_at=None, error="")
