"""What staff do with refunds, with an order's money, and with what providers sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from orders.admin.messages import readable
from orders.gateways import registry
from orders.models import LedgerEntry, Order, Payment, ProviderMessage, Refund
from tests.admin.money import make_message, make_order, make_paid, make_payment, make_refund
from tests.admin.pages import change_page, messages_after, read_form, sign_in_with, twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]
PDF = b"%PDF-1.7 slip"


def page(name: str, row: Any) -> str:
    return reverse(f"admin:orders_{row._meta.model_name}_{name}", args=[row.pk])


def overpaid(**fields: Any) -> Order:
    """A cancelled order for which two payments came, so that both are owed."""
    order = make_order(lines=2)
    for _ in range(2):
        make_paid(order=order, amount=Decimal("1000.00"), **fields)
    order.refresh_from_db()
    Order.objects.filter(pk=order.pk).update(status="cancelled", owed=order.paid)
    order.refresh_from_db()
    return order


@pytest.fixture
def simulated(settings: Any) -> Iterator[None]:
    """A provider that gives money back by itself."""
    settings.DEBUG = True
    registry.gateway.cache_clear()
    yield
    registry.gateway.cache_clear()


def bank_slip(**changes: Any) -> dict[str, Any]:
    """What the form for a bank transfer takes."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return {
        "provider": "bank",
        "amount": "1000.00",
        "reference": "FT26331ABCD",
        "payer": "Wanjiku Kamau",
        "paid_on": f"{today:%Y-%m-%d}",
        **changes,
    }


def test_a_bank_transfer_is_recorded_once_with_its_slip(office: Client, boss: User) -> None:
    order = make_order()
    form = read_form(office, page("record", order))
    assert (form["amount"], form["provider"]) == ("1000.00", ["bank"])

    office.post(page("record", order), bank_slip(document=SimpleUploadedFile("slip of Wanjiku.pdf", PDF)))
    again: Any = office.post(page("record", order), bank_slip())

    assert "A payment with this reference is there already." in again.context_data["form"].errors["reference"]
    payment = Payment.objects.get()
    assert (payment.status, payment.receipt, payment.acting_user) == ("succeeded", "FT26331ABCD", boss)
    assert "Wanjiku" not in payment.document.name
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.paid) == ("confirmed", "paid", Decimal("1000.00"))
    slip: Any = office.get(page("document", payment))
    assert (b"".join(slip.streaming_content), slip["Content-Disposition"]) == (
        PDF,
        f'attachment; filename="payment-{payment.pk}.pdf"',
    )


def test_a_slip_is_seen_by_staff_alone(office: Client, client: Client, settings: Any) -> None:
    order = make_order()
    office.post(page("record", order), bank_slip(document=SimpleUploadedFile("slip.pdf", PDF)))
    payment = Payment.objects.get()

    for path in (payment.document.name, f"./{payment.document.name}", f"x/../{payment.document.name}"):
        assert client.get(f"/media/{path}").status_code == 404, path
    assert sign_in_with("orders.view_order").get(page("document", payment)).status_code == 403
    assert sign_in_with("orders.view_payment").get(page("document", payment)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": SimpleUploadedFile("slip.pdf", b"MZ" + b"x" * 100)}, "document"),
        ({"document": SimpleUploadedFile("slip.pdf", PDF + b"x" * 5 * 1024 * 1024)}, "document"),
        ({"paid_on": "2099-01-01"}, "paid_on"),
        ({"paid_on": "0001-01-01"}, "paid_on"),
        ({"amount": "0"}, "amount"),
        ({"reference": ""}, "reference"),
        ({"provider": "cash_on_delivery"}, "provider"),
        ({"provider": "nobody"}, "provider"),
    ],
    ids=["program", "large", "future", "past", "nothing", "unnamed", "cash", "nobody"],
)
def test_a_transfer_that_cannot_be_is_refused_at_its_field(office: Client, changes: Any, field: str) -> None:
    order = make_order()

    response: Any = office.post(page("record", order), bank_slip(**changes))

    assert response.status_code == 200
    assert list(response.context_data["form"].errors) == [field]
    assert Payment.objects.count() == LedgerEntry.objects.count() == 0


def test_money_keeps_the_day_on_which_it_came(office: Client) -> None:
    order = make_order()
    yesterday = timezone.localdate(timezone=timezone.get_default_timezone()) - timedelta(days=1)

    office.post(page("record", order), bank_slip(paid_on=f"{yesterday:%Y-%m-%d}"))

    payment = Payment.objects.get()
    assert timezone.localdate(payment.created_at, timezone.get_default_timezone()) == yesterday
    assert payment.entries.get().created_at > payment.created_at


def test_cash_that_the_rider_brought_is_recorded_once(office: Client) -> None:
    order = make_order(status="shipped")
    make_payment(order=order, provider="cash_on_delivery", provider_reference="")

    told = twice(office, page("record_cash", order), {"receipt": "CR 0412"})

    assert told == [
        "KES 1,000 in cash is recorded: CR 0412.",
        "No cash is waited for. Record what came as a payment.",
    ]
    order.refresh_from_db()
    assert (order.paid, order.payment_status) == (Decimal("1000.00"), "paid")


def test_what_nobody_will_pay_is_written_off_once(office: Client) -> None:
    order = make_order(status="delivered")
    entered = {**read_form(office, page("write_off", order)), "amount": "400", "reason": "Bounced"}

    told = twice(office, page("write_off", order), entered)

    assert told == ["KES 400 is written off: Bounced.", "This was written off already."]
    order.refresh_from_db()
    assert (order.written_off, order.due) == (400, 600)
    too_much: Any = office.post(page("write_off", order), {"once": str(uuid4()), "amount": "601", "reason": "x"})
    assert too_much.context_data["form"].errors["amount"] == ["At most KES 600 can be written off."]


def test_all_that_is_owed_goes_back_once(office: Client, simulated: None) -> None:
    order = overpaid(provider="simulator")
    entered = {**read_form(office, page("give_back", order)), "reason": "Cancelled"}
    assert (entered["amount"], entered["way"]) == ("2000.00", ["provider"])

    told = twice(office, page("give_back", order), entered)

    assert told == [
        "KES 2,000 is on its way back: Cancelled.",
        "Nothing is owed of this order, or it is on its way back.",
    ]
    assert sorted(Refund.objects.values_list("amount", "is_by_hand")) == [(1000, False)] * 2


def test_less_is_owed_than_the_page_said(office: Client) -> None:
    order = overpaid()
    entered = {**read_form(office, page("give_back", order)), "reason": "Cancelled", "receipt": "R-1"}
    make_refund(payment=order.payments.latest("pk"), amount="300.00")

    response = office.post(page("give_back", order), entered)

    assert messages_after(office, response)[-1] == "By now, KES 1,700 is owed. Look again before you give it back."
    assert Refund.objects.count() == 1


def test_what_is_owed_goes_back_by_hand_with_a_proof(office: Client) -> None:
    order = overpaid()
    entered = {**read_form(office, page("give_back", order)), "reason": "Cancelled"}

    assert office.post(page("give_back", order), entered).status_code == 200
    office.post(page("give_back", order), {**entered, "receipt": "R-1"})

    order.refresh_from_db()
    assert (order.owed, order.repaid, order.payment_status) == (0, 2000, "refunded")
    assert list(Refund.objects.values_list("receipt", "status")) == [("R-1", "succeeded")] * 2


def test_orders_that_owe_are_listed(office: Client) -> None:
    owing = overpaid()
    make_order()

    response: Any = office.get("/admin/orders/order/", {"owing": "yes"})

    assert [row.pk for row in response.context_data["cl"].result_list] == [owing.pk]


def test_a_refund_is_asked_about_again(office: Client, simulated: None) -> None:
    payment = make_paid(provider="simulator", provider_reference="sim-pays-2-x")
    refund = Refund.objects.create(payment=payment, status="sent", amount=100, reason="x", created_at=timezone.now())
    Refund.objects.update(attention="The provider did not say.")
    Payment.objects.update(refunding=100)

    told = twice(office, page("ask_again", refund), {})

    assert told == [
        "The provider was asked. The refund is: Succeeded.",
        "What became of this refund is known already.",
    ]
    payment.refresh_from_db()
    assert payment.refunded == 100
    assert LedgerEntry.objects.filter(kind="refunded").count() == 1


def test_a_failed_refund_leaves_the_list_when_it_was_looked_at(office: Client) -> None:
    refund = make_refund(attention="The provider did not give it back.")
    entered = {**read_form(office, page("dismiss", refund)), "reason": "Given back in the shop"}

    told = twice(office, page("dismiss", refund), entered)

    assert told[0] == "Looked at: Given back in the shop."
    assert told[1].startswith("What there was to look at has changed")
    assert Refund.objects.to_look_at().count() == 0


def test_a_message_is_processed_again(office: Client) -> None:
    message = make_message(provider="bank", kind="deposit", body=b"{}")

    told = messages_after(office, office.post(page("again", message), {}))

    assert told == ["The message is: Failed. Nobody sends messages about this."]
    assert ProviderMessage.objects.get().attempts == 36


def test_a_message_that_fails_again_is_tried_later(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    message = make_message(status="processed", attempts=1)
    monkeypatch.setattr("orders.actions.process_message._read", lambda *_args: 1 / 0)

    office.post(page("again", message), {})

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("received", 2)
    assert message.next_attempt_at is not None


def test_a_message_is_readable_and_keeps_its_secrets() -> None:
    body = (
        b'{"Password": "bfb279f9aa9bdbcf", "client_secret": "pi_3_secret_abc", "Amount": 1000, '
        b'"Id": "29115-34620561-1", '
        b'"Item": [{"Name": "PhoneNumber", "Value": 254712345678}, '
        b'{"Name": "TransactionDate", "Value": 20191219102115}]}'
    )

    text = readable(body)

    assert "bfb2…" in text
    assert "pi_3…" in text
    assert "…678" in text
    assert "254712345678" not in text
    assert all(known in text for known in ("29115-34620561-1", "20191219102115", '"Amount": 1000'))
    assert readable(b"MSISDN=0712345678\xff") == "MSISDN=…678\ufffd"


RIGHTS = {
    ("order", "record"): "add_payment",
    ("order", "record_cash"): "change_payment",
    ("order", "write_off"): "add_ledgerentry",
    ("order", "give_back"): "add_refund",
    ("refund", "ask_again"): "change_refund",
    ("refund", "dismiss"): "change_refund",
    ("providermessage", "again"): "change_providermessage",
}
MAKERS = {"order": make_order, "refund": make_refund, "providermessage": make_message}


@pytest.mark.parametrize(("model", "name"), RIGHTS)
def test_each_action_needs_its_permission(model: str, name: str) -> None:
    row, permission = MAKERS[model](), RIGHTS[model, name]
    views = ["orders.view_order", "orders.view_refund", "orders.view_providermessage"]
    without = sign_in_with(*views, *(f"orders.{each}" for each in {*RIGHTS.values()} - {permission}))
    allowed = sign_in_with(*views, f"orders.{permission}")
    stranger = sign_in_with("catalog.view_brand")

    for client in (without, stranger):
        assert client.get(page(name, row)).status_code == 403
        assert client.post(page(name, row)).status_code == 403
    assert stranger.get(change_page(row)).status_code == 403
    assert allowed.get(page(name, row)).status_code == 200
