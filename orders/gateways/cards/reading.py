"""Reading what Stripe says of payments and refunds: strictly what the shop relies on, leniently the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orders.gateways.cards.account import from_units
from orders.gateways.cards.codes import decline_reason
from orders.gateways.facts import Movement, NotReadable, Outcome, Reason, RepaymentReport, Report

# What the shop writes on everything that it makes there.
ORDER, PAYMENT, REFUND = "order_number", "payment_reference", "refund_reference"
IDENTIFIER = re.compile(r"[a-z]{2,8}_[A-Za-z0-9_]{1,90}")
CURRENCY = re.compile(r"[a-z]{3}")
LONGEST_TEXT = 200

INTENT_OUTCOMES: Mapping[str, Outcome] = {
    "requires_payment_method": Outcome.PENDING,  # after a declined card too: the customer may give another
    "requires_confirmation": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "processing": Outcome.PENDING,
    "succeeded": Outcome.SUCCEEDED,
    "canceled": Outcome.FAILED,
}
REFUND_OUTCOMES: Mapping[str, Outcome] = {
    "pending": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "succeeded": Outcome.SUCCEEDED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}


def read_intent(intent: Mapping[str, Any]) -> Report:
    """Return what a PaymentIntent says; raises NotReadable."""
    known, status = identifier(intent.get("id")), str(intent.get("status"))
    outcome = INTENT_OUTCOMES.get(status, Outcome.UNKNOWN)
    order_number = metadata_of(intent).get(ORDER, "")
    if outcome is Outcome.SUCCEEDED:
        currency = currency_of(intent)
        return Report(
            outcome,
            provider_reference=known,
            receipt=reference_of(intent.get("latest_charge")),
            amount=from_units(units(intent.get("amount_received")), currency),
            currency=currency,
            order_number=order_number,
        )
    error = intent.get("last_payment_error")
    declined = error if isinstance(error, Mapping) else {}
    reason = None
    if outcome is Outcome.FAILED:
        reason, detail = Reason.WITHDRAWN, f"canceled {one_line(intent.get('cancellation_reason'))}"
    elif declined and status == "requires_payment_method":
        codes = (one_line(declined.get(field)) for field in ("code", "decline_code", "message"))
        reason, detail = decline_reason(declined), " ".join(filter(None, codes))
    else:
        detail = status
    return Report(
        outcome,
        provider_reference=known,
        reason=reason,
        detail=one_line(detail),
        order_number=order_number,
    )


def read_refund(refund: Mapping[str, Any]) -> RepaymentReport:
    """Return what a refund says; raises NotReadable."""
    known, status = identifier(refund.get("id")), str(refund.get("status"))
    outcome = REFUND_OUTCOMES.get(status, Outcome.UNKNOWN)
    return RepaymentReport(
        outcome,
        provider_reference=known,
        receipt=known if outcome is Outcome.SUCCEEDED else "",
        detail=one_line(f"{status} {one_line(refund.get('failure_reason'))}"),
    )


def charge_movement(charge: Mapping[str, Any]) -> Movement | None:
    """Return the row of the books that a charge is, None for one that moved nothing; raises NotReadable."""
    if charge.get("status") != "succeeded" or not charge.get("captured"):
        return None
    currency = currency_of(charge)
    return Movement(
        receipt=identifier(charge.get("id")),
        provider_reference=reference_of(charge.get("payment_intent")),
        amount=from_units(units(charge.get("amount_captured", charge.get("amount"))), currency),
        currency=currency,
        at=moment(charge.get("created")),
        reference=metadata_of(charge).get(PAYMENT, ""),
    )


def refund_movement(refund: Mapping[str, Any]) -> Movement | None:
    """Return the row of the books that a refund is, None for one that came to nothing or has yet to go through."""
    if refund.get("status") != "succeeded":
        return None
    currency = currency_of(refund)
    return Movement(
        receipt=identifier(refund.get("id")),
        provider_reference=reference_of(refund.get("payment_intent")),
        amount=-from_units(units(refund.get("amount")), currency),
        currency=currency,
        at=moment(refund.get("created")),
        reference=metadata_of(refund).get(REFUND, ""),
    )


def identifier(value: Any) -> str:
    """Return an id of Stripe's; raises NotReadable."""
    if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
        raise NotReadable("an id is missing or none")
    return value


def reference_of(value: Any) -> str:
    """Return the id of something that is named or laid out whole; empty if there is none."""
    named = value.get("id") if isinstance(value, Mapping) else value
    return named if isinstance(named, str) and IDENTIFIER.fullmatch(named) else ""


def metadata_of(found: Mapping[str, Any]) -> dict[str, str]:
    """Return what the shop wrote on something."""
    written = found.get("metadata")
    return {str(key): one_line(value) for key, value in written.items()} if isinstance(written, Mapping) else {}


def currency_of(found: Mapping[str, Any]) -> str:
    """Return a currency as the shop writes it; raises NotReadable."""
    value = found.get("currency")
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise NotReadable("the currency is missing or none")
    return value.upper()


def units(value: Any) -> int:
    """Return an amount in smallest units; raises NotReadable."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**12:
        raise NotReadable("the amount is missing or none")
    return value


def moment(value: Any) -> datetime:
    """Return a time of Stripe's, seconds since 1970; raises NotReadable."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**11:
        raise NotReadable("the time is missing or none")
    return datetime.fromtimestamp(value, UTC)


def one_line(value: Any) -> str:
    """Return a text of theirs as it may be kept and shown to staff."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_TEXT]
