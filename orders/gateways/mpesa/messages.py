"""Reading what Daraja says: strictly as to shape, leniently as to what it adds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from orders.gateways.facts import (
    Deposit,
    Notification,
    NotReadable,
    Outcome,
    RepaymentReport,
    Report,
)
from orders.gateways.mpesa.codes import PAID, REVERSAL_FAILURES, outcome_of

NAIROBI = ZoneInfo("Africa/Nairobi")
CURRENCY = "KES"
LONGEST_TEXT = 200
MOST = Decimal(100_000_000)  # KES; no figure of theirs comes near
PHONE = re.compile(r"254[17][0-9]{8}")
PHONE_IN_TEXT = re.compile(r"\b\+?(?:254|0)[17][0-9]{5}([0-9]{3})\b")
IDENTIFIER = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
RECEIPT = re.compile(r"[A-Z0-9]{6,20}")


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a message, its numbers exact; raises NotReadable."""
    try:
        found = json.loads(raw, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise NotReadable("not JSON") from error
    return _mapping(found, "the message")


def clean(value: Any) -> str:
    """Return a text of theirs as it may be kept and shown to staff: one short line, of a phone only the last digits."""
    text = str(value) if isinstance(value, str | int | Decimal) else ""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return PHONE_IN_TEXT.sub(r"…\1", " ".join(text.split()))[:LONGEST_TEXT]


def masked(phone: str) -> str:
    """Return what a log may say of a phone number."""
    return f"…{phone[-3:]}" if phone else ""


def e164(value: Any) -> str:
    """Return a phone number as E.164; empty for what is masked, hashed or missing (C2B no longer tells numbers)."""
    text = str(value)
    return f"+{text}" if PHONE.fullmatch(text) else ""


def account_reference(order_number: str) -> str:
    """Return an order's number as the payer sees it: at most 12 letters and digits."""
    return re.sub(r"[^A-Za-z0-9]", "", order_number)[:12]


def read_stk(raw: bytes) -> Notification:
    """Return what a callback says of a payment; raises NotReadable."""
    body = _mapping(read_object(raw).get("Body"), "Body")
    callback = _mapping(body.get("stkCallback"), "stkCallback")
    checkout = _identifier(callback.get("CheckoutRequestID"), "CheckoutRequestID")
    code = _code(callback.get("ResultCode"))
    outcome, reason = outcome_of(code)
    report = Report(
        outcome, provider_reference=checkout, reason=reason, detail=clean(f"{code} {clean(callback.get('ResultDesc'))}")
    )
    if outcome is Outcome.SUCCEEDED:
        items = _pairs(_mapping(callback.get("CallbackMetadata"), "CallbackMetadata").get("Item"), "Name")
        report = Report(
            outcome,
            provider_reference=checkout,
            receipt=_receipt(items.get("MpesaReceiptNumber")),
            amount=_amount(items.get("Amount")),
            currency=CURRENCY,
            phone=e164(items.get("PhoneNumber")),
            detail=report.detail,
        )
    return Notification(event_id="", provider_reference=checkout, payment=report)


def read_reversal(raw: bytes) -> Notification:
    """Return what the result of a reversal says; raises NotReadable."""
    result = _mapping(read_object(raw).get("Result"), "Result")
    conversation = _identifier(result.get("ConversationID"), "ConversationID")
    code = _code(result.get("ResultCode"))
    detail = clean(f"{code} {clean(result.get('ResultDesc'))}")
    if code == PAID:
        receipt = _receipt(result.get("TransactionID"))
        report = RepaymentReport(Outcome.SUCCEEDED, conversation, receipt, detail)
    else:
        outcome = Outcome.FAILED if code in REVERSAL_FAILURES else Outcome.UNKNOWN
        report = RepaymentReport(outcome, conversation, detail=detail)
    return Notification(event_id="", provider_reference=conversation, refund=report)


def read_reversal_timeout(raw: bytes) -> Notification:
    """Return what a queue's time-out says of a reversal: nothing. It may have been done; raises NotReadable."""
    body = read_object(raw)
    result = body.get("Result", body)
    conversation = clean(_mapping(result, "Result").get("ConversationID"))
    if not IDENTIFIER.fullmatch(conversation):
        conversation = ""
    report = RepaymentReport(Outcome.UNKNOWN, conversation, detail="the provider's queue timed out")
    return Notification(event_id="", provider_reference=conversation, refund=report)


def read_deposit(raw: bytes) -> tuple[str, Notification]:
    """Return the shortcode that a C2B message names, and what it says; raises NotReadable."""
    body = read_object(raw)
    receipt = _receipt(body.get("TransID"))
    names = [clean(body.get(name)) for name in ("FirstName", "MiddleName", "LastName")]
    deposit = Deposit(
        receipt=receipt,
        amount=_amount(body.get("TransAmount")),
        currency=CURRENCY,
        account=clean(body.get("BillRefNumber")),
        payer_phone=e164(body.get("MSISDN")),
        payer_name=" ".join(filter(None, names)),
        paid_at=_time(body.get("TransTime")),
    )
    notification = Notification(event_id="", provider_reference=receipt, deposit=deposit)
    return clean(body.get("BusinessShortCode")), notification


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotReadable(f"{name} is not an object")
    return value


def _pairs(value: Any, key: str) -> Mapping[str, Any]:
    """Return a list of names and values as a mapping; a name may come without a value."""
    found = value if isinstance(value, list) else []
    rows: Iterable[dict[str, Any]] = (row for row in found if isinstance(row, dict))
    return {str(row.get(key)): row.get("Value") for row in rows}


def _identifier(value: Any, name: str) -> str:
    if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
        raise NotReadable(f"{name} is missing or no identifier")
    return value


def _code(value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or not IDENTIFIER.fullmatch(str(value)):
        raise NotReadable("ResultCode is missing or no code")
    return str(value)


def _receipt(value: Any) -> str:
    if not isinstance(value, str) or not RECEIPT.fullmatch(value):
        raise NotReadable("the receipt is missing or none")
    return value


def _amount(value: Any) -> Decimal:
    """Return an amount above nothing, to the cent: a number, or a text of one in C2B."""
    try:
        amount = Decimal(str(value)) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
        if amount is not None and 0 < amount < MOST and amount == amount.quantize(Decimal("0.01")):
            return amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    raise NotReadable("the amount is missing or none")


def _time(value: Any) -> datetime | None:
    """Return a time such as 20191122063845, which is Nairobi's."""
    try:
        found = datetime.strptime(str(value), "%Y%m%d%H%M%S").replace(tzinfo=NAIROBI)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None  # at the ends, time zones and databases run out of years
