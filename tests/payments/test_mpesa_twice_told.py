"""Safaricom tells of a prompt that was answered as of any deposit, too: whichever comes first, it is money once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.process_messages import process_messages
from orders.actions.reconcile_payments import reconcile_payments
from orders.models import LedgerEntry, Order, Payment, ProviderMessage
from tests.fakes import daraja as fake
from tests.fakes.daraja import FakeDaraja, deposit_of
from tests.payments import an_order, pay, payments, sweep

pytestmark = pytest.mark.django_db

PHONE = "254712345678"
CANCELLED = (1032, "Request cancelled by user")


@pytest.fixture
def paybill(safaricom: FakeDaraja) -> FakeDaraja:
    """Safaricom, which has been told where payments to the shop's number are announced."""
    call_command("register_c2b", stdout=StringIO())
    return safaricom


@pytest.fixture
def till(safaricom: FakeDaraja, settings: Any) -> FakeDaraja:
    """The same for a shop with a till, to which nobody names an account."""
    safaricom.till = settings.MPESA_TILL = "600200"
    call_command("register_c2b", stdout=StringIO())
    return safaricom


def read_all(*, seconds: float = 0) -> int:
    return process_messages(at=timezone.now() + timedelta(seconds=seconds))


def announce(daraja: FakeDaraja, receipt: str, account: str) -> None:
    """Tell of money as of a deposit."""
    message = deposit_of(receipt, PHONE, 1000, account, daraja.till or fake.SHORTCODE)
    daraja._post(daraja.urls["ConfirmationURL"], message)


def test_a_prompt_that_was_given_up_and_paid_all_the_same(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client)
    pay(client, order, "mpesa")
    paybill.settle(paybill.prompts[0], CANCELLED)
    read_all()
    paybill.callbacks[PHONE] = "lost"
    paybill.settle(paybill.prompts[0], fake.PAYS)  # after all
    announce(paybill, paybill.ledger[0].receipt, order["number"])
    read_all()
    assert payments(client, order)["payment_status"] == "paid"

    at = timezone.now()
    reconcile_payments(provider="mpesa", since=at - timedelta(days=1), until=at + timedelta(days=1), at=at)

    found = Order.objects.get()
    assert (found.paid, found.owed, LedgerEntry.objects.count()) == (paybill.balance(), 0, 1)
    assert "may be the deposit" in Payment.objects.get(provider_reference=paybill.prompts[0].checkout).attention


def test_another_amount_is_another_payment(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client, price="3000.00")
    pay(client, order, "mpesa", amount="2000.00")
    paybill.callbacks[PHONE] = "lost"
    paybill.act()
    announce(paybill, "SAF9999999", order["number"])
    read_all()

    sweep(seconds=40)

    assert payments(client, order)["payment_status"] == "paid"


def test_a_till_tells_first_whose_money_it_is_later(client: APIClient, till: FakeDaraja) -> None:
    order = an_order(client)
    pay(client, order, "mpesa")
    till.callbacks[PHONE] = fake.HELD
    till.act()
    announce(till, till.ledger[0].receipt, "")
    read_all()

    till.release()
    read_all()
    read_all(seconds=30)

    assert payments(client, order)["payment_status"] == "paid"
    assert (Payment.objects.count(), LedgerEntry.objects.count()) == (1, 1)
    assert {row.status for row in ProviderMessage.objects.all()} == {"processed"}


def test_a_till_whose_other_message_is_lost_asks_for_a_person(client: APIClient, till: FakeDaraja) -> None:
    order = an_order(client)
    pay(client, order, "mpesa")
    till.callbacks[PHONE] = "lost"
    till.act()
    announce(till, till.ledger[0].receipt, "")
    assert read_all() == 1
    assert not Payment.objects.unmatched().exists()

    sweep(seconds=40)
    for seconds in (10, 40, 90, 160, 240):
        read_all(seconds=seconds)

    assert payments(client, order)["payment_status"] == "paid"
    assert f"payment of the order {order['number']}, which is counted" in Payment.objects.unmatched().get().attention


def test_money_that_nobody_was_asked_for_does_not_wait(client: APIClient, till: FakeDaraja) -> None:
    order = an_order(client)
    pay(client, order, "mpesa", amount="500.00")

    announce(till, "SAF9999999", "")
    read_all()

    waiting = Payment.objects.unmatched().get()
    assert (waiting.amount, waiting.attention) == (1000, "")


def test_a_message_in_chunks_is_read(client: APIClient, paybill: FakeDaraja) -> None:
    order = an_order(client)
    message = deposit_of("SAF9999999", PHONE, 1000, order["number"], fake.SHORTCODE)
    extra = {"wsgi.input": BytesIO(message), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    path = urlsplit(paybill.urls["ConfirmationURL"]).path
    response = APIClient().generic("POST", path, content_type="application/json", **extra)
    read_all()

    assert response.status_code == 200
    assert payments(client, order)["payment_status"] == "paid"


def test_a_message_in_chunks_has_an_end(paybill: FakeDaraja) -> None:
    extra = {"wsgi.input": BytesIO(b" " * 70_000), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    path = urlsplit(paybill.urls["ConfirmationURL"]).path
    response = APIClient().generic("POST", path, content_type="application/json", **extra)

    assert (response.status_code, ProviderMessage.objects.count()) == (413, 0)
