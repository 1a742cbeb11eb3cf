"""Cards through Stripe: a PaymentIntent per payment, which the customer's browser confirms with its client secret."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from orders.gateways.cards.account import MOST_UNITS, Account, from_units, is_taken, to_units
from orders.gateways.cards.asking import Body, Client, NoAnswer, NotTaken
from orders.gateways.cards.events import read_event
from orders.gateways.cards.reading import (
    ORDER,
    PAYMENT,
    REFUND,
    charge_movement,
    metadata_of,
    read_intent,
    read_refund,
    refund_movement,
)
from orders.gateways.cards.signatures import HEADER, verify
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

LIFETIME = timedelta(minutes=30)
KEYS_KEPT = timedelta(hours=23)  # Stripe forgets an idempotency key after 24 hours
IN_FLIGHT = timedelta(seconds=60)  # a creation that is not listed by then did not happen
LISTED_AROUND = timedelta(minutes=10)  # clocks differ
MOST_LISTED = 1_000  # intents of twenty minutes
MOST_REFUNDS = 100  # of one payment
MOST_MOVEMENTS = 20_000
OPEN_STATUSES = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


class CardGateway:
    """Payments by card. The intent's id is the provider's reference, the charge's id the receipt."""

    name = "stripe"

    def __init__(self, account: Account, connect: Callable[[], Client]) -> None:
        self._account = account
        self._connect = connect
        self.terms = Terms(
            label="Card",
            lifetime=LIFETIME,
            max_amount=from_units(MOST_UNITS, settings.CURRENCY),
            can_withdraw=True,
            can_refund=True,
            can_repeat=True,
            messages_are_signed=True,
        )

    @cached_property
    def _client(self) -> Client:
        return self._connect()

    def refusal(self, order: OrderFacts, amount: Decimal) -> str | None:
        """Return why cards do not pay `amount` for this order."""
        if not is_taken(order.currency) or to_units(amount, order.currency) is None:
            return f"Cards do not pay {amount} {order.currency}."
        return None

    def start(self, charge: Charge) -> Report:
        """Create the intent. Sent again by itself, but on the payment's own key: there is one, however often."""
        try:
            body = _intent_body(charge.reference, charge.order_number, charge.amount, charge.currency)
            return self._told(self._client.create_intent(body, key=charge.reference))
        except NotTaken as error:
            return Report(Outcome.FAILED, reason=error.reason, detail=error.detail)
        except NoAnswer as error:
            return Report(Outcome.UNKNOWN, reason=Reason.NOT_KNOWN, detail=error.detail)

    def query(self, payment: Begun, *, at: datetime) -> Report:
        """Ask what became of an intent, or of the creation of one whose answer was lost."""
        known = payment.provider_reference
        try:
            if known:
                return self._told(self._client.intent(known))
            intent = self._find(payment, at)
        except NotTaken as error:
            if known or error.code == "account":  # another account's, or a key that was just changed: no fact about it
                return Report(Outcome.UNKNOWN, provider_reference=known, detail=error.detail)
            return Report(Outcome.FAILED, reason=error.reason, detail=error.detail)
        except NoAnswer as error:
            return Report(Outcome.UNKNOWN, provider_reference=known, detail=error.detail)
        if intent is not None:
            return self._told(intent)
        if at - payment.began_at < IN_FLIGHT:
            return Report(Outcome.UNKNOWN, detail="it is not there yet")
        return Report(Outcome.FAILED, reason=Reason.PROVIDER_UNAVAILABLE, detail="it is not there")

    def withdraw(self, payment: Begun, *, at: datetime) -> Report:
        """Cancel the intent.

        One whose id was never learnt can be paid by nobody: nobody was given its client secret. It is cancelled if it
        can be found, and counts as withdrawn in any case.
        """
        known = payment.provider_reference
        try:
            if not known:
                known = str((self._find(payment, at) or {}).get("id", ""))
            if known:
                return self._cancel(known)
        except (NotTaken, NoAnswer) as error:
            if payment.provider_reference:
                return Report(Outcome.UNKNOWN, provider_reference=known, detail=error.detail)
        return Report(Outcome.FAILED, reason=Reason.WITHDRAWN, detail="nobody was given its client secret")

    def refund(self, repayment: Repayment) -> RepaymentReport:
        """Give money back, once: it is looked for before it is made, for a key is forgotten after a day."""
        payment = repayment.payment
        units = to_units(repayment.amount, payment.currency)
        if units is None:
            return RepaymentReport(Outcome.FAILED, detail="not an amount of this currency")
        body = {
            "payment_intent": payment.provider_reference,
            "amount": units,
            "reason": "requested_by_customer",
            "metadata": {REFUND: repayment.reference, PAYMENT: payment.reference, ORDER: payment.order_number},
        }
        try:
            refund = self._find_refund(repayment)
            if refund is None:
                refund = self._client.create_refund(body, key=repayment.reference)
            return read_refund(refund)
        except NotTaken as error:
            outcome = Outcome.UNKNOWN if error.code == "account" else Outcome.FAILED
            return RepaymentReport(outcome, detail=error.detail)
        except (NoAnswer, NotReadable) as error:
            return RepaymentReport(Outcome.UNKNOWN, detail=str(error))

    def query_refund(self, repayment: Repayment, *, at: datetime) -> RepaymentReport:
        """Ask what became of a refund."""
        known = repayment.provider_reference
        try:
            refund = self._client.refund(known) if known else self._find_refund(repayment)
            return read_refund(refund) if refund else RepaymentReport(Outcome.UNKNOWN, detail="it is not there")
        except (NotTaken, NoAnswer, NotReadable) as error:
            return RepaymentReport(Outcome.UNKNOWN, provider_reference=known, detail=str(error))

    def read_message(
        self, kind: MessageKind, body: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> Iterable[Notification]:
        """Return what an event says, after its signature was found right; raises NotGenuine or NotReadable."""
        if kind is not MessageKind.EVENT:
            raise NotReadable(f"Stripe sends no {kind}")
        verify(body, headers.get(HEADER, ""), self._account.webhook_secrets, at=at)
        return read_event(body, is_live=self._account.is_live)

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement] | None:
        """Return the charges and refunds made in a time; None if Stripe does not answer, or if there are too many."""
        created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        try:
            charges = self._client.listed("charges", MOST_MOVEMENTS, created=created)
            refunds = self._client.listed("refunds", MOST_MOVEMENTS, created=created)
            if MOST_MOVEMENTS in (len(charges), len(refunds)):
                logger.warning("too much moved to be compared at once", extra={"facts": {"since": str(since)}})
                return None
            rows = [*map(charge_movement, charges), *map(refund_movement, refunds)]
        except (NotTaken, NoAnswer, NotReadable):
            return None
        return sorted((row for row in rows if row is not None), key=lambda row: row.at)

    def _told(self, intent: Body) -> Report:
        """Return what an intent says; while the customer can act, with what their browser needs. Raises NoAnswer."""
        try:
            report = read_intent(intent)
        except NotReadable as error:
            raise NoAnswer(str(error)) from error
        secret = intent.get("client_secret")
        if intent.get("status") not in OPEN_STATUSES or not isinstance(secret, str):
            return report
        return replace(
            report,
            next_action={
                "type": self.name,
                "client_secret": secret,
                "publishable_key": self._account.publishable_key,
            },
        )

    def _find(self, payment: Begun, at: datetime) -> Body | None:
        """Return the intent of a payment whose id was never learnt, as it is now; None if it is not there.

        Creating it again on its key gives the one that there is, or makes it. Raises NotTaken or NoAnswer.
        """
        if at - payment.began_at < KEYS_KEPT:
            body = _intent_body(payment.reference, payment.order_number, payment.amount, payment.currency)
            try:
                again = self._client.create_intent(body, key=payment.reference)
                return self._client.intent(str(again.get("id")))  # the answer to the creation is that of then
            except NoAnswer as error:
                if error.status < 500:
                    raise  # not reached, or just being created
        began = int(payment.began_at.timestamp())
        around = int(LISTED_AROUND.total_seconds())
        created = {"gte": began - around, "lte": began + around}
        listed = self._client.listed("payment_intents", MOST_LISTED, created=created)
        return next((intent for intent in listed if metadata_of(intent).get(PAYMENT) == payment.reference), None)

    def _find_refund(self, repayment: Repayment) -> Body | None:
        intent = repayment.payment.provider_reference
        listed = self._client.listed("refunds", MOST_REFUNDS, payment_intent=intent)
        return next((refund for refund in listed if metadata_of(refund).get(REFUND) == repayment.reference), None)

    def _cancel(self, known: str) -> Report:
        try:
            return self._told(self._client.cancel_intent(known))
        except NotTaken:  # it was paid meanwhile, is just being paid, or was cancelled before
            return self._told(self._client.intent(known))


def _intent_body(reference: str, order_number: str, amount: Decimal, currency: str) -> Body:
    """Return the body of a creation, which is the same whenever it is repeated: else its key is refused."""
    units = to_units(amount, currency)
    if units is None or not is_taken(currency):
        raise NotTaken(Reason.PROVIDER_REFUSED, "not an amount of this currency")
    return {
        "amount": units,
        "currency": currency.lower(),
        "payment_method_types": ["card"],
        "description": f"Order {order_number}",
        "metadata": {ORDER: order_number, PAYMENT: reference},
    }


def build() -> CardGateway:
    """Return the gateway of the account in the settings; raises ImproperlyConfigured without one."""
    if not settings.STRIPE_SECRET_KEY:
        raise ImproperlyConfigured("For cards, set STRIPE_SECRET_KEY.")
    account = Account(
        secret_key=settings.STRIPE_SECRET_KEY,
        publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
        webhook_secrets=tuple(settings.STRIPE_WEBHOOK_SECRETS),
        api_base=settings.STRIPE_API_BASE,
    )
    return CardGateway(account, lambda: _connect(account))


def _connect(account: Account) -> Client:
    client: Client = import_string("orders.gateways.cards.client.CardClient")(account)
    return client
