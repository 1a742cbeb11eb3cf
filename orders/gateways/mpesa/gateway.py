"""M-Pesa: a prompt on the customer's phone (STK push), and what is paid to the shop's number unasked."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from orders.gateways.facts import (
    Begun,
    Charge,
    MessageKind,
    Movement,
    NotGenuine,
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
from orders.gateways.mpesa.client import Account, DarajaClient, NoAnswer, NotTaken
from orders.gateways.mpesa.codes import outcome_of
from orders.gateways.mpesa.messages import (
    CURRENCY,
    IDENTIFIER,
    NAIROBI,
    PHONE,
    account_reference,
    clean,
    masked,
    read_deposit,
    read_reversal,
    read_reversal_timeout,
    read_stk,
)

logger = logging.getLogger(__name__)

SUBMIT = "/mpesa/stkpush/v1/processrequest"
QUERY = "/mpesa/stkpushquery/v1/query"
REVERSE = "/mpesa/reversal/v1/request"
REGISTER = "/mpesa/c2b/v1/registerurl"
DESCRIPTION = "ElectroPorts"  # 13 characters at most; the payer may see it
READERS: Mapping[MessageKind, Callable[[bytes], Notification]] = {
    MessageKind.PAYMENT: read_stk,
    MessageKind.REFUND: read_reversal,
    MessageKind.REFUND_TIMEOUT: read_reversal_timeout,
}


class MpesaGateway:
    """Payments by M-Pesa through Safaricom's Daraja. Whole shillings, Kenyan numbers."""

    name = "mpesa"

    def __init__(self, account: Account, client: DarajaClient) -> None:
        self._account = account
        self._client = client
        self.terms = Terms(
            label="M-Pesa",
            # The customer has about a minute; what they did in it takes a moment to be told.
            lifetime=timedelta(seconds=90),
            needs_phone=True,
            whole_units=True,
            min_amount=Decimal("1.00"),
            max_amount=account.max_amount,
            can_refund=bool(account.initiator and account.security_credential),
        )

    def refusal(self, order: OrderFacts, amount: Decimal) -> str | None:
        """Return why M-Pesa does not take `amount` for this order."""
        if order.currency != CURRENCY:
            return "M-Pesa takes Kenyan shillings only."
        if amount != amount.to_integral_value():
            return "M-Pesa takes whole shillings only."
        if not self.terms.min_amount <= amount <= self._account.max_amount:
            return f"M-Pesa takes from 1 to {self._account.max_amount:,.0f} KES at a time."
        return None

    def start(self, charge: Charge) -> Report:
        """Put the prompt on the customer's phone. Once: Daraja takes the same request twice as two.

        SUCCEEDED is never the answer. UNKNOWN without a `provider_reference` means that a prompt may be out there of
        which only a callback can tell.
        """
        phone = charge.phone.removeprefix("+")
        if not PHONE.fullmatch(phone):
            return Report(Outcome.FAILED, reason=Reason.PHONE_NOT_TAKEN, detail="not a Kenyan mobile number")
        if charge.currency != CURRENCY or charge.amount != charge.amount.to_integral_value() or charge.amount < 1:
            return Report(Outcome.FAILED, reason=Reason.PROVIDER_REFUSED, detail="not an amount of whole shillings")
        body = {
            **self._signed(charge.at),
            "TransactionType": "CustomerBuyGoodsOnline" if self._account.till else "CustomerPayBillOnline",
            "Amount": int(charge.amount),
            "PartyA": phone,
            "PartyB": self._account.receiver,
            "PhoneNumber": phone,
            "CallBackURL": charge.callback_url,
            "AccountReference": account_reference(charge.order_number),
            "TransactionDesc": DESCRIPTION,
        }
        try:
            answer = self._client.post(SUBMIT, body)
        except NotTaken as error:
            return Report(Outcome.FAILED, reason=error.reason, detail=error.detail)
        except NoAnswer as error:
            facts = {"payment": charge.reference, "phone": masked(charge.phone), "answer": error.detail}
            logger.warning("nobody knows whether the customer was asked", extra={"facts": facts})
            return Report(Outcome.UNKNOWN, reason=Reason.NOT_KNOWN, detail=error.detail)
        return _accepted(answer)

    def query(self, payment: Begun, *, at: datetime) -> Report:
        """Ask what became of a prompt. Daraja tells no amount and no receipt."""
        if not payment.provider_reference:
            return Report(Outcome.UNKNOWN, detail="the provider never named this payment")
        body = {**self._signed(at), "CheckoutRequestID": payment.provider_reference}
        try:
            answer = self._client.post(QUERY, body)
        except (NotTaken, NoAnswer) as error:
            # Among these 500.001.1001, which it says of open prompts and of settled ones.
            return Report(Outcome.UNKNOWN, provider_reference=payment.provider_reference, detail=error.detail)
        code = clean(answer.get("ResultCode"))
        detail = clean(f"{code} {clean(answer.get('ResultDesc'))}")
        if not code or answer.get("CheckoutRequestID") != payment.provider_reference:
            return Report(Outcome.UNKNOWN, provider_reference=payment.provider_reference, detail=detail)
        outcome, reason = outcome_of(code)
        return Report(outcome, provider_reference=payment.provider_reference, reason=reason, detail=detail)

    def withdraw(self, payment: Begun, *, at: datetime) -> Report:
        """Say what became of the prompt: it cannot be called off, only answered or left to expire."""
        return self.query(payment, at=at)

    def refund(self, repayment: Repayment) -> RepaymentReport:
        """Ask for the reversal of a payment, once; what becomes of it is told by callback."""
        if not self.terms.can_refund:
            return RepaymentReport(Outcome.FAILED, detail="no initiator is set")
        if not repayment.payment.receipt:
            return RepaymentReport(Outcome.FAILED, detail="without its receipt a payment cannot be reversed")
        if repayment.amount != repayment.amount.to_integral_value() or repayment.amount < 1:
            return RepaymentReport(Outcome.FAILED, detail="not an amount of whole shillings")
        body = {
            "Initiator": self._account.initiator,
            "SecurityCredential": self._account.security_credential,
            "CommandID": "TransactionReversal",
            "TransactionID": repayment.payment.receipt,
            "Amount": int(repayment.amount),
            "ReceiverParty": self._account.receiver,
            "RecieverIdentifierType": "11",  # their spelling
            "Remarks": clean(repayment.reason)[:100] or "Refund",
            "ResultURL": repayment.callback_url,
            "QueueTimeOutURL": f"{repayment.callback_url}/timeout",
        }
        try:
            answer = self._client.post(REVERSE, body)
        except NotTaken as error:
            return RepaymentReport(Outcome.FAILED, detail=error.detail)
        except NoAnswer as error:
            return RepaymentReport(Outcome.UNKNOWN, detail=error.detail)
        conversation = clean(answer.get("ConversationID"))
        detail = clean(f"{clean(answer.get('ResponseCode'))} {clean(answer.get('ResponseDescription'))}")
        if not IDENTIFIER.fullmatch(conversation):
            conversation = ""
        if clean(answer.get("ResponseCode")) == "0":
            outcome = Outcome.PENDING if conversation else Outcome.UNKNOWN
        else:
            outcome = Outcome.UNKNOWN if conversation else Outcome.FAILED
        return RepaymentReport(outcome, conversation, detail=detail)

    def query_refund(self, repayment: Repayment, *, at: datetime) -> RepaymentReport:
        """Say that nothing is known: of reversals Daraja tells by callback alone, even when it is asked."""
        return RepaymentReport(Outcome.UNKNOWN, repayment.provider_reference, detail="told by callback alone")

    def read_message(
        self, kind: MessageKind, body: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> Iterable[Notification]:
        """Return what a message says. Nothing in it proves where it comes from: the secret in its address has to."""
        if kind in (MessageKind.DEPOSIT, MessageKind.DEPOSIT_CHECK):
            shortcode, notification = read_deposit(body)
            if shortcode not in {self._account.shortcode, self._account.receiver}:
                raise NotGenuine("paid to another number than the shop's")
        elif reader := READERS.get(kind):
            notification = reader(body)
        else:
            raise NotReadable(f"M-Pesa sends no {kind}")
        # Daraja gives messages no id. The same bytes are the same message; by any other id a forged one could go first.
        return [replace(notification, event_id=f"{kind} {sha256(body).hexdigest()}")]

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement] | None:
        """Return None: Daraja lists nothing. The statement of the M-Pesa portal does (statement.py)."""
        return None

    def register_deposits(self, *, validation_url: str, confirmation_url: str) -> str:
        """Tell Daraja where payments to the shop's number are announced; return its answer in words.

        Payments go through if the validation address is down (`Completed`). Raises NotTaken or NoAnswer.
        """
        answer = self._client.post(
            REGISTER,
            {
                "ShortCode": self._account.receiver,
                "ResponseType": "Completed",
                "ConfirmationURL": confirmation_url,
                "ValidationURL": validation_url,
            },
        )
        return clean(answer.get("ResponseDescription"))

    def _signed(self, at: datetime) -> dict[str, str]:
        """Return the fields that show who asks; the time is Nairobi's, and the same in the password."""
        timestamp = at.astimezone(NAIROBI).strftime("%Y%m%d%H%M%S")
        secret = f"{self._account.shortcode}{self._account.passkey}{timestamp}"
        return {
            "BusinessShortCode": self._account.shortcode,
            "Password": b64encode(secret.encode()).decode(),
            "Timestamp": timestamp,
        }


def _accepted(answer: Mapping[str, Any]) -> Report:
    """Return what an answer to a submit says. Code 0 means that the prompt is on its way, not that anything is paid."""
    checkout, code = clean(answer.get("CheckoutRequestID")), clean(answer.get("ResponseCode"))
    detail = clean(f"{code} {clean(answer.get('ResponseDescription'))}")
    if not IDENTIFIER.fullmatch(checkout):
        refused = bool(code) and code != "0"
        reason = Reason.PROVIDER_REFUSED if refused else Reason.NOT_KNOWN
        return Report(Outcome.FAILED if refused else Outcome.UNKNOWN, reason=reason, detail=detail)
    if code != "0":
        return Report(Outcome.UNKNOWN, provider_reference=checkout, reason=Reason.NOT_KNOWN, detail=detail)
    return Report(Outcome.PENDING, provider_reference=checkout, detail=detail)
