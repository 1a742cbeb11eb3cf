"""Several senders of one outbox."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from electroports import outbox
from orders.actions.send_messages import send_messages
from orders.actions.tell_customer import tell_customer
from orders.models import Order, OrderMessage
from orders.models.messages import MessageKind
from tests.concurrency import at_once
from tests.factories import make_product, make_user
from tests.fakes.sms import KeepingBackend
from tests.orders import client_of, placed

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 5
SENDERS = 4


@pytest.fixture(autouse=True)
def waiting(settings: Any) -> Iterator[None]:
    """Five customers are to be told, each by e-mail and SMS."""
    settings.SMS_BACKEND = "tests.fakes.sms.KeepingBackend"
    KeepingBackend.sent.clear()
    product, client = make_product(stock=50), client_of(make_user(phone="+254712345678"))
    for _ in range(ORDERS):
        order = Order.objects.get(pk=placed(client, {"product": product.pk, "quantity": 1})["id"])
        OrderMessage.objects.filter(kind="placed").update(status="skipped", next_attempt_at=None)
        tell_customer(order=order, kind=MessageKind.SHIPPED, at=timezone.now())
    yield
    KeepingBackend.sent.clear()


def test_each_message_is_sent_by_one_of_them() -> None:
    at_once(*[partial(send_messages, at=timezone.now())] * SENDERS)

    assert (len(mail.outbox), len(KeepingBackend.sent)) == (ORDERS, ORDERS)
    assert set(OrderMessage.objects.filter(kind="shipped").values_list("status", "attempts")) == {("sent", 1)}


def test_without_the_claim_they_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_has_looked = Barrier(SENDERS)

    def look_and_send(_outbox: Any, key: int, send: Any, at: Any) -> None:
        """Look whether it is sent, send it, note it."""
        message = OrderMessage.objects.select_related("order").get(pk=key)
        everybody_has_looked.wait(timeout=30)
        if message.status == "waiting":
            send(message)
            OrderMessage.objects.filter(pk=key).update(status="sent", sent_at=at)

    monkeypatch.setattr(outbox, "_send", look_and_send)

    at_once(*[partial(send_messages, at=timezone.now())] * SENDERS)

    assert len(mail.outbox) > ORDERS
