"""What the shop and a payment provider tell each other: plain facts, without the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """What is known of a payment or a refund."""

    PENDING = "pending"  # the customer, or the provider, has yet to act
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"  # no answer, or one that says nothing; never the same as failed


class MessageKind(StrEnum):
    """Where a message of a provider came in."""

    PAYMENT = "payment"  # the address of one payment, with a secret in it
    REFUND = "refund"  # the address of one refund, with a secret in it
    REFUND_TIMEOUT = "refund_timeout"  # the same, where the provider says that it gave up waiting
    EVENT = "event"  # one address for everything; the message is signed
    DEPOSIT_CHECK = "deposit_check"  # may this money be paid in?
    DEPOSIT = "deposit"  # money that was paid in


class Reason(StrEnum):
    """Why a payment did not succeed: stable, the same for all providers."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EXCEEDED = "limit_exceeded"
    REPEATED_TOO_SOON = "repeated_too_soon"
    CUSTOMER_BUSY = "customer_busy"
    CUSTOMER_UNREACHABLE = "customer_unreachable"
    CUSTOMER_LOCKED = "customer_locked"
    PHONE_NOT_TAKEN = "phone_not_taken"
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer"
    PROMPT_EXPIRED = "prompt_expired"
    PROMPT_FAILED = "prompt_failed"
    WRONG_PIN = "wrong_pin"
    CARD_DECLINED = "card_declined"
    CARD_EXPIRED = "card_expired"
    AUTHENTICATION_FAILED = "authentication_failed"
    PROVIDER_REFUSED = "provider_refused"  # the shop's own account or request is at fault
    PROVIDER_UNAVAILABLE = "provider_unavailable"  # the provider took nothing on
    WITHDRAWN = "withdrawn"  # another payment took its place, or the order was called off
    NOT_KNOWN = "not_known"  # a code that nobody has told us of


# What the customer reads. One sentence what happened, one what to do.
REASON_TEXTS: Mapping[Reason, str] = {
    Reason.INSUFFICIENT_FUNDS: "There is not enough money in the account. Top up, or pay in another way.",
    Reason.LIMIT_EXCEEDED: "The amount is over a limit of your account. Pay in parts, or in another way.",
    Reason.REPEATED_TOO_SOON: "The same amount was asked of this number a moment ago. Try again in two minutes.",
    Reason.CUSTOMER_BUSY: "Another request is open on your phone. Close it, and try again.",
    Reason.CUSTOMER_UNREACHABLE: "Your phone could not be reached. See that it is on and has network, and try again.",
    Reason.CUSTOMER_LOCKED: "Your account is locked. Unlock it with your provider, or pay in another way.",
    Reason.PHONE_NOT_TAKEN: "This number cannot pay in this way. Give a Kenyan mobile number, or pay in another way.",
    Reason.CANCELLED_BY_CUSTOMER: "You cancelled the payment. Start it again when you are ready.",
    Reason.PROMPT_EXPIRED: "The request was not answered in time. Try again.",
    Reason.PROMPT_FAILED: "The request could not be shown on your phone. Try again in a moment.",
    Reason.WRONG_PIN: "The PIN was wrong. Try again.",
    Reason.CARD_DECLINED: "Your bank declined the card. Ask it why, or pay in another way.",
    Reason.CARD_EXPIRED: "The card has expired. Pay with another one.",
    Reason.AUTHENTICATION_FAILED: "Your bank could not confirm that it is you. Try again, or pay in another way.",
    Reason.PROVIDER_REFUSED: "This way of paying does not work at the moment. Pay in another way; we have been told.",
    Reason.PROVIDER_UNAVAILABLE: "This way of paying is not available at the moment. Try again, or in another way.",
    Reason.WITHDRAWN: "This payment was withdrawn.",
    Reason.NOT_KNOWN: "We do not know yet whether this was paid. We are asking the provider; do not pay twice.",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a provider takes: amounts are in the shop's currency, VAT included.

    `lifetime` is how long the customer has to act, and how long no other payment of the order may begin unless this one
    can be withdrawn. `confirms_unpaid` means that the order is agreed to before any money moves (cash on delivery).
    `can_repeat` means that the provider keeps idempotency: what was sent under a reference may be sent again.
    `messages_are_signed` means that a message proves by itself that it is the provider's; else the provider is asked
    before a success is believed. `is_for_staff` means that only staff record such payments.
    """

    label: str
    lifetime: timedelta
    needs_phone: bool = False
    whole_units: bool = False
    min_amount: Decimal = Decimal("0.01")
    max_amount: Decimal | None = None
    can_withdraw: bool = False
    can_refund: bool = False
    can_repeat: bool = False
    confirms_unpaid: bool = False
    messages_are_signed: bool = False
    is_for_staff: bool = False


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a provider may want to know of an order before it takes it on."""

    number: str
    total: Decimal
    due: Decimal
    currency: str
    county: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment that is to begin. `reference` is the shop's own, new for every payment: the idempotency key.

    `callback_url` is where the provider may tell what became of it, with a secret in its path; `options` is what the
    provider's own part of the request held.
    """

    reference: str
    order_number: str
    amount: Decimal
    currency: str
    callback_url: str
    at: datetime
    phone: str = ""  # E.164
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that was begun, as the shop remembers it."""

    reference: str
    provider_reference: str
    amount: Decimal
    currency: str
    began_at: datetime
    phone: str = ""
    receipt: str = ""
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of a payment: the answer to its beginning, to a question, or a callback.

    What the provider did not say is None or empty. `detail` is in the provider's words, for staff; `next_action` is
    what the customer's browser needs to go on, and goes to nobody else. `reason` of one that is pending is why the last
    try came to nothing. `attention` is why a person has to look at it, whatever else is so.
    """

    outcome: Outcome
    provider_reference: str = ""
    receipt: str = ""
    amount: Decimal | None = None
    currency: str = ""
    phone: str = ""
    reason: Reason | None = None
    detail: str = ""
    next_action: Mapping[str, Any] | None = None
    order_number: str = ""
    attention: str = ""


@dataclass(frozen=True, slots=True)
class Repayment:
    """Money that is to go back. `reference` is the shop's own, new for every refund: the idempotency key.

    `callback_url` is as a charge's; with `/timeout` behind it, the provider may say there that it gave up waiting.
    """

    reference: str
    payment: Begun
    amount: Decimal
    reason: str
    callback_url: str
    at: datetime
    provider_reference: str = ""  # once the provider has given one


@dataclass(frozen=True, slots=True)
class RepaymentReport:
    """What a provider says of a refund."""

    outcome: Outcome
    provider_reference: str = ""
    receipt: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money that came without being asked for, such as to a paybill. `account` is what the payer typed."""

    receipt: str
    amount: Decimal
    currency: str
    account: str
    payer_phone: str = ""
    payer_name: str = ""
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """What one message of a provider says; exactly one of `payment`, `refund` and `deposit` is there.

    `reference` is the shop's own, if the message or its address names it.
    """

    event_id: str  # the same for a message that comes again; empty if the provider gives none
    reference: str = ""
    provider_reference: str = ""
    payment: Report | None = None
    refund: RepaymentReport | None = None
    deposit: Deposit | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of a provider's own books: money that came in (`amount` above zero) or went back (below)."""

    receipt: str
    provider_reference: str
    amount: Decimal
    currency: str
    at: datetime
    reference: str = ""  # the shop's own, where the provider keeps it


class NotGenuine(Exception):
    """A message that claims to come from the provider and does not."""


class NotReadable(Exception):
    """A message of the provider that makes no sense."""


class Gateway(Protocol):
    """A payment provider. No method touches the database; none raises because the provider is down or slow.

    What could not be found out is a report with `Outcome.UNKNOWN`; what the provider certainly did not take on is
    `Outcome.FAILED` with a reason. Every call is bounded in time.
    """

    name: str
    terms: Terms

    def refusal(self, order: OrderFacts, amount: Decimal) -> str | None:
        """Return why this provider does not take `amount` for this order, None if it does."""

    def start(self, charge: Charge) -> Report:
        """Ask the provider to begin a payment, once: never again by itself unless the provider keeps idempotency."""

    def query(self, payment: Begun, *, at: datetime) -> Report:
        """Ask what became of a payment.

        Without a `provider_reference` its answer was lost; a provider that keeps idempotency finds it by `reference`.
        """

    def withdraw(self, payment: Begun, *, at: datetime) -> Report:
        """Call a pending payment off; the report says what became of it (it may have succeeded meanwhile)."""

    def refund(self, repayment: Repayment) -> RepaymentReport:
        """Ask the provider to give money back."""

    def query_refund(self, repayment: Repayment, *, at: datetime) -> RepaymentReport:
        """Ask what became of a refund."""

    def read_message(
        self, kind: MessageKind, body: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> Iterable[Notification]:
        """Return what a message says; raises NotGenuine or NotReadable."""

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement] | None:
        """Return the provider's own books of a time, None if they cannot be asked for."""
