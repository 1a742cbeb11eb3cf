"""Paying by M-Pesa, through the shop's API and its callbacks: whatever happens, Safaricom's books and ours agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.expire_orders import expire_orders
from orders.actions.process_messages import process_messages
from orders.models import LedgerEntry, Order, Payment, ProviderMessage
from tests.factories import make_user
from tests.fakes import daraja as fake
from tests.fakes import daraja_http as http
from tests.fakes.daraja import FakeDaraja, callback_of
from tests.orders import client_of, refused
from tests.payments import an_order, pay, payments, sweep, the_payment

pytestmark = pytest.mark.django_db

PHONE = "254712345678"


@pytest.fixture(autouse=True)
def books_agree(safaricom: FakeDaraja) -> Iterator[None]:
    """After every scenario what Safaricom says was paid is what the ledger says, both ways, or a person is told."""
    yield
    read_all()
    theirs = {entry.receipt: Decimal(entry.amount) for entry in safaricom.ledger if entry.amount > 0}
    names = {prompt.receipt: prompt.checkout for prompt in safaricom.prompts}
    ours = {entry.reference: entry.amount for entry in LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CAPTURED)}
    parked = set(Payment.objects.exclude(attention="").values_list("provider_reference", flat=True))
    for receipt, amount in theirs.items():
        entered = ours.pop(receipt, None) or ours.pop(names.get(receipt, ""), None)
        assert entered == amount or names.get(receipt) in parked
    assert ours == {}


def read_all(*, seconds: float = 0) -> int:
    """Act upon the stored messages, as the job does."""
    return process_messages(at=timezone.now() + timedelta(seconds=seconds))


def ask(client: APIClient, order: dict[str, Any], **body: Any) -> dict[str, Any]:
    """A payment by M-Pesa that was begun."""
    response = pay(client, order, "mpesa", **body)
    assert response.status_code == 201, response.content
    return dict(response.json())


def state(client: APIClient, order: dict[str, Any]) -> tuple[str, str, str]:
    told = payments(client, order)
    return told["status"], told["payment_status"], told["payments"][0]["status"]


def test_paid(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)

    begun = ask(client, order)
    assert (begun["status"], begun["phone"], begun["next_action"]) == ("pending", "+254712345678", None)
    assert state(client, order) == ("pending", "unpaid", "pending")
    safaricom.act()
    assert read_all() == 1

    assert state(client, order) == ("confirmed", "paid", "succeeded")
    assert payments(client, order)["payments"][0]["receipt"] == safaricom.ledger[0].receipt
    assert safaricom.balance() == Order.objects.get().paid == Decimal(1000)
    assert [status for _, status in safaricom.delivered] == [200]


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (fake.CANCELS, "cancelled_by_customer"),
        (fake.WRONG_PIN, "wrong_pin"),
        (fake.NO_MONEY, "insufficient_funds"),
        (fake.UNREACHABLE, "customer_unreachable"),
    ],
)
def test_not_paid_and_then_paid(client: APIClient, safaricom: FakeDaraja, does: tuple[int, str], code: str) -> None:
    order = an_order(client)
    safaricom.customers[PHONE] = does
    ask(client, order)
    safaricom.act()
    read_all()

    told = payments(client, order)
    assert (told["payment_status"], told["payments"][0]["status"]) == ("unpaid", "failed")
    assert told["payments"][0]["reason"]["code"] == code

    safaricom.customers[PHONE] = fake.PAYS
    ask(client, order)
    safaricom.act()
    read_all()
    assert state(client, order) == ("confirmed", "paid", "succeeded")


def test_a_lost_callback_is_found_within_two_minutes(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    safaricom.callbacks[PHONE] = fake.LOST
    ask(client, order)
    safaricom.act()

    assert sweep(seconds=60) == 1

    assert state(client, order) == ("confirmed", "paid", "succeeded")
    assert safaricom.delivered == []


def test_a_late_callback_adds_the_receipt_to_what_was_found(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    safaricom.callbacks[PHONE] = fake.HELD
    ask(client, order)
    safaricom.act()
    sweep(seconds=60)
    assert the_payment().receipt == ""

    safaricom.release()
    read_all()

    assert the_payment().receipt == safaricom.ledger[0].receipt
    assert LedgerEntry.objects.count() == 1


def test_a_customer_who_thinks_long_is_asked_about_until_they_act(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    safaricom.customers[PHONE] = fake.IS_SLOW
    ask(client, order)
    safaricom.act()
    sweep(seconds=35)
    safaricom.in_flight = "500.001.1001"
    sweep(seconds=70)
    assert state(client, order) == ("pending", "unpaid", "pending")

    safaricom.settle(safaricom.prompts[0], fake.PAYS)
    read_all()
    assert state(client, order) == ("confirmed", "paid", "succeeded")


def test_duplicates_change_nothing(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    safaricom.callbacks[PHONE] = fake.TWICE
    ask(client, order)
    safaricom.act()
    safaricom.callbacks[PHONE] = fake.ONCE
    read_all()
    safaricom._post(safaricom.prompts[0].callback_url, callback_of(safaricom.prompts[0]))
    read_all()

    assert state(client, order) == ("confirmed", "paid", "succeeded")
    assert (LedgerEntry.objects.count(), Order.objects.get().paid) == (1, Decimal(1000))


def test_a_failure_that_comes_after_the_success_takes_nothing_back(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    ask(client, order)
    safaricom.act()
    prompt = safaricom.prompts[0]
    prompt.result = fake.CANCELS
    late = callback_of(prompt)
    prompt.result = fake.PAYS
    read_all()

    safaricom._post(prompt.callback_url, late)
    read_all()

    assert state(client, order) == ("confirmed", "paid", "succeeded")


@pytest.mark.parametrize("fault", [http.HALF_AFTER, http.ERROR_500_AFTER, http.DROPS_AFTER])
def test_a_lost_answer_is_settled_by_the_callback(client: APIClient, safaricom: FakeDaraja, fault: str) -> None:
    order = an_order(client)
    safaricom.faults["submit"] = [fault]

    assert ask(client, order)["status"] == "unknown"
    assert pay(client, order, "mpesa").status_code == 409
    sweep(seconds=60)
    assert len(safaricom.prompts) == 1  # and never a second one
    safaricom.act()
    read_all()

    assert state(client, order) == ("confirmed", "paid", "succeeded")
    assert the_payment().provider_reference == safaricom.prompts[0].checkout


def test_what_was_turned_away_can_be_tried_again_at_once(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    safaricom.faults["submit"] = [http.SPIKE]

    first = ask(client, order)
    assert (first["status"], first["reason"]["code"]) == ("failed", "provider_unavailable")
    assert ask(client, order)["status"] == "pending"
    safaricom.act()
    read_all()
    assert state(client, order) == ("confirmed", "paid", "succeeded")


def test_money_that_comes_after_the_order_ran_out_is_honoured(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    safaricom.callbacks[PHONE] = fake.HELD
    ask(client, order)
    safaricom.act()
    assert expire_orders(at=timezone.now() + timedelta(hours=2)) == 1

    safaricom.release()
    read_all()

    assert state(client, order) == ("confirmed", "paid", "succeeded")


def test_callbacks_of_many_may_come_in_any_order(safaricom: FakeDaraja) -> None:
    buyers = [client_of(make_user(phone=f"+2547000000{number:02d}")) for number in range(10, 20)]
    ordered = [(buyer, an_order(buyer, price=f"{100 + place}.00")) for place, buyer in enumerate(buyers)]
    for place, (buyer, order) in enumerate(ordered):
        safaricom.callbacks[f"2547000000{place + 10:02d}"] = fake.HELD
        safaricom.customers[f"2547000000{place + 10:02d}"] = fake.CANCELS if place % 3 == 0 else fake.PAYS
        ask(buyer, order)
    safaricom.act()

    safaricom.release(shuffled=True)
    assert read_all() == 10

    assert [state(buyer, order)[2] for buyer, order in ordered] == [
        "failed" if place % 3 == 0 else "succeeded" for place in range(10)
    ]
    assert safaricom.balance() == sum(Order.objects.values_list("paid", flat=True))


def forge(safaricom: FakeDaraja, **changes: Any) -> bytes:
    """A callback that says that the open prompt was paid, which it was not."""
    prompt = safaricom.prompts[0]
    prompt.result, prompt.receipt = fake.PAYS, "FORGED0001"
    message = json.loads(callback_of(prompt))
    prompt.result, prompt.receipt = None, ""
    message["Body"]["stkCallback"].update(changes)
    return json.dumps(message).encode()


def test_a_forged_callback_is_not_believed(
    client: APIClient, safaricom: FakeDaraja, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    order = an_order(client)
    safaricom.customers[PHONE] = fake.IS_SLOW
    ask(client, order)
    url, message = safaricom.prompts[0].callback_url, forge(safaricom)
    other = Payment.objects.get().reference
    wrong = [url[:-1] + ("A" if url[-1] != "A" else "B"), url.replace(str(other), "0" * 8 + str(other)[8:])]

    assert [safaricom._post(address, message) for address in wrong] == [404, 404]
    assert ProviderMessage.objects.count() == 0
    assert caplog.text.count("forged message of a provider") == 2

    # And with the right address, Safaricom is asked.
    assert safaricom._post(url, message) == 200
    read_all()
    assert state(client, order) == ("pending", "unpaid", "pending")
    assert LedgerEntry.objects.count() == 0


def test_a_callback_of_another_prompt_is_parked(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    ask(client, order)
    stranger = client_of(make_user(phone="+254700000001"))
    ask(stranger, an_order(stranger))
    safaricom.settle(safaricom.prompts[1], fake.PAYS)
    mine = Payment.objects.get(phone="+254712345678")

    safaricom._post(safaricom.prompts[0].callback_url, callback_of(safaricom.prompts[1]))
    for seconds in range(0, 2000, 200):
        read_all(seconds=seconds)

    mine.refresh_from_db()
    assert mine.status == "pending"
    assert mine.attention.startswith("The provider speaks of ")
    assert Payment.objects.get(phone="+254700000001").status == "succeeded"


@pytest.mark.parametrize(
    ("name", "value", "attention"),
    [
        ("Amount", 1.0, "1.00 was paid, and 1000.00 was asked for."),
        ("PhoneNumber", 254700000009, "Paid from the phone"),
    ],
)
def test_another_amount_or_phone_is_parked(
    client: APIClient, safaricom: FakeDaraja, name: str, value: Any, attention: str
) -> None:
    order = an_order(client)
    safaricom.callbacks[PHONE] = fake.LOST
    ask(client, order)
    safaricom.act()
    message = json.loads(callback_of(safaricom.prompts[0]))
    items = message["Body"]["stkCallback"]["CallbackMetadata"]["Item"]
    next(item for item in items if item["Name"] == name)["Value"] = value

    safaricom._post(safaricom.prompts[0].callback_url, json.dumps(message).encode())
    read_all()

    assert attention in the_payment().attention
    assert state(client, order) == ("pending", "unpaid", "pending")


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3"])
def test_callbacks_may_be_held_to_some_addresses(
    client: APIClient, safaricom: FakeDaraja, settings: Any, address: str
) -> None:
    settings.MPESA_ALLOWED_IPS = [ip_network("10.1.0.0/16")]
    ask(client, an_order(client))
    safaricom.act()
    path = safaricom.prompts[0].callback_url.removeprefix("https://shop.example.co.ke")

    assert [status for _, status in safaricom.delivered] == [404]
    response = APIClient(REMOTE_ADDR=address).post(
        path, callback_of(safaricom.prompts[0]), content_type="application/json"
    )
    assert response.status_code == 200


def test_a_message_that_makes_no_sense_is_kept_and_changes_nothing(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client)
    ask(client, order)

    assert safaricom._post(safaricom.prompts[0].callback_url, b'{"Body": ') == 200
    read_all()

    assert ProviderMessage.objects.get().status == "failed"
    assert bytes(ProviderMessage.objects.get().body) == b'{"Body": '
    assert state(client, order) == ("pending", "unpaid", "pending")


def test_one_prompt_at_a_time_for_an_order_and_for_a_phone(client: APIClient, safaricom: FakeDaraja) -> None:
    first, second = an_order(client), an_order(client)
    ask(client, first)

    for order in (first, second):
        response = pay(client, order, "mpesa")
        assert (response.status_code, response.json()["code"]) == (409, "payment_in_progress")
        assert int(response["Retry-After"]) > 0
    assert len(safaricom.prompts) == 1


def test_a_dear_order_is_paid_in_parts(client: APIClient, safaricom: FakeDaraja) -> None:
    order = an_order(client, price="300000.00")
    assert payments(client, order)["options"][0] == {
        "provider": "mpesa",
        "label": "M-Pesa",
        "needs_phone": True,
        "amount": "250000.00",
    }

    ask(client, order, amount="250000.00")
    safaricom.act()
    read_all()
    assert state(client, order)[:2] == ("pending", "partially_paid")
    ask(client, order)
    safaricom.act()
    read_all()

    assert state(client, order)[:2] == ("confirmed", "paid")
    assert [entry.amount for entry in safaricom.ledger] == [250_000, 50_000]


def test_a_phone_is_not_asked_without_end(client: APIClient, safaricom: FakeDaraja) -> None:
    safaricom.customers["254712345678"] = fake.CANCELS
    for _ in range(10):
        ask(client, an_order(client))
        safaricom.act()
        read_all()
    order = an_order(client)

    response = pay(client, order, "mpesa")

    refused(response, 409, "too_many_payments")
    assert response["Retry-After"] == "900"
    assert (len(safaricom.prompts), Payment.objects.count()) == (10, 10)
