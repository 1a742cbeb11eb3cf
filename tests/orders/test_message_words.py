"""What stands in messages about orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from electroports.sms import ALPHABET, LENGTH
from orders.bill import delivery_of
from orders.life import Status
from orders.links import link_token
from orders.models import Order, OrderMessage
from orders.models.messages import MessageKind
from orders.order_mail import bill_of
from orders.order_words import ways_to_pay, words_for
from tests.factories import make_product
from tests.orders import CONTACT, placed
from tests.orders.promoting import coupon
from tests.orders.telling import later, texts
from tests.payments import an_order, pay, simulate
from tests.payments.conftest import simulated  # noqa: F401  # a fixture

__all__ = ["texts"]

pytestmark = pytest.mark.django_db


def test_confirmation_has_lines_sums_vat_and_the_document(client: APIClient) -> None:
    address = {
        "recipient": "Wanjiku Kamau",
        "phone": "0712345678",
        "county": "Nairobi",
        "town": "Westlands",
        "street": "Waiyaki Way",
    }
    product = make_product(name="Nano II 65W", price="1160.00")
    order = placed(client, {"product": product.pk, "quantity": 2}, address=address)
    simulate(client, order, "pays_at_once")

    later(seconds=0)

    message = mail.outbox[0]
    html = message.alternatives[0][0]
    for body in (message.body, html):
        for part in ("Nano II 65W", "KES 2,320", "KES 320", order["number"], "Westlands", "It is paid."):
            assert part in body, part
    assert "&nbsp;×" in html
    ((name, content, kind),) = message.attachments
    assert (name, kind, content[:5]) == (f"{order['number']}.pdf", "application/pdf", b"%PDF-")
    key = OrderMessage.objects.get(kind="confirmed", channel="email").pk
    assert message.extra_headers["Message-ID"] == f"<order-message-{key}@localhost>"


def test_what_customers_write_is_no_markup(client: APIClient) -> None:
    contact = {"name": "<b>W</b>", "email": "w@example.com", "phone": "0712345678"}
    order = placed(client, {"product": make_product(name="A <i>B</i>").pk, "quantity": 1}, contact=contact)
    pay(client, order, "cash_on_delivery")

    later(seconds=0)

    html = mail.outbox[0].alternatives[0][0]
    assert "&lt;b&gt;W" in html
    assert "<i>" not in html


def test_guests_get_the_link_that_opens_their_order(api: APIClient, settings: Any) -> None:
    settings.SHOP_URL = "https://shop.example.co.ke"
    order = placed(api, {"product": make_product().pk, "quantity": 1}, contact=CONTACT)

    later(seconds=61)

    link = f"https://shop.example.co.ke/orders/{order['number']}?token={order['token']}"
    assert link in mail.outbox[0].body
    assert link in mail.outbox[0].alternatives[0][0]


def test_without_a_frontend_the_link_is_the_apis(api: APIClient, settings: Any) -> None:
    settings.PUBLIC_URL = "https://api.example.co.ke"
    order = placed(api, {"product": make_product().pk, "quantity": 1}, contact=CONTACT)

    later(seconds=61)

    path = f"/api/orders/{order['number']}?token={link_token(Order.objects.get())}"
    assert f"https://api.example.co.ke{path}" in mail.outbox[0].body
    assert api.get(path).status_code == 200


def test_cash_is_to_be_ready(client: APIClient, texts: list[Any]) -> None:
    pay(client, an_order(client), "cash_on_delivery")

    later(seconds=0)

    assert texts[0].text.endswith("is confirmed. Please have KES 1,000 ready when it comes.")


@pytest.mark.parametrize(("kind", "is_sent"), [("shop_pickup", False), ("pickup_station", True), ("courier", True)])
def test_what_is_fetched_does_not_come(client: APIClient, texts: list[Any], kind: str, is_sent: bool) -> None:
    order = an_order(client)
    Order.objects.update(delivery_kind=kind)
    pay(client, order, "cash_on_delivery")

    later(seconds=0)

    when = "it comes" if kind == "courier" else "you fetch it"
    assert texts[0].text.endswith(f"is confirmed. Please have KES 1,000 ready when {when}.")
    assert ("on its way" in mail.outbox[0].body) is is_sent


def test_the_lines_of_a_bill_are_its_goods_and_the_discount_comes_below(client: APIClient) -> None:
    coupon(percent=10)
    order = an_order(client, price="1000.00", quantity=2, coupon="KARIBU")

    bill = bill_of(Order.objects.get(pk=order["id"]))

    assert [line["total"] for line in bill["lines"]] == ["KES 2,000"]
    assert bill["sums"] == [("Goods", "KES 2,000"), ("Discount", "- KES 200")]
    assert bill["total"] == "KES 1,800"


def test_an_address_is_written_as_on_a_parcel() -> None:
    address = {"street": "Waiyaki Way", "town": "Westlands", "county": "Nairobi", "phone": "+254712345678"}
    order = Order(address={**address, "landmark": "", "recipient": "W. Kamau"})

    assert delivery_of(order) == ["W. Kamau", "+254712345678", "Waiyaki Way", "Westlands", "Nairobi"]


@pytest.mark.parametrize("kind", MessageKind)
def test_texts_fit_a_phone_and_tell_nobody_who_it_is(client: APIClient, kind: MessageKind) -> None:
    an_order(client, price="9999999.99")
    order = Order.objects.get()
    order.owed = Decimal("9999999.99")
    for status in Status:
        order.status = status
        words = words_for(OrderMessage(order=order, kind=kind, amount=Decimal("9999999.99")))
        assert order.number in words.sms
        assert len(words.sms) < LENGTH, words.sms
        assert set(words.sms) <= ALPHABET
        assert not any(word in words.sms for word in ("Wanjiku", "Kamau", "254712", "@"))


def test_how_to_pay_names_the_paybill_and_the_account(client: APIClient, settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = ["mpesa", "cash_on_delivery"]
    settings.MPESA_SHORTCODE, settings.MPESA_TILL = "600100", ""
    an_order(client)
    order = Order.objects.get()

    assert ways_to_pay(order)[1:] == [f"Or pay by M-Pesa: paybill 600100, account {order.number}."]
    settings.MPESA_TILL = "600200"  # a till takes no account
    assert len(ways_to_pay(order)) == 1
