"""A payment provider for development: it does what the request asks for, so that every outcome can be built against.

It remembers nothing: what becomes of a payment is written in the reference that it gives, and follows from the time
that has passed. Its messages come over HTTP, from a thread, as those of a real provider do; they die with the process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from threading import Timer
from typing import Any

import httpx
import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from orders.gateways.facts import (
    Begun,
    Charge,
    MessageKind,
    Movement,
    Notification,
    NotReadable,
    OrderFacts,
    Outcome,
    Reason,
    Repayment,
    RepaymentReport,
    Report,
    Terms,
)

logger = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=2)
DEFAULT_DELAY = 3  # seconds until the customer has acted
MAX_DELAY = 3600
Send = Callable[[str, float, bytes], None]


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of a payment: steps of (how many delays have passed, what is so from then on), and its messages.

    `messages` are told after so many delays each; `answer` is what the beginning is answered with.
    """

    steps: tuple[tuple[float, Outcome], ...]
    messages: tuple[tuple[float, Outcome], ...] = ()
    answer: Outcome = Outcome.PENDING
    reason: Reason = Reason.PROMPT_EXPIRED


PAID, FAILED, PENDING, UNKNOWN = Outcome.SUCCEEDED, Outcome.FAILED, Outcome.PENDING, Outcome.UNKNOWN
STORIES: Mapping[str, Story] = {
    "pays": Story(((1, PAID),), ((1, PAID),)),
    "pays_at_once": Story(((0, PAID),), answer=PAID),
    "pays_after_failing": Story(((1, FAILED), (2, PAID)), ((1, FAILED), (2, PAID))),
    "loses_message": Story(((1, PAID),)),
    "repeats_message": Story(((1, PAID),), ((1, PAID), (1, PAID), (1.5, PAID))),
    "shuffles_messages": Story(((1, PAID),), ((1, PAID), (1.5, FAILED))),
    "answers_nothing": Story(((1, PAID),), ((1, PAID),), answer=UNKNOWN),
    "hangs": Story(()),
    "refuses": Story(((0, FAILED),), answer=FAILED, reason=Reason.PROVIDER_UNAVAILABLE),
    "cannot_refund": Story(((1, PAID),), ((1, PAID),)),
    **{
        f"fails_{reason}": Story(((1, FAILED),), ((1, FAILED),), reason=reason)
        for reason in (
            Reason.INSUFFICIENT_FUNDS,
            Reason.CANCELLED_BY_CUSTOMER,
            Reason.WRONG_PIN,
            Reason.CUSTOMER_UNREACHABLE,
            Reason.PROMPT_EXPIRED,
            Reason.CARD_DECLINED,
        )
    },
}


class Simulator:
    """Tells the story that `options.outcome` names, at the pace of `options.delay` (seconds)."""

    name = "simulator"
    terms = Terms(
        label="Simulator",
        lifetime=LIFETIME,
        max_amount=Decimal(250_000),
        can_withdraw=False,
        can_refund=True,
    )

    def __init__(self, send: Send) -> None:
        self._send = send

    def refusal(self, order: OrderFacts, amount: Decimal) -> str | None:
        """Take everything."""
        return None

    def start(self, charge: Charge) -> Report:
        """Begin the story, and have its messages sent in time."""
        outcome = charge.options.get("outcome", "pays")
        delay = int(charge.options.get("delay", DEFAULT_DELAY))
        story = STORIES[outcome]
        if story.answer != FAILED:
            for number, (delays, what) in enumerate(story.messages):
                body = _message(charge, what, story.reason, number=number)
                self._send(charge.callback_url, delays * delay, body)
        known = f"sim-{outcome}-{delay}-{charge.reference}"
        return _report(
            story.answer, known if story.answer != UNKNOWN else "", charge.reference, charge.amount, story.reason
        )

    def query(self, payment: Begun, *, at: datetime) -> Report:
        """Tell how far the story is."""
        if not payment.provider_reference:
            return Report(UNKNOWN)
        _sim, outcome, delay, _reference = payment.provider_reference.split("-", 3)
        story, passed = STORIES[outcome], (at - payment.began_at).total_seconds()
        now = PENDING
        for delays, what in story.steps:
            if passed >= delays * int(delay):
                now = what
        if now == PENDING and at >= payment.began_at + LIFETIME and outcome == "hangs":
            now = FAILED
        return _report(now, payment.provider_reference, payment.reference, payment.amount, story.reason)

    def withdraw(self, payment: Begun, *, at: datetime) -> Report:
        """Nothing is called off: whoever has the prompt may still answer it."""
        return self.query(payment, at=at)

    def refund(self, repayment: Repayment) -> RepaymentReport:
        """Give money back at once."""
        if repayment.payment.provider_reference.startswith("sim-cannot_refund-"):
            return RepaymentReport(FAILED, detail="The simulator was asked not to.")
        reference = f"SIMR{repayment.reference[:8].upper()}"
        return RepaymentReport(PAID, provider_reference=reference, receipt=reference)

    def query_refund(self, repayment: Repayment, *, at: datetime) -> RepaymentReport:
        """Tell the same again."""
        return self.refund(repayment)

    def read_message(
        self, kind: MessageKind, body: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> Iterable[Notification]:
        """Return what one of the simulator's messages says."""
        try:
            told: dict[str, Any] = orjson.loads(body)
            report = Report(
                Outcome(told["outcome"]),
                provider_reference=str(told["provider_reference"]),
                receipt=str(told["receipt"]),
                amount=Decimal(told["amount"]),
                reason=Reason(told["reason"]) if told["reason"] else None,
            )
        except (ValueError, KeyError, TypeError, InvalidOperation) as error:
            raise NotReadable(repr(error)) from error
        yield Notification("", provider_reference=report.provider_reference, payment=report)

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement] | None:
        """It keeps no books."""
        return None


def _report(outcome: Outcome, known: str, reference: str, amount: Decimal, reason: Reason) -> Report:
    return Report(
        outcome,
        provider_reference=known,
        receipt=_receipt(reference) if outcome == PAID else "",
        amount=amount if outcome == PAID else None,
        reason=reason if outcome == FAILED else None,
    )


def _receipt(reference: str) -> str:
    return f"SIM{reference[:8].upper()}"


def _message(charge: Charge, outcome: Outcome, reason: Reason, *, number: int) -> bytes:
    delay = charge.options.get("delay", DEFAULT_DELAY)
    return orjson.dumps(
        {
            "message": number,
            "outcome": outcome,
            "provider_reference": f"sim-{charge.options.get('outcome', 'pays')}-{delay}-{charge.reference}",
            "receipt": _receipt(charge.reference) if outcome == PAID else "",
            "amount": str(charge.amount),
            "reason": reason if outcome == FAILED else None,
        }
    )


def send_later(url: str, seconds: float, body: bytes) -> None:
    """Post a message after so many seconds, from a thread that dies with the process."""

    def post() -> None:
        try:
            httpx.post(url, content=body, headers={"Content-Type": "application/json"}, timeout=10)
        except httpx.HTTPError as error:
            logger.warning("simulated message not sent", extra={"facts": {"error": type(error).__name__}})

    timer = Timer(seconds, post)
    timer.daemon = True
    timer.start()


def build() -> Simulator:
    """Return the simulator; raises ImproperlyConfigured outside DEBUG, where money has to be real."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("The payment simulator works in DEBUG only.")
    return Simulator(send_later)
