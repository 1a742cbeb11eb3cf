"""Asking for a payment by M-Pesa: what is sent, and what is known afterwards however it goes wrong."""

from __future__ import annotations

import time
from base64 import b64decode
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from orders.gateways.facts import OrderFacts, Outcome, Reason
from tests.fakes import daraja as fake
from tests.fakes import daraja_http as http
from tests.fakes.daraja import FakeDaraja
from tests.payments.mpesa import CALLBACK, PHONE, charge, gateway_of

IMPATIENT = httpx.Timeout(0.3)


def test_a_prompt_goes_to_the_phone(daraja: FakeDaraja) -> None:
    report = gateway_of(daraja).start(charge())

    (prompt,) = daraja.prompts
    assert report.outcome is Outcome.PENDING
    assert (report.provider_reference, report.reason) == (prompt.checkout, None)
    assert daraja.asked[-1] == (
        "submit",
        {
            "BusinessShortCode": "174379",
            "Password": daraja.asked[-1][1]["Password"],
            "Timestamp": "20261128003000",  # Nairobi's time
            "TransactionType": "CustomerPayBillOnline",
            "Amount": 1500,
            "PartyA": "254712345678",
            "PartyB": "174379",
            "PhoneNumber": "254712345678",
            "CallBackURL": CALLBACK,
            "AccountReference": "EP7K3QXM",
            "TransactionDesc": "ElectroPorts",
        },
    )
    assert b64decode(daraja.asked[-1][1]["Password"]).decode() == f"174379{fake.PASSKEY}20261128003000"


def test_buy_goods_pays_the_till_and_is_asked_for_by_the_shortcode() -> None:
    with FakeDaraja(till=fake.TILL) as daraja:
        report = gateway_of(daraja).start(charge())

    assert report.outcome is Outcome.PENDING
    sent = daraja.asked[-1][1]
    assert (sent["TransactionType"], sent["PartyB"]) == ("CustomerBuyGoodsOnline", fake.TILL)
    assert sent["BusinessShortCode"] == fake.SHORTCODE


@pytest.mark.parametrize("number", ["EP-7K3QXM", "EP-7K3QXM-AND-MORE"])
def test_the_account_reference_is_twelve_letters_and_digits_at_most(daraja: FakeDaraja, number: str) -> None:
    report = gateway_of(daraja).start(charge(order_number=number))

    assert report.outcome is Outcome.PENDING
    assert daraja.prompts[0].account == number.replace("-", "")[:12]


@pytest.mark.parametrize(
    "phone", ["", "+255712345678", "+254202345678", "+25471234567", "+2547123456789", "0712345678"]
)
def test_numbers_without_mpesa_are_asked_nothing(daraja: FakeDaraja, phone: str) -> None:
    report = gateway_of(daraja).start(charge(phone=phone))

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PHONE_NOT_TAKEN)
    assert daraja.asked == []


@pytest.mark.parametrize(("amount", "currency"), [("1500.50", "KES"), ("0.00", "KES"), ("15.00", "USD")])
def test_only_whole_shillings_are_asked_for(daraja: FakeDaraja, amount: str, currency: str) -> None:
    report = gateway_of(daraja).start(charge(amount=Decimal(amount), currency=currency))

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_REFUSED)
    assert daraja.asked == []


def test_it_says_what_it_does_not_take(daraja: FakeDaraja) -> None:
    order = OrderFacts("EP-7K3QXM", Decimal(300_000), Decimal(300_000), "KES")
    gateway = gateway_of(daraja)

    assert gateway.refusal(order, Decimal(250_000)) is None
    assert gateway.refusal(order, Decimal(1)) is None
    assert gateway.refusal(order, Decimal(250_001)) == "M-Pesa takes from 1 to 250,000 KES at a time."
    assert gateway.refusal(order, Decimal(0)) == "M-Pesa takes from 1 to 250,000 KES at a time."
    assert gateway.refusal(order, Decimal("1.50")) == "M-Pesa takes whole shillings only."
    assert gateway.refusal(replace(order, currency="USD"), Decimal(1)) == "M-Pesa takes Kenyan shillings only."


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (http.SPIKE, Reason.PROVIDER_UNAVAILABLE),
        (http.QUOTA, Reason.PROVIDER_UNAVAILABLE),
        (http.LOCKED, Reason.CUSTOMER_BUSY),
        (http.WALL, Reason.PROVIDER_REFUSED),
    ],
)
def test_what_was_turned_away_has_failed(daraja: FakeDaraja, fault: str, reason: Reason) -> None:
    daraja.faults["submit"] = [fault]

    report = gateway_of(daraja).start(charge())

    assert (report.outcome, report.reason) == (Outcome.FAILED, reason)
    assert (report.provider_reference, daraja.prompts) == ("", [])


def test_a_field_that_daraja_does_not_take_is_a_failure(daraja: FakeDaraja) -> None:
    report = gateway_of(daraja).start(charge(callback_url="https://shop.example.co.ke/mpesa/1"))

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_REFUSED)
    assert report.detail == "HTTP 400 400.002.02 Bad Request - Invalid CallBackURL"


@pytest.mark.parametrize("fault", [http.ERROR_500, http.INTERNAL, http.DROPS, http.REDIRECTS])
def test_nobody_knows_of_what_went_wrong_behind_the_door(daraja: FakeDaraja, fault: str) -> None:
    daraja.faults["submit"] = [fault]

    report = gateway_of(daraja).start(charge())

    assert (report.outcome, report.reason) == (Outcome.UNKNOWN, Reason.NOT_KNOWN)
    assert [operation for operation, _ in daraja.asked] == ["token"]  # it was not sent again


@pytest.mark.parametrize(
    "fault", [http.ERROR_500_AFTER, http.DROPS_AFTER, http.HALF_AFTER, http.FLOOD_AFTER, http.HANGS_AFTER]
)
def test_a_lost_answer_is_no_second_prompt(daraja: FakeDaraja, fault: str) -> None:
    daraja.faults["submit"] = [fault]

    report = gateway_of(daraja, timeout=IMPATIENT).start(charge())

    assert (report.outcome, report.provider_reference) == (Outcome.UNKNOWN, "")
    assert report.reason is Reason.NOT_KNOWN
    assert len(daraja.prompts) == 1


def test_a_hanging_provider_holds_nobody(daraja: FakeDaraja) -> None:
    daraja.faults["submit"] = [http.HANGS]
    began = time.monotonic()

    report = gateway_of(daraja, timeout=IMPATIENT).start(charge())

    assert report.outcome is Outcome.UNKNOWN
    assert time.monotonic() - began < 3


def test_an_answer_that_drips_is_not_waited_for(daraja: FakeDaraja) -> None:
    daraja.faults["submit"] = [http.DRIPS_AFTER]
    began = time.monotonic()

    report = gateway_of(daraja, deadline=0.5).start(charge())

    assert (report.outcome, len(daraja.prompts)) == (Outcome.UNKNOWN, 1)
    assert time.monotonic() - began < 5


def test_a_provider_that_is_not_there_took_nothing() -> None:
    with FakeDaraja() as daraja:
        gateway = gateway_of(daraja)

    report = gateway.start(charge())

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_UNAVAILABLE)


def test_connections_are_used_again(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja)

    for _ in range(5):
        gateway.start(charge())

    assert (len(daraja.prompts), daraja.server.connections) == (5, 1)


def test_logs_tell_no_phone_and_no_secret(daraja: FakeDaraja, caplog: pytest.LogCaptureFixture) -> None:
    daraja.faults["submit"] = [http.HALF_AFTER, http.LOCKED]
    caplog.set_level("DEBUG")
    gateway = gateway_of(daraja)

    for _ in range(3):
        gateway.start(charge())

    told = "".join(f"{record.getMessage()} {getattr(record, 'facts', '')}" for record in caplog.records)
    assert "…678" in told
    secrets = [PHONE[1:], "712345678", fake.PASSKEY, fake.SECRET, daraja.tokens[-1], daraja.asked[-1][1]["Password"]]
    assert [secret for secret in secrets if secret in told] == []
    assert fake.PASSKEY not in repr(gateway._account)
