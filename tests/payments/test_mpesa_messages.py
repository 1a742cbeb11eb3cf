"""Reading what Daraja sends: callbacks of prompts, and money that is paid in."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from orders.gateways.facts import MessageKind, NotGenuine, Notification, NotReadable, Outcome, Reason
from orders.gateways.mpesa.messages import NAIROBI, clean, masked
from tests.fakes import daraja as fake
from tests.fakes.daraja import FakeDaraja, Prompt, callback_of, deposit_of
from tests.payments.mpesa import AT, gateway_of


def prompt(result: tuple[Any, str] = fake.PAYS, amount: int = 1500) -> Prompt:
    return Prompt("ws_CO_1", "1-1-1", "254712345678", amount, "EP7K3QXM", "https://x", result, "SAF0000001")


def read(daraja: FakeDaraja, message: bytes, kind: MessageKind = MessageKind.PAYMENT) -> Notification:
    (notification,) = gateway_of(daraja).read_message(kind, message, {}, at=AT)
    return notification


def changed(message: bytes, **changes: Any) -> bytes:
    """The callback with other fields; None takes one away."""
    body = json.loads(message)
    callback = body["Body"]["stkCallback"]
    callback.update(changes)
    body["Body"]["stkCallback"] = {name: value for name, value in callback.items() if value is not None}
    return json.dumps(body).encode()


def with_item(name: str, value: Any) -> bytes:
    """The callback of a success with another value of one item."""
    body = json.loads(callback_of(prompt()))
    items = body["Body"]["stkCallback"]["CallbackMetadata"]["Item"]
    body["Body"]["stkCallback"]["CallbackMetadata"]["Item"] = [item for item in items if item["Name"] != name] + (
        [{"Name": name, "Value": value}] if value is not None else [{"Name": name}]
    )
    return json.dumps(body).encode()


@pytest.mark.parametrize("amount", [1, 2, 1500, 250_000])
def test_items_are_read_by_name_wherever_they_stand(daraja: FakeDaraja, amount: int) -> None:
    notification = read(daraja, callback_of(prompt(amount=amount)))

    payment = notification.payment
    assert payment is not None
    assert (payment.outcome, payment.reason) == (Outcome.SUCCEEDED, None)
    assert (payment.amount, payment.currency) == (Decimal(f"{amount}.00"), "KES")
    assert (payment.receipt, payment.phone) == ("SAF0000001", "+254712345678")
    assert notification.provider_reference == payment.provider_reference == "ws_CO_1"
    assert (notification.refund, notification.deposit) == (None, None)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (fake.CANCELS, Reason.CANCELLED_BY_CUSTOMER),
        (fake.WRONG_PIN, Reason.WRONG_PIN),
        (fake.NO_MONEY, "insufficient_funds"),
    ],
)
def test_a_failure_says_why_in_both_words(daraja: FakeDaraja, result: tuple[int, str], reason: str) -> None:
    payment = read(daraja, callback_of(prompt(result))).payment

    assert payment is not None
    assert (payment.outcome, payment.reason, payment.amount) == (Outcome.FAILED, reason, None)
    assert payment.detail == f"{result[0]} {result[1]}"


def test_the_words_are_not_believed(daraja: FakeDaraja) -> None:
    payment = read(daraja, callback_of(prompt((1032, "The service request is processed successfully.")))).payment

    assert payment is not None
    assert payment.outcome is Outcome.FAILED


@pytest.mark.parametrize("code", [31337, "NEW_CODE", -1])
def test_a_new_code_is_unknown(daraja: FakeDaraja, code: Any) -> None:
    payment = read(daraja, callback_of(prompt((code, "Something new")))).payment

    assert payment is not None
    assert (payment.outcome, payment.reason) == (Outcome.UNKNOWN, Reason.NOT_KNOWN)


def test_a_code_may_be_text(daraja: FakeDaraja) -> None:
    payment = read(daraja, changed(callback_of(prompt()), ResultCode="0")).payment

    assert payment is not None
    assert payment.outcome is Outcome.SUCCEEDED


def test_the_same_message_has_the_same_id_and_another_one_another(daraja: FakeDaraja) -> None:
    message = callback_of(prompt())
    ids = [
        read(daraja, message).event_id,
        read(daraja, message).event_id,
        read(daraja, with_item("Amount", 1)).event_id,
        read(daraja, deposit_of("SAF0000001", "254712345678", 10, "x", "174379"), MessageKind.DEPOSIT).event_id,
        read(daraja, deposit_of("SAF0000001", "254712345678", 10, "x", "174379"), MessageKind.DEPOSIT_CHECK).event_id,
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
    assert all(len(event_id) <= 120 for event_id in ids)


@pytest.mark.parametrize(
    "message",
    [
        *(b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"{}", b'{"Body": []}', b'{"Body": {"stkCallback": 1}}'),
        b"[" * 100_000,
        b'{"Body": ' * 100_000,
        *(
            changed(callback_of(prompt()), ResultCode=code)
            for code in (None, True, 0.0, [], {}, "", "0 or so", "x" * 65)
        ),
        *(changed(callback_of(prompt()), CheckoutRequestID=name) for name in (None, 5, "", "a b", "x\0", "x" * 65)),
        *(changed(callback_of(prompt()), CallbackMetadata=items) for items in (None, [], {"Item": 5}, {"Item": [5]})),
        *(with_item("Amount", value) for value in (None, 0, -5, True, "NaN", "1e999999", 1.005, 10**12, [], "much")),
        *(with_item("MpesaReceiptNumber", value) for value in (None, 5, "", "saf1", "SAF\u0000001", "S" * 21)),
        callback_of(prompt()).replace(b"1500.0", b"NaN"),
        callback_of(prompt()).replace(b"1500.0", b"1" * 5000),
    ],
)
def test_what_makes_no_sense_is_not_read(daraja: FakeDaraja, message: bytes) -> None:
    with pytest.raises(NotReadable):
        read(daraja, message)


@pytest.mark.parametrize("phone", [None, "2547****5678", "07", 5, "254812345678"])
def test_a_phone_that_is_not_told_is_none(daraja: FakeDaraja, phone: Any) -> None:
    payment = read(daraja, with_item("PhoneNumber", phone)).payment

    assert payment is not None
    assert (payment.outcome, payment.phone) == (Outcome.SUCCEEDED, "")


def test_what_is_kept_of_their_words_is_short_and_tells_no_phone(daraja: FakeDaraja) -> None:
    words = "Sent to 254712345678 or 0712345678\x00\n\ud800 and so on " + "x" * 500
    payment = read(daraja, changed(callback_of(prompt(fake.CANCELS)), ResultDesc=words)).payment

    assert payment is not None
    assert payment.detail.startswith("1032 Sent to …678 or …678 and so on xxx")
    assert (len(payment.detail), payment.detail.isprintable()) == (200, True)
    assert (clean(None), clean(["x"]), clean(5), masked("+254712345678"), masked("")) == ("", "", "5", "…678", "")


@pytest.mark.parametrize("kind", [MessageKind.DEPOSIT, MessageKind.DEPOSIT_CHECK])
def test_money_that_is_paid_in_is_a_deposit(daraja: FakeDaraja, kind: MessageKind) -> None:
    deposit = read(daraja, deposit_of("SAF0000001", "254712345678", 1500, " ep-7k3qxm ", "174379"), kind).deposit

    assert deposit is not None
    assert (deposit.receipt, deposit.amount, deposit.currency) == ("SAF0000001", Decimal("1500.00"), "KES")
    assert (deposit.account, deposit.payer_name, deposit.payer_phone) == ("ep-7k3qxm", "WANJIKU KAMAU", "")
    assert deposit.paid_at == datetime(2026, 11, 27, 10, 30, tzinfo=NAIROBI)


def test_money_for_another_number_is_not_the_shops(daraja: FakeDaraja) -> None:
    with pytest.raises(NotGenuine):
        read(daraja, deposit_of("SAF0000001", "254712345678", 1500, "x", "600000"), MessageKind.DEPOSIT)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TransID", ""), ("TransID", None), ("TransAmount", "0"), ("TransAmount", "-1"), ("TransAmount", {})],
)
def test_a_deposit_that_makes_no_sense_is_not_read(daraja: FakeDaraja, name: str, value: Any) -> None:
    body = json.loads(deposit_of("SAF0000001", "254712345678", 1500, "x", "174379")) | {name: value}

    with pytest.raises(NotReadable):
        read(daraja, json.dumps(body).encode(), MessageKind.DEPOSIT)


@pytest.mark.parametrize("moment", ["today", "00010101000000", "99991231235959", None])
def test_a_time_that_makes_no_sense_is_none(daraja: FakeDaraja, moment: str | None) -> None:
    body = json.loads(deposit_of("SAF0000001", "254712345678", 1500, "x", "174379")) | {"TransTime": moment}

    deposit = read(daraja, json.dumps(body).encode(), MessageKind.DEPOSIT).deposit
    assert deposit is not None
    assert deposit.paid_at is None


def test_there_is_no_other_kind_of_message(daraja: FakeDaraja) -> None:
    with pytest.raises(NotReadable):
        read(daraja, callback_of(prompt()), MessageKind.EVENT)
