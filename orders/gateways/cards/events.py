"""Reading the events that Stripe posts; that they are genuine has been seen to before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from orders.gateways.cards.account import from_units
from orders.gateways.cards.reading import (
    PAYMENT,
    REFUND,
    currency_of,
    identifier,
    metadata_of,
    one_line,
    read_intent,
    read_refund,
    reference_of,
    units,
)
from orders.gateways.facts import Notification, NotReadable, Outcome, Report


def read_event(body: bytes, *, is_live: bool) -> list[Notification]:
    """Return what an event says; at least one notification, so that its id is told. Raises NotReadable."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotReadable("not JSON") from error
    data = event.get("data") if isinstance(event, dict) else None
    found = data.get("object") if isinstance(data, dict) else None
    if not isinstance(event, dict) or not isinstance(found, dict):
        raise NotReadable("not an event")
    known = identifier(event.get("id"))
    if bool(event.get("livemode")) is not is_live:
        return [Notification(known)]  # of the account's other half: test events reach a live shop, or the other way
    reader = READERS.get(str(event.get("type")))
    return reader(known, found) if reader else [Notification(known)]


def _intent(known: str, intent: Mapping[str, Any]) -> list[Notification]:
    report = read_intent(intent)
    reference = metadata_of(intent).get(PAYMENT, "")
    return [Notification(known, reference, report.provider_reference, payment=report)]


def _refund(known: str, refund: Mapping[str, Any]) -> list[Notification]:
    """Tell of a refund that the shop asked for; one that was made at Stripe is in no ledger, and a person's task."""
    report = read_refund(refund)
    reference = metadata_of(refund).get(REFUND, "")
    if reference:
        return [Notification(known, reference, report.provider_reference, refund=report)]
    payment = reference_of(refund.get("payment_intent"))
    if not payment or report.outcome is Outcome.FAILED:
        return [Notification(known)]
    currency = currency_of(refund)
    amount = from_units(units(refund.get("amount")), currency)
    attention = f"{amount} {currency} were given back at Stripe, and not by the shop: {report.provider_reference}."
    return [_look_at(known, payment, attention)]


def _charge(known: str, charge: Mapping[str, Any]) -> list[Notification]:
    """Tell of the refunds of a charge, where an older version of Stripe's API lays them out."""
    refunds = charge.get("refunds")
    rows = refunds.get("data") if isinstance(refunds, Mapping) else None
    laid_out = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return [told for row in laid_out for told in _refund(known, row)] or [Notification(known)]


def _dispute(known: str, dispute: Mapping[str, Any]) -> list[Notification]:
    payment = reference_of(dispute.get("payment_intent"))
    if not payment:
        return [Notification(known)]
    currency = currency_of(dispute)
    amount = from_units(units(dispute.get("amount")), currency)
    why, status = one_line(dispute.get("reason")), one_line(dispute.get("status"))
    attention = (
        f"{amount} {currency} are disputed ({why}, {status}): {identifier(dispute.get('id'))}. Answer at Stripe."
    )
    return [_look_at(known, payment, attention)]


def _look_at(known: str, payment: str, attention: str) -> Notification:
    report = Report(Outcome.UNKNOWN, provider_reference=payment, attention=attention)
    return Notification(known, provider_reference=payment, payment=report)


Reader = Callable[[str, Mapping[str, Any]], list[Notification]]
READERS: Mapping[str, Reader] = {
    "payment_intent.succeeded": _intent,
    "payment_intent.payment_failed": _intent,
    "payment_intent.canceled": _intent,
    "payment_intent.processing": _intent,
    "payment_intent.requires_action": _intent,
    "charge.refunded": _charge,
    "charge.refund.updated": _refund,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.closed": _dispute,
}
