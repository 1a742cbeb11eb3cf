"""What staff do with payments: each once, each only with the right to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from orders.gateways.facts import Outcome, Report, Terms
from orders.models import LedgerEntry, Order, Payment, Refund
from tests.admin.money import make_order, make_paid, make_payment
from tests.admin.pages import change_page, messages_after, read_form, sign_in_with, twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]
LIST = "/admin/orders/payment/"


def page(name: str, payment: Payment) -> str:
    return reverse(f"admin:orders_payment_{name}", args=[payment.pk])


def found(client: Client, **query: Any) -> list[int]:
    response: Any = client.get(LIST, query)
    assert response.status_code == 200, response.headers
    return [row.pk for row in response.context_data["cl"].result_list]


def offered(client: Client, payment: Payment) -> set[str]:
    response: Any = client.get(change_page(payment))
    shown = response.context_data["actions_detail"]
    actions = [action for each in shown for action in each.get("items", [each])]
    return {action["path"].rstrip("/").rpartition("/")[2] for action in actions}


def test_unmatched_money_is_matched_once(office: Client, boss: User) -> None:
    order, other = make_order(), make_order()
    payment = make_paid(order=None, amount=order.total)

    told = twice(office, page("match", payment), {"number": f" {order.number.lower()} "})
    office.post(page("match", payment), {"number": other.number})

    assert told == [
        f"KES 1,000 is matched with {order.number}.",
        "This money has been matched with an order already.",
    ]
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.paid, order.status, other.paid) == (Decimal("1000.00"), "confirmed", Decimal(0))
    assert order.events.get(type="payment").acting_user == boss


def test_money_that_went_back_waits_no_more_and_is_matched_with_nothing(office: Client) -> None:
    order, payment = make_order(), make_paid(order=None)
    assert found(office, queue="unmatched") == [payment.pk]
    entered = {
        "once": uuid4(),
        "amount": payment.amount,
        "reason": "Paid by mistake",
        "way": "hand",
        "receipt": "TKR1BACK",
    }

    office.post(page("refund", payment), entered)
    response = office.post(page("match", payment), {"number": order.number})

    assert messages_after(office, response)[-1] == "This money has been given back."
    assert found(office, queue="unmatched") == []
    assert offered(office, payment) == set()
    payment.refresh_from_db()
    assert (payment.refunded, payment.order) == (payment.amount, None)
    assert not order.events.filter(type="payment").exists()


def test_an_order_is_named_however_its_number_is_spaced(office: Client) -> None:
    Order.objects.filter(pk=make_order().pk).update(number="EP-7K3QXM")
    payment = make_paid(order=None)

    office.post(page("match", payment), {"number": "ep 7k3qxm"})

    payment.refresh_from_db()
    assert payment.order == Order.objects.get()


def test_what_never_came_is_matched_with_nothing(office: Client) -> None:
    order, payment = make_order(), make_payment(order=None)

    response = office.post(page("match", payment), {"number": order.number})

    assert messages_after(office, response)[-1] == "Nothing came by this payment."
    payment.refresh_from_db()
    assert payment.order is None
    assert not order.events.filter(type="payment").exists()


def test_matching_offers_orders_with_the_same_amount_or_phone(office: Client) -> None:
    same = make_order(contact={"name": "Faith", "phone": "+254700000001"})
    phone = make_order(lines=2, contact={"phone": "+254711111111"})
    make_order(lines=3)
    payment = make_paid(order=None, amount=same.total, phone="+254711111111")

    facts = office.get(page("match", payment)).context_data["facts"]["May be meant for"]  # type: ignore[attr-defined]

    assert facts.count("?number=") == 2
    assert f">{same.number}</a> · Faith · KES 1,000 due · Pending · same amount" in facts
    assert f">{phone.number}</a> · Guest · KES 2,000 due · Pending · same phone" in facts
    assert read_form(office, f"{page('match', payment)}?number={same.number}") == {"number": same.number}


def test_an_order_that_is_not_there_is_refused_at_its_field(office: Client) -> None:
    payment = make_paid(order=None)

    response: Any = office.post(page("match", payment), {"number": "EP-222222"})

    assert response.context_data["form"].errors["number"] == ["There is no such order."]
    assert Payment.objects.get().order is None


def test_money_that_came_is_recorded_once(office: Client, boss: User) -> None:
    payment = make_payment(status="unknown", attention="The provider did not say.")

    told = twice(office, page("settle", payment), {"receipt": "TKR1AB2CD3"})

    assert told == [
        "KES 1,000 is recorded as received: TKR1AB2CD3.",
        "This payment is in the ledger already.",
    ]
    payment.refresh_from_db()
    assert (payment.status, payment.captured, payment.attention) == ("succeeded", Decimal("1000.00"), "")
    entry = LedgerEntry.objects.get()
    assert (entry.reference, entry.acting_user) == ("TKR1AB2CD3", boss)


def test_a_receipt_of_another_payment_is_refused_at_the_form(office: Client) -> None:
    known, payment = make_paid(), make_payment()

    response: Any = office.post(page("settle", payment), {"receipt": known.receipt})

    assert "A payment with this reference is there already." in str(response.context_data["form"].errors)
    payment.refresh_from_db()
    assert payment.status == "pending"


def test_a_payment_fails_once(office: Client) -> None:
    payment = make_payment()

    told = twice(office, page("fail", payment), {"reason": "Not on the statement"})

    assert told == [
        "Marked as failed: Not on the statement.",
        "What became of this payment is known already.",
    ]
    payment.refresh_from_db()
    assert (payment.status, payment.detail) == ("failed", "Not on the statement")


def test_the_provider_is_asked_now(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = make_payment()

    class Paid:
        def query(self, asked: Any, *, at: Any) -> Report:
            return Report(Outcome.SUCCEEDED, receipt="TKR1AB2CD3", amount=payment.amount)

    monkeypatch.setattr("orders.actions.check_payment.gateway", lambda _name: Paid())
    monkeypatch.setattr("orders.actions.check_payment.terms_of", lambda _name: Terms("M-Pesa", timedelta(minutes=2)))

    told = twice(office, page("check_now", payment), {})

    assert told == ["Mpesa was asked. The payment is: Succeeded."] * 2
    assert LedgerEntry.objects.count() == 1


def test_a_refund_is_asked_for_once_however_often_it_is_sent(office: Client, boss: User) -> None:
    payment = make_paid()
    entered = read_form(office, page("refund", payment))
    assert (entered["amount"], entered["way"]) == ("1000.00", ["hand"])

    told = twice(office, page("refund", payment), {**entered, "amount": "300", "reason": "Scratched", "receipt": "R-1"})

    assert told == ["KES 300 has been given back: Scratched.", "This refund was asked for already."]
    refund = Refund.objects.get()
    assert (refund.amount, refund.receipt, refund.is_by_hand, refund.acting_user) == (300, "R-1", True, boss)
    payment.refresh_from_db()
    assert (payment.refunded, payment.refunding) == (300, 300)


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"amount": "1000.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"receipt": ""}, "receipt"),
        ({"reason": ""}, "reason"),
        ({"once": "x"}, "once"),
    ],
    ids=str,
)
def test_a_refund_that_cannot_be_is_refused_at_its_field(office: Client, entered: dict[str, str], field: str) -> None:
    payment = make_paid()
    form = {"once": str(uuid4()), "amount": "10", "reason": "Scratched", "way": "hand", "receipt": "R-1"}

    response: Any = office.post(page("refund", payment), {**form, **entered})

    assert response.status_code == 200
    assert list(response.context_data["form"].errors) == [field]
    assert Refund.objects.count() == 0
    payment.refresh_from_db()
    assert payment.refunding == 0


def test_what_was_looked_at_leaves_the_list_unless_more_came_up(office: Client) -> None:
    payment = make_payment(attention="Paid from the phone …678.", next_check_at=timezone.now())
    seen = {**read_form(office, page("dismiss", payment)), "reason": "His wife's phone"}
    Payment.objects.update(attention="900.00 was paid.")

    office.post(page("dismiss", payment), seen)
    assert found(office, queue="attention") == [payment.pk]
    office.post(page("dismiss", payment), {**seen, "seen": "900.00 was paid."})

    assert found(office, queue="attention") == []


def test_what_nobody_asks_about_any_more_stays_on_the_list(office: Client) -> None:
    payment = make_payment(status="unknown", attention="The provider did not say.")
    seen = {**read_form(office, page("dismiss", payment)), "reason": "Never mind"}

    response = office.post(page("dismiss", payment), seen)

    assert messages_after(office, response)[-1] == "Nobody knows yet what became of it. Find out, and record it."
    assert found(office, queue="attention") == [payment.pk]


def test_only_what_makes_sense_is_offered(office: Client) -> None:
    assert offered(office, make_payment()) == {"settle", "check", "fail"}
    assert offered(office, make_paid()) == {"refund"}
    assert offered(office, make_paid(order=None, attention="Whose?")) == {"match", "refund", "dismiss"}
    assert offered(office, make_payment(status="failed")) == {"settle"}


def test_payments_are_found(office: Client) -> None:
    paid = make_paid(receipt="TKR1AB2CD3", provider_reference="ws_CO_X", phone="+254712345678", provider="bank")
    loose = make_paid(order=None, attention="Whose?")
    assert paid.order is not None

    for words in ("tkr1ab2cd3", "ws_CO_X", paid.order.number.lower(), "0712 345678", "+254712345678"):
        assert found(office, q=words) == [paid.pk], words
    assert found(office, queue="unmatched") == [loose.pk]
    assert found(office, queue="attention") == [loose.pk]
    assert found(office, provider="bank") == [paid.pk]
    assert found(office, status__exact="failed") == []
    assert found(office, created_at_to="31/12/2019") == []


ACTIONS = {
    "match": "change_payment",
    "settle": "change_payment",
    "fail": "change_payment",
    "check_now": "change_payment",
    "dismiss": "change_payment",
    "refund": "add_refund",
}


@pytest.mark.parametrize(("name", "permission"), ACTIONS.items())
def test_each_action_needs_its_permission(name: str, permission: str) -> None:
    payment = make_payment(attention="Look")
    others = [f"orders.{each}" for each in {*ACTIONS.values(), "add_payment"} - {permission}]
    without = sign_in_with("orders.view_payment", *others)
    blind = sign_in_with(f"orders.{permission}")
    allowed = sign_in_with("orders.view_payment", f"orders.{permission}")

    assert (without.get(page(name, payment)).status_code, without.post(page(name, payment)).status_code) == (403, 403)
    assert (blind.get(page(name, payment)).status_code == 200) == (permission == "change_payment")
    assert allowed.get(page(name, payment)).status_code == 200
    payment.refresh_from_db()
    assert (payment.status, payment.attention) == ("pending", "Look")


def test_staff_without_the_right_see_no_money() -> None:
    payment = make_paid()
    client = sign_in_with("orders.view_order")

    assert client.get(LIST).status_code == 403
    assert client.get(change_page(payment)).status_code == 403
    assert client.get("/admin/orders/ledgerentry/").status_code == 403
    response: Any = client.get(change_page(Order.objects.get()))
    shown = {inline.opts.model for inline in response.context_data["inline_admin_formsets"]}
    assert not shown & {Payment, LedgerEntry}
    assert response.context_data["actions_detail"] == []


def test_payments_are_not_written_by_hand(office: Client) -> None:
    payment = make_paid()
    entry = payment.entries.get()

    for row in (payment, entry):
        assert office.post(change_page(row), {"amount": "1"}).status_code == 403
        assert office.post(change_page(row).replace("change", "delete"), {"post": "yes"}).status_code == 403
    payment.refresh_from_db()
    assert payment.amount == Decimal("1000.00")
