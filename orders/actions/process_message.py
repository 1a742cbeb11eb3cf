"""Act upon what a provider sent."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from orders.actions.apply_refund_report import apply_refund_report
from orders.actions.apply_report import apply_report
from orders.actions.receive_deposit import receive_deposit
from orders.contradictions import contradiction
from orders.deposits import may_be_told_yet
from orders.gateways.facts import MessageKind, NotGenuine, Notification, NotReadable, Outcome, Report
from orders.gateways.registry import gateway
from orders.models import Payment, ProviderMessage, Refund
from orders.providers import begun

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than any provider takes to answer
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 60, 120, 300))
MOST_WAITS = 5  # almost three minutes: for the message of a prompt whose deposit has come


class Unconfirmed(Exception):
    """The provider has yet to say whether its message is true, or what it is about."""


def process_message(*, message_id: int, at: datetime) -> bool:
    """Do what a stored message asks for; return whether it was this call that did.

    It is claimed by an UPDATE that one of several wins. What fails is tried again after a while; what failed often is
    left to a person. Doing it twice changes nothing. Not to be called in a transaction.
    """
    mine = ProviderMessage.objects.filter(pk=message_id, next_attempt_at__lte=at)
    if not mine.update(next_attempt_at=at + LEASE, attempts=F("attempts") + 1):
        return False
    message = ProviderMessage.objects.get(pk=message_id)
    try:
        notes = [_act(message, notification, at) for notification in _read(message)]
    except (NotGenuine, NotReadable) as error:
        logger.warning("message of a provider refused", extra={"facts": {"message": message_id, "error": str(error)}})
        is_theirs = isinstance(error, NotReadable)  # it came under the right secret: a person has to read it
        status = ProviderMessage.Status.FAILED if is_theirs else ProviderMessage.Status.IGNORED
        _finish(message, status, str(error), at)
    except Exception as error:  # whatever it is, the message is kept and tried again
        if not isinstance(error, Unconfirmed):
            logger.exception("message of a provider not processed", extra={"facts": {"message": message_id}})
        _try_again(message, repr(error), at)
    else:
        _finish(message, ProviderMessage.Status.PROCESSED, "; ".join(filter(None, notes)), at)
    return True


def _read(message: ProviderMessage) -> list[Notification]:
    provider = gateway(message.provider)
    kind = MessageKind(message.kind)
    # Whether it is genuine was found out when it came; a signature is not good for ever.
    return list(provider.read_message(kind, bytes(message.body), message.headers, at=message.received_at))


def _act(message: ProviderMessage, told: Notification, at: datetime) -> str:
    """Do what one notification asks for; return what there is to note about it."""
    if told.deposit is not None:
        if message.attempts <= MOST_WAITS and may_be_told_yet(message.provider, told.deposit, at):
            raise Unconfirmed
        return receive_deposit(provider=message.provider, deposit=told.deposit, at=at)
    reference = message.reference or told.reference
    if told.refund is not None:
        refund = _find(Refund.objects.filter(payment__provider=message.provider), reference, told.provider_reference)
        if refund is None:
            return "There is no such refund."
        apply_refund_report(refund_id=refund.pk, report=told.refund, at=at)
        return ""
    if told.payment is None:
        return "Nothing of interest."
    payment = _find(Payment.objects.filter(provider=message.provider), reference, told.provider_reference)
    if payment is None:
        return "There is no such payment."
    return _believe(payment, told.payment, message.attempts, at)


def _find(rows: QuerySet[Any], reference: str, provider_reference: str) -> Any:
    """Return the row that a message is about: by our reference, else by the provider's."""
    if reference:
        try:
            return rows.filter(reference=UUID(reference)).first()
        except ValueError:
            return None
    return rows.filter(provider_reference=provider_reference).first() if provider_reference else None


def _believe(payment: Payment, report: Report, attempts: int, at: datetime) -> str:
    """Apply what a message says of a payment; a success that anybody could claim only if the provider agrees."""
    provider = gateway(payment.provider)
    needs_asking = report.outcome == Outcome.SUCCEEDED and not provider.terms.messages_are_signed
    if needs_asking and not contradiction(payment, report):
        known = begun(payment)
        answer = provider.query(
            replace(known, provider_reference=known.provider_reference or report.provider_reference), at=at
        )
        if answer.outcome == Outcome.FAILED:
            return _mark(payment, f"A message says paid ({report.receipt}), and the provider says {answer.reason}.")
        if answer.outcome != Outcome.SUCCEEDED:
            if attempts < len(PAUSES):
                raise Unconfirmed
            return _mark(payment, f"A message says paid ({report.receipt}), and the provider does not confirm it.")
    apply_report(payment_id=payment.pk, report=report, at=at)
    return ""


def _mark(payment: Payment, why: str) -> str:
    Payment.objects.filter(pk=payment.pk).exclude(status=Payment.Status.SUCCEEDED).update(attention=why[:200])
    return why


def _finish(message: ProviderMessage, status: ProviderMessage.Status, note: str, at: datetime) -> None:
    message.status, message.note, message.processed_at, message.next_attempt_at = status, note[:300], at, None
    message.save(update_fields=["status", "note", "processed_at", "next_attempt_at"])


def _try_again(message: ProviderMessage, note: str, at: datetime) -> None:
    if message.attempts >= 5 * len(PAUSES):
        _finish(message, ProviderMessage.Status.FAILED, note, at)
        return
    message.note = note[:300]
    message.next_attempt_at = at + PAUSES[min(message.attempts, len(PAUSES)) - 1]
    message.save(update_fields=["note", "next_attempt_at"])
