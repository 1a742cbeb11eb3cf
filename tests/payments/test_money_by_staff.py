"""What staff write into the ledger: transfers, cash, refunds, matches and write-offs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from electroports.errors import InvalidInput
from orders import tasks
from orders.actions.fail_payment import fail_payment
from orders.actions.match_payment import match_payment
from orders.actions.receive_deposit import receive_deposit
from orders.actions.record_payment import record_payment
from orders.actions.request_refund import request_refund
from orders.actions.settle_payment import settle_payment
from orders.actions.write_off import write_off
from orders.errors import NothingToRefund, PaymentNotOpen
from orders.gateways.facts import Deposit
from orders.models import LedgerEntry, Order, OrderEvent, Payment, Refund
from tests.factories import make_user
from tests.payments import an_order, money_rows, pay, payments, simulate, the_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier(db: None) -> User:
    return make_user(is_staff=True, is_superuser=True)


def record(cashier: User, amount: str, reference: str = "FT26-1", order: Order | None = None) -> Payment:
    return record_payment(
        order=order,
        provider="bank",
        amount=Decimal(amount),
        reference=reference,
        acting_user=cashier,
        at=timezone.now(),
    )


def test_a_transfer_pays_the_order(client: APIClient, cashier: User) -> None:
    order = an_order(client)

    record(cashier, "1000.00", order=Order.objects.get())

    told = payments(client, order)
    assert (told["status"], told["payment_status"]) == ("confirmed", "paid")
    entry = LedgerEntry.objects.get()
    assert (entry.provider, entry.reference, entry.acting_user) == ("bank", "FT26-1", cashier)
    events = list(OrderEvent.objects.values_list("type", "actor"))
    assert events == [("placed", "customer"), ("payment", "staff"), ("confirmed", "system")]


def test_a_reference_is_used_once(client: APIClient, cashier: User) -> None:
    an_order(client)
    record(cashier, "400.00", order=Order.objects.get())
    before = money_rows()

    with pytest.raises(InvalidInput):
        record(cashier, "400.00", order=Order.objects.get())

    assert money_rows() == before


def test_cash_is_recorded_when_it_was_handed_over(client: APIClient, cashier: User) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    settle_payment(payment=the_payment(), receipt="R-17", acting_user=cashier, at=timezone.now())

    assert payments(client, order)["payment_status"] == "paid"
    with pytest.raises(PaymentNotOpen):
        settle_payment(payment=the_payment(), receipt="R-18", acting_user=cashier, at=timezone.now())
    assert LedgerEntry.objects.count() == 1


def test_a_payment_that_staff_know_came_to_nothing(client: APIClient, cashier: User) -> None:
    order = an_order(client)
    simulate(client, order, "answers_nothing")

    fail_payment(payment=the_payment(), why="Not on the statement.", acting_user=cashier, at=timezone.now())

    assert payments(client, order)["payments"][0]["status"] == "failed"
    assert simulate(client, order, "pays_at_once").status_code == 201
    with pytest.raises(PaymentNotOpen):
        fail_payment(payment=Payment.objects.latest("pk"), why="", acting_user=cashier, at=timezone.now())


def deposit(receipt: str, amount: str, account: str) -> str:
    return receive_deposit(
        provider="simulator",
        deposit=Deposit(receipt=receipt, amount=Decimal(amount), currency="KES", account=account, payer_name="W. K."),
        at=timezone.now(),
    )


@pytest.mark.parametrize("spelling", ["{}", " {} ", "ep {}", "EP-{}", "{lower}"])
def test_a_deposit_that_names_an_order_pays_it(client: APIClient, spelling: str) -> None:
    order = an_order(client)
    short = order["number"].removeprefix("EP-")
    account = spelling.format(short, lower=order["number"].lower())
    if spelling in ("{}", " {} "):
        account = spelling.format(order["number"])

    assert deposit("QX1", "1000.00", account) == ""

    assert payments(client, order)["payment_status"] == "paid"


def test_a_deposit_that_names_none_waits_to_be_matched(client: APIClient, cashier: User) -> None:
    order = an_order(client)

    deposit("QX1", "1000.00", "my phone")

    assert payments(client, order)["payment_status"] == "unpaid"
    waiting = Payment.objects.unmatched().get()
    assert (waiting.captured, waiting.account, waiting.payer) == (1000, "my phone", "W. K.")
    match_payment(payment=waiting, order=Order.objects.get(), acting_user=cashier, at=timezone.now())
    told = payments(client, order)
    assert (told["status"], told["payment_status"]) == ("confirmed", "paid")
    before = money_rows()
    with pytest.raises(PaymentNotOpen):
        match_payment(payment=waiting, order=Order.objects.get(), acting_user=cashier, at=timezone.now())
    assert money_rows() == before


def test_a_deposit_that_comes_twice_is_once(client: APIClient) -> None:
    order = an_order(client)
    deposit("QX1", "400.00", order["number"])
    before = money_rows()

    assert deposit("QX1", "400.00", order["number"]) == "It is known already."

    assert money_rows() == before


@pytest.mark.parametrize("outcome", ["hangs", "pays_at_once"])
def test_the_receipt_of_a_prompt_is_no_second_payment(client: APIClient, outcome: str) -> None:
    order = an_order(client)
    simulate(client, order, outcome)
    Payment.objects.update(receipt="")

    deposit("QX1", "1000.00", order["number"])

    assert (the_payment().receipt, the_payment().captured) == ("QX1", 1000)
    assert LedgerEntry.objects.count() == 1
    assert Order.objects.get().owed == 0


def refund(cashier: User, amount: str, **more: Any) -> Refund:
    values = {"reason": "Broken on arrival.", "by_hand": False, "acting_user": cashier, "at": timezone.now(), **more}
    return request_refund(payment=the_payment(), amount=Decimal(amount), **values)


def test_a_part_goes_back_through_the_provider(client: APIClient, cashier: User) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")

    sent = refund(cashier, "300.00")
    assert Refund.objects.get().status == "requested"
    assert tasks.send_refund(sent.pk)
    assert not tasks.send_refund(sent.pk)

    told = payments(client, order)
    assert (told["payment_status"], told["refunded"]) == ("partially_refunded", "300.00")
    assert told["payments"][0]["refunded"] == "300.00"
    assert LedgerEntry.objects.filter(kind="refunded").get().amount == 300
    event = OrderEvent.objects.latest("pk")
    assert (event.type, event.reason) == ("refund", "KES 300 given back: Broken on arrival.")


def test_all_of_it_goes_back_by_hand(client: APIClient, cashier: User) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")

    given = refund(cashier, "1000.00", by_hand=True, receipt="CASH-3")

    assert (given.is_by_hand, Refund.objects.get().status) == (True, "succeeded")
    assert payments(client, order)["payment_status"] == "refunded"


@pytest.mark.parametrize("amount", ["1000.01", "0.00", "-5.00"])
def test_never_more_than_came(client: APIClient, cashier: User, amount: str) -> None:
    simulate(client, an_order(client), "pays_at_once")
    before = money_rows()

    with pytest.raises(NothingToRefund):
        refund(cashier, amount)

    assert money_rows() == before


def test_what_is_on_its_way_back_counts(client: APIClient, cashier: User) -> None:
    simulate(client, an_order(client), "pays_at_once")
    refund(cashier, "600.00")

    with pytest.raises(NothingToRefund):
        refund(cashier, "600.00")

    assert Refund.objects.count() == 1


def test_a_refund_that_the_provider_refuses_can_be_given_by_hand(client: APIClient, cashier: User) -> None:
    order = an_order(client)
    simulate(client, order, "cannot_refund", delay=0)
    settle_payment(payment=the_payment(), receipt="SIM9", acting_user=cashier, at=timezone.now())

    tasks.send_refund(refund(cashier, "1000.00").pk)

    failed = Refund.objects.get()
    assert (failed.status, failed.detail) == ("failed", "The simulator was asked not to.")
    assert failed.attention
    assert payments(client, order)["refunded"] == "0.00"
    refund(cashier, "1000.00", by_hand=True)
    assert payments(client, order)["payment_status"] == "refunded"


def test_a_refund_whose_answer_is_lost_is_asked_about_and_not_sent_again(
    client: APIClient, cashier: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(client, an_order(client), "pays_at_once")
    sent = refund(cashier, "1000.00")
    calls: list[str] = []

    def lost(*_args: Any) -> None:
        calls.append("refund")
        raise TimeoutError

    monkeypatch.setattr("orders.gateways.simulator.Simulator.refund", lost)
    tasks.send_refund(sent.pk)
    Refund.objects.update(next_check_at=timezone.now())
    tasks.check_refunds()

    assert Refund.objects.get().status == "sent"
    assert calls == ["refund", "refund"]  # the second by `query_refund`, which tells the same
    assert the_payment().refunding == 1000


def test_what_is_due_can_be_written_off(client: APIClient, cashier: User) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once", amount="990.00")

    write_off(
        order=Order.objects.get(), amount=Decimal("10.00"), reason="Change.", acting_user=cashier, at=timezone.now()
    )

    told = payments(client, order)
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "paid", "0.00")
    assert OrderEvent.objects.filter(type="written_off").get().reason == "KES 10 written off: Change."
    before = money_rows()
    with pytest.raises(InvalidInput):
        write_off(order=Order.objects.get(), amount=Decimal(1), reason="", acting_user=cashier, at=timezone.now())
    assert money_rows() == before


def test_nobody_is_asked_for_a_day_and_longer(client: APIClient) -> None:
    simulate(client, an_order(client), "answers_nothing")
    Payment.objects.update(created_at=timezone.now() - timedelta(days=1), next_check_at=timezone.now())

    tasks.check_payments()

    payment = the_payment()
    assert (payment.status, payment.next_check_at) == ("unknown", None)
    assert payment.attention == "The provider did not say within a day what became of it."
