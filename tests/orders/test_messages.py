"""What customers are told of their orders: when, once, and whatever fails on the way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from electroports.jobs import pause_after
from electroports.sms import SmsNotSent, SmsRefused
from orders import tasks
from orders.actions.check_payments import check_payments
from orders.actions.expire_orders import expire_orders
from orders.actions.forget_order_messages import forget_order_messages
from orders.actions.send_messages import send_messages
from orders.actions.tell_customer import tell_customer
from orders.models import Order, OrderMessage, Refund
from orders.models.messages import MessageKind
from tests.factories import make_user
from tests.fakes.sms import KeepingBackend
from tests.orders import placed
from tests.orders.promoting import coupon
from tests.orders.telling import later, ship, states, texts
from tests.payments import an_order, pay, simulate
from tests.payments.conftest import simulated  # noqa: F401  # a fixture

__all__ = ["texts"]

pytestmark = pytest.mark.django_db


def test_who_has_not_paid_after_a_minute_is_told_how(client: APIClient, texts: list[Any]) -> None:
    order = an_order(client)
    assert later(seconds=50) == 0

    assert later(seconds=61) == 2

    (message,), (sms,) = mail.outbox, texts
    assert message.subject == f"We have your order: {order['number']}"
    assert "Please pay KES 1,000" in message.body
    assert "Simulator" in message.body
    assert (sms.to, order["number"] in sms.text, "Please pay KES 1,000" in sms.text) == ("+254712345678", True, True)
    assert states() == {("placed", "email", "sent"), ("placed", "sms", "sent")}


def test_who_has_paid_is_not_asked_to(client: APIClient, texts: list[Any]) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")

    later(seconds=61)

    assert [message.subject for message in mail.outbox] == [f"Order confirmed: {order['number']}"]
    assert len(texts) == 1
    assert {(kind, state) for kind, _channel, state in states()} == {("placed", "skipped"), ("confirmed", "sent")}


def test_from_part_payment_to_delivery(client: APIClient, texts: list[Any]) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once", amount="400.00")
    later(seconds=0)
    simulate(client, order, "pays_at_once")
    ship(Order.objects.get())
    later(seconds=0)

    subjects = [message.subject.partition(":")[0] for message in mail.outbox]
    assert subjects == ["Paid in part", "Order confirmed", "On its way", "Delivered"]
    assert "we received KES 400" in texts[0].text
    assert "remaining KES 600" in texts[0].text
    assert len(texts) == 3  # a delivery is seen without a phone


def test_cancelled_and_returned(client: APIClient, texts: list[Any]) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")
    client.post(f"/api/orders/{order['id']}/cancel")
    later(seconds=0)
    tasks.wind_up_order(order["id"])
    for job in Order.objects.get().payments.get().refunds.all():
        tasks.send_refund(job.pk)
    later(seconds=0)

    cancelled, refunded = texts[-2:]
    assert cancelled.text.endswith("is cancelled. The KES 1,000 that you paid will be returned to you.")
    assert refunded.text.endswith(f"we have returned KES 1,000 to you for order {order['number']}.")


def test_run_out_and_paid_too_late(client: APIClient, texts: list[Any]) -> None:
    order = an_order(client, stock=1)
    simulate(client, order, "pays", delay=0)
    expire_orders(at=timezone.now() + timedelta(hours=1))
    placed(client, {"product": order["items"][0]["product"], "quantity": 1})
    later(minutes=61)
    check_payments(at=timezone.now() + timedelta(minutes=61))

    later(minutes=62)

    told = {sms.text.partition(": ")[2] for sms in texts if order["number"] in sms.text}
    assert told == {
        f"order {order['number']} was not paid in time and we no longer hold it.",
        (
            f"we received KES 1,000 for order {order['number']}, which had run out, and is no longer in stock. "
            "We will return the money."
        ),
    }


def test_the_same_is_told_once(client: APIClient) -> None:
    an_order(client)
    order, at = Order.objects.get(), timezone.now()

    for _ in range(2):
        tell_customer(order=order, kind=MessageKind.SHIPPED, at=at)

    assert OrderMessage.objects.filter(kind="shipped").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderMessage.objects.create(
            order=order, kind="shipped", channel="sms", recipient="x", created_at=at, give_up_at=at, next_attempt_at=at
        )


def test_whoever_cannot_be_reached_like_that_is_not(client: APIClient) -> None:
    user = make_user(phone="")
    order = Order(user=user, contact={"email": "", "phone": ""}, number="EP-222222")

    tell_customer(order=order, kind=MessageKind.SHIPPED, at=timezone.now())

    assert not OrderMessage.objects.exists()


class NotThere(EmailBackend):
    """A mail server that is down."""

    def open(self) -> bool:
        raise ConnectionRefusedError


def test_a_mail_server_that_is_down_delays_mail_only(client: APIClient, settings: Any, texts: list[Any]) -> None:
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.orders.test_messages.NotThere"
    pay(client, an_order(client), "cash_on_delivery")
    later(seconds=0)
    assert ("confirmed", "email", "waiting") in states()
    assert len(texts) == 1

    settings.EMAIL_BACKEND = usual
    later(minutes=1)

    assert len(mail.outbox) == 1


def test_pauses_double_and_a_week_is_enough(client: APIClient, texts: list[Any]) -> None:
    pay(client, an_order(client), "cash_on_delivery")
    KeepingBackend.failing["+254712345678"] = SmsNotSent("Code 405: InsufficientBalance")
    start = timezone.now()
    send_messages(at=start)

    def sms() -> OrderMessage:
        return OrderMessage.objects.get(kind="confirmed", channel="sms")

    assert (sms().status, sms().attempts, sms().next_attempt_at) == ("failed", 1, start + timedelta(minutes=1))
    assert sms().error == "SmsNotSent: Code 405: InsufficientBalance"
    send_messages(at=start + timedelta(seconds=59))
    assert sms().attempts == 1
    send_messages(at=start + timedelta(minutes=1))
    assert sms().next_attempt_at == start + timedelta(minutes=3)

    send_messages(at=start + timedelta(days=7))

    assert (sms().status, sms().attempts) == ("dead", 2)
    assert [pause_after(n) for n in (1, 2, 5, 40)] == [timedelta(minutes=m) for m in (1, 2, 16, 360)]


def test_what_will_never_be_taken_is_given_up_at_once(
    client: APIClient, texts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(client, an_order(client), "cash_on_delivery")
    KeepingBackend.failing["+254712345678"] = SmsRefused("Code 403: InvalidPhoneNumber")

    def refuse(*_: object) -> None:
        raise SMTPRecipientsRefused({"x@example.com": (550, b"No such user")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)

    later(seconds=0)

    assert {("confirmed", "sms", "dead"), ("confirmed", "email", "dead")} <= states()


def test_what_a_dead_machine_had_in_hand_is_sent_by_another(client: APIClient, texts: list[Any]) -> None:
    pay(client, an_order(client), "cash_on_delivery")
    OrderMessage.objects.filter(kind="confirmed").update(claimed_at=timezone.now(), attempts=1)
    later(minutes=14)
    assert not mail.outbox

    later(minutes=16)

    assert (len(mail.outbox), len(texts)) == (1, 1)


def test_steps_have_what_they_tell_sent(client: APIClient) -> None:
    pay(client, an_order(client), "cash_on_delivery")

    assert [job.func() for job in OrmQ.objects.all()].count("orders.tasks.send_messages") == 1
    assert tasks.send_messages() == 2


def test_old_ones_are_forgotten_with_their_addresses(client: APIClient) -> None:
    pay(client, an_order(client), "cash_on_delivery")
    later(seconds=0)
    waiting = OrderMessage.objects.filter(status="waiting").count()

    assert forget_order_messages(at=timezone.now() + timedelta(days=91)) == 2

    assert OrderMessage.objects.count() == waiting == 2
    assert tasks.sweep_messages() == 0


def test_queries_do_not_grow(client: APIClient, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        pay(client, an_order(client), "cash_on_delivery")
    OrderMessage.objects.update(status="sent", next_attempt_at=None)

    with django_assert_num_queries(3):  # the given up, and what is due of each channel
        later(seconds=0)


def test_an_order_with_nothing_to_pay(client: APIClient) -> None:
    coupon("ALLFREE", percent=Decimal(100))
    order = an_order(client, coupon="ALLFREE")

    assert (order["total"], order["status"], order["payment_status"]) == ("0.00", "confirmed", "paid")
    assert [(event["from_status"], event["to_status"], event["actor"]) for event in order["events"]] == [
        (None, "pending", "customer"),
        ("pending", "confirmed", "system"),
    ]
    later(seconds=0)
    assert "There is nothing to pay." in mail.outbox[0].body
    assert expire_orders(at=timezone.now() + timedelta(days=1)) == 0


def test_command_sends_what_waits(client: APIClient, texts: list[Any]) -> None:
    pay(client, an_order(client), "cash_on_delivery")
    out = StringIO()

    call_command("send_messages", stdout=out)

    assert (out.getvalue(), len(mail.outbox), len(texts)) == ("2 message(s) taken in hand.\n", 1, 1)


def test_a_part_after_the_order_was_cancelled_goes_back(client: APIClient, texts: list[Any]) -> None:
    order = an_order(client)
    simulate(client, order, "pays", delay=0)
    client.post(f"/api/orders/{order['id']}/cancel")
    OrmQ.objects.all().delete()

    check_payments(at=timezone.now() + timedelta(minutes=5))
    send_messages(at=timezone.now() + timedelta(minutes=5))

    assert [job.func() for job in OrmQ.objects.all()].count("orders.tasks.wind_up_order") == 1
    assert OrderMessage.objects.filter(kind="late", status="sent").count() == 2
    assert "had been cancelled. We will return the money." in texts[-1].text
    tasks.wind_up_order(order["id"])
    assert Refund.objects.get().amount == Decimal("1000.00")
