"""Send the notices that are due, each once."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from catalog.models import Notice
from catalog.notice_mail import notice_message
from catalog.wishes import Wanted, price_of
from electroports.discretion import reason_of
from electroports.jobs import pause_after
from electroports.retention import delete_in_batches

logger = logging.getLogger(__name__)

BATCH = 100
GIVE_UP_AFTER = 50  # attempts; with the pauses between them, more than a week
NOT_REACHED = (SMTPException, OSError)
WAIT_ON: dict[str, Any] = {"status": Notice.Status.WAITING, "due_at": None, "next_attempt_at": None, "claimed_at": None}


def send_notices(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` notices that are due, over one connection; return how many were taken in hand.

    A notice is claimed before it is sent, by an UPDATE that one of several senders wins. If it cannot be sent, whatever
    the cause, it stays due and is tried again, after a pause that doubles each time; the others go out. A server that
    is not there delays all and loses none. What was in stock, or cost less, and no longer does, waits on.
    """
    _no_longer_due(at)
    due = Notice.objects.claimable(at=at, lease=Notice.LEASE).order_by("next_attempt_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except NOT_REACHED as error:
        logger.warning("mail server not reached", extra={"facts": {"notices": len(ids), "error": reason_of(error)}})
        return 0
    try:
        for notice_id in ids:
            _send(notice_id, connection, at)
    finally:
        connection.close()
    return len(ids)


def _no_longer_due(at: datetime) -> None:
    """Have customers wait on for what was sold out, or cost more, again before they were told."""
    due = Notice.objects.filter(status=Notice.Status.DUE, claimed_at=None)
    for kind, holding in ((Notice.Kind.BACK_IN_STOCK, due.in_stock()), (Notice.Kind.PRICE_DROP, due.dropped(at=at))):
        gone = due.filter(kind=kind).exclude(pk__in=holding.order_by().values("pk"))
        Notice.objects.filter(pk__in=gone.order_by().values("pk"), status=Notice.Status.DUE, claimed_at=None).update(
            **WAIT_ON
        )


def _send(notice_id: int, connection: BaseEmailBackend, at: datetime) -> None:
    mine = Notice.objects.filter(pk=notice_id)
    if not mine.claimable(at=at, lease=Notice.LEASE).update(claimed_at=at, attempts=F("attempts") + 1):
        return  # another sender was quicker, or the customer no longer wants it
    notice = mine.select_related("product", "variant", "customer").first()
    if notice is None:
        return
    customer = notice.customer
    if not customer.is_active or not customer.email:
        mine.delete()
        return
    if not (mine.in_stock().exists() or mine.dropped(at=at).exists()):
        mine.update(**WAIT_ON)  # so since this batch began
        return
    try:
        price = price_of(Wanted(notice.product_id, notice.variant_id), at=at)
        message = notice_message(notice, price=price, email=customer.email, first_name=customer.first_name)
        message.connection = connection
        message.send()
    except Exception as error:  # noqa: BLE001  # of any cause: one address must not hold up everybody else's mail
        logger.warning("notice not sent", extra={"facts": {"notice": notice_id, "error": reason_of(error)}})
        if isinstance(error, NOT_REACHED):
            connection.close()  # it may be dead, and all that follow would die on it; the next one opens it again
        has_failed = notice.attempts >= GIVE_UP_AFTER
        mine.update(
            status=Notice.Status.FAILED if has_failed else Notice.Status.DUE,
            claimed_at=None,
            next_attempt_at=at + pause_after(notice.attempts),
        )
    else:
        mine.update(status=Notice.Status.SENT, sent_at=at, claimed_at=None)


def forget_sent_notices(*, at: datetime) -> int:
    """Delete what was sent long ago; return how much that was."""
    return delete_in_batches(Notice.objects.filter(status=Notice.Status.SENT, sent_at__lt=at - Notice.KEPT))
