"""Money that is paid to the PayBill or till unasked, and money that goes back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.check_refunds import check_refunds
from orders.actions.match_payment import match_payment
from orders.actions.process_messages import process_messages
from orders.actions.request_refund import request_refund
from orders.models import LedgerEntry, Order, Payment, ProviderMessage, Refund
from tests.factories import make_user
from tests.fakes import daraja as fake
from tests.fakes import daraja_http as http
from tests.fakes.daraja import FakeDaraja, deposit_of
from tests.payments import an_order, pay, payments, the_payment

pytestmark = pytest.mark.django_db

PHONE = "254712345678"
TOKEN = "a-token-for-tests-of-deposits"


@pytest.fixture
def paybill(safaricom: FakeDaraja) -> FakeDaraja:
    """Safaricom, which has been told where payments to the shop's number are announced."""
    call_command("register_c2b", stdout=StringIO())
    return safaricom


def read_all() -> int:
    return process_messages(at=timezone.now())


def test_the_addresses_are_registered_and_shown_without_their_secret(safaricom: FakeDaraja) -> None:
    said = StringIO()

    call_command("register_c2b", stdout=said)

    assert safaricom.urls == {
        "ConfirmationURL": f"https://shop.example.co.ke/payments/deposits/{TOKEN}",
        "ValidationURL": f"https://shop.example.co.ke/payments/deposits/{TOKEN}/check",
    }
    assert safaricom.asked[-1][1]["ResponseType"] == "Completed"
    assert "M-Pesa says: success" in said.getvalue()
    assert TOKEN not in said.getvalue()


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("MPESA_DEPOSIT_TOKEN", "short", "MPESA_DEPOSIT_TOKEN"),
        ("MPESA_DEPOSIT_TOKEN", "a-token-that-may-execute-things", "“exe”"),
        ("PUBLIC_URL", "https://mpesa.example.co.ke", "“mpesa”"),
        ("PUBLIC_URL", "http://shop.example.co.ke", "https"),
        ("MPESA_SHORTCODE", "600000", "400.002.02"),
    ],
)
def test_addresses_that_daraja_does_not_take_are_not_registered(
    safaricom: FakeDaraja, settings: Any, setting: str, value: str, says: str
) -> None:
    setattr(settings, setting, value)

    with pytest.raises(CommandError, match=says):
        call_command("register_c2b", stdout=StringIO())

    assert safaricom.urls == {}


@pytest.mark.parametrize("spelt", ["{}", " {} ", "ep {}", "ep-{}"])
def test_money_that_names_an_order_pays_it(client: APIClient, paybill: FakeDaraja, spelt: str) -> None:
    order = an_order(client)
    bare = order["number"].removeprefix("EP-")
    account = spelt.format(order["number"] if spelt in ("{}", " {} ") else bare.lower())

    assert paybill.pay_in(PHONE, 1000, account)
    assert read_all() == 1

    told = payments(client, order)
    assert (told["status"], told["payment_status"]) == ("confirmed", "paid")
    assert (the_payment().receipt, the_payment().payer) == (paybill.ledger[0].receipt, "WANJIKU KAMAU")
    assert LedgerEntry.objects.get().amount == paybill.balance()


def test_money_that_names_none_waits_until_staff_match_it(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client)

    assert paybill.pay_in(PHONE, 1000, "my laptop")
    read_all()

    waiting = Payment.objects.unmatched().get()
    assert (waiting.account, waiting.status, waiting.amount) == ("my laptop", "succeeded", Decimal(1000))
    assert payments(client, order)["payment_status"] == "unpaid"
    match_payment(
        payment=waiting,
        order=Order.objects.get(),
        acting_user=make_user(is_staff=True),
        at=timezone.now(),
    )
    assert payments(client, order)["payment_status"] == "paid"


def test_a_confirmation_that_comes_twice_is_money_once(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client)
    paybill.callbacks[PHONE] = fake.TWICE

    paybill.pay_in(PHONE, 1000, order["number"])
    read_all()

    assert (ProviderMessage.objects.count(), Payment.objects.count(), LedgerEntry.objects.count()) == (2, 1, 1)
    assert Order.objects.get().paid == Decimal(1000)


def test_a_prompt_that_is_also_announced_as_a_deposit_is_money_once(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client)
    pay(client, order, "mpesa")
    paybill.act()
    receipt = paybill.ledger[0].receipt
    paybill._post(paybill.urls["ConfirmationURL"], deposit_of(receipt, PHONE, 1000, "EP7K3QXM", fake.SHORTCODE))

    read_all()

    assert (Payment.objects.count(), LedgerEntry.objects.count()) == (1, 1)
    assert Order.objects.get().paid == paybill.balance()


def test_more_than_is_due_is_owed_back(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client)

    paybill.pay_in(PHONE, 1500, order["number"])
    read_all()

    assert payments(client, order)["payment_status"] == "paid"
    assert (Order.objects.get().paid, Order.objects.get().owed) == (Decimal(1500), Decimal(500))


@pytest.mark.parametrize("path", ["", "/check"])
def test_without_the_secret_there_is_no_such_address(paybill: FakeDaraja, settings: Any, path: str) -> None:
    message = deposit_of("SAF0000099", PHONE, 1000, "x", fake.SHORTCODE)

    def statuses() -> list[int]:
        return [
            APIClient().post(f"/payments/deposits/{token}{path}", message, content_type="application/json").status_code
            for token in ("guessed", TOKEN.upper(), f"{TOKEN}x", TOKEN)
        ]

    assert statuses() == [404, 404, 404, 200]
    settings.MPESA_DEPOSIT_TOKEN = ""
    assert statuses() == [404, 404, 404, 404]
    assert ProviderMessage.objects.count() == (1 if path == "" else 0)


@pytest.mark.parametrize("path", ["", "/check"])
def test_deposits_are_posted_and_short(paybill: FakeDaraja, path: str) -> None:
    address = f"/payments/deposits/{TOKEN}{path}"

    assert APIClient().get(address).status_code == 405
    assert APIClient().post(address, b"x" * 70_000, content_type="application/json").status_code == 413
    assert APIClient().post(address, b"{}", content_type="application/json").status_code == 200


def test_money_for_another_number_is_not_let_in(paybill: FakeDaraja, settings: Any) -> None:
    message = deposit_of("SAF0000099", PHONE, 1000, "x", "600000")

    answer = APIClient().post(f"/payments/deposits/{TOKEN}/check", message, content_type="application/json")
    told = APIClient().post(f"/payments/deposits/{TOKEN}", message, content_type="application/json")
    read_all()

    assert (answer.status_code, answer.json()["ResultCode"]) == (200, "C2B00016")
    assert told.status_code == 200  # what has happened is stored …
    assert ProviderMessage.objects.get().status == "ignored"  # … and is no money of the shop's
    assert Payment.objects.count() == 0


# Money that goes back.


def paid_order(client: APIClient, safaricom: FakeDaraja) -> Payment:
    pay(client, an_order(client), "mpesa")
    safaricom.act()
    assert read_all() == 1
    payment = the_payment()
    assert (payment.status, payment.detail, ProviderMessage.objects.get().note) == (
        "succeeded",
        "0 The service request is processed successfully.",
        "",
    )
    return payment


def give_back(payment: Payment, amount: int) -> Refund:
    """A refund that the provider has been asked for."""
    refund = request_refund(
        payment=payment,
        amount=Decimal(amount),
        reason="Broken",
        by_hand=False,
        acting_user=make_user(is_staff=True),
        at=timezone.now(),
    )
    check_refunds(at=timezone.now())
    return refund


@pytest.mark.parametrize("how", [fake.ONCE, fake.TWICE])
def test_a_reversal_gives_money_back_once(client: APIClient, safaricom: FakeDaraja, how: str) -> None:
    payment = paid_order(client, safaricom)
    safaricom.callbacks[payment.receipt] = how

    refund = give_back(payment, 400)
    safaricom.act()
    read_all()

    refund.refresh_from_db()
    assert (refund.status, refund.receipt) == ("succeeded", safaricom.ledger[-1].receipt)
    assert Order.objects.get().repaid == Decimal(400)
    assert safaricom.balance() == 600


def test_a_reversal_whose_answer_was_lost_is_not_asked_for_again(client: APIClient, safaricom: FakeDaraja) -> None:
    payment = paid_order(client, safaricom)
    safaricom.faults["reverse"] = [http.HALF_AFTER]

    refund = give_back(payment, 1000)
    check_refunds(at=timezone.now() + timedelta(minutes=10))
    safaricom.act()
    read_all()

    refund.refresh_from_db()
    assert [operation for operation, _ in safaricom.asked].count("reverse") == 1
    assert (refund.status, safaricom.balance()) == ("succeeded", 0)


@pytest.mark.parametrize("fate", [fake.TIMES_OUT, fake.TIMES_OUT_AFTER])
def test_a_queue_that_times_out_leaves_a_refund_open(client: APIClient, safaricom: FakeDaraja, fate: str) -> None:
    payment = paid_order(client, safaricom)
    safaricom.reversals[payment.receipt] = fate

    refund = give_back(payment, 1000)
    safaricom.act()
    assert safaricom.delivered[-1][0].endswith("/timeout")
    read_all()

    refund.refresh_from_db()
    assert (refund.status, Order.objects.get().repaid) == ("sent", Decimal(0))
    assert refund.detail == "the provider's queue timed out"


def test_a_reversal_that_is_refused_can_be_asked_for_again(client: APIClient, safaricom: FakeDaraja) -> None:
    payment = paid_order(client, safaricom)
    safaricom.reversals[payment.receipt] = fake.BAD_ID

    refund = give_back(payment, 1000)
    safaricom.act()
    read_all()
    refund.refresh_from_db()
    assert refund.status == "failed"

    safaricom.reversals.clear()
    payment.refresh_from_db()
    again = give_back(payment, 1000)
    safaricom.act()
    read_all()
    again.refresh_from_db()
    assert (again.status, safaricom.balance()) == ("succeeded", 0)
