"""The faults, one function each: it hurts the shop, checks what must be true, and returns what it did in a sentence."""

from __future__ import annotations

import json
import random
import time
from datetime import timedelta
from decimal import Decimal
from functools import partial
from http.client import HTTPException
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from django.utils import timezone

from catalog.models import StockLevel
from orders.actions.check_payments import check_payments
from orders.actions.expire_orders import expire_orders
from orders.actions.place_order import Purchase, place_order
from orders.actions.process_messages import process_messages
from orders.actions.record_payment import record_payment
from orders.basket import WantedItem
from orders.models import Order, OrderEvent, Payment, PaymentAnswer, ProviderMessage
from tests.concurrency import at_once
from tests.factories import make_product, make_user
from tests.fakes.daraja import FakeDaraja
from tests.fakes.daraja_http import Reply
from tests.faults.shop import Buyers, Web, assert_invariants, assert_one_order_a_key, send
from tests.postgres import TemporaryPostgres


def kill_the_web_at_checkout(shop: Web, chance: random.Random, *, kills: int, seconds: float) -> str:
    """kill -9 of web processes at random moments of checkouts whose clients send again under the same key."""
    variant = make_product(stock=1_000_000).variants.get()
    buyers = Buyers(shop.port, variant.pk, "killed")
    deadline = time.monotonic() + seconds
    done = 0
    with buyers.at_work(6):
        while done < kills and time.monotonic() < deadline:
            time.sleep(chance.uniform(0.05, 0.5))
            shop.kill_one(chance)
            done += 1
    level = StockLevel.objects.get(variant=variant)
    assert_one_order_a_key(buyers, allocated=level.allocated)
    assert_invariants()
    orders = len(buyers.acknowledged)
    return f"{done} kills, {buyers.seen['cut off']} requests cut off, {orders} orders for {orders} keys"


class DeadlyDaraja(FakeDaraja):
    """Takes a prompt on, and the web dies before it can write down that it was."""

    shop: Web
    chance: random.Random

    def _submit(self, body: dict[str, Any]) -> Reply:
        reply = super()._submit(body)
        if self.chance.random() < 0.5:
            self.shop.kill_all()
        else:
            Event().wait(self.chance.uniform(0, 0.004))
            self.shop.kill_all()
        return reply


def kill_the_web_between_answer_and_commit(shop: Web, daraja: DeadlyDaraja, *, rounds: int) -> str:
    """kill -9 between the provider's answer and the commit: no second prompt, and the payment is resolved."""
    product = make_product(price="1500.00", stock=1000)
    clients = []
    for number in range(rounds):
        contact = {"email": f"payer{number}@example.com", "phone": f"07123{number:05}"}
        body = {"items": [{"product": product.pk, "quantity": 1}], "contact": contact}
        order = json.loads(send_until(shop, "POST", "/api/orders/create", body, key=f"order-{number}"))
        path = f"/api/orders/{order['number']}/payments?token={order['token']}"
        for _ in range(5):
            try:
                status, answer = send(
                    shop.port, "POST", path, {"provider": "mpesa"}, **{"Idempotency-Key": f"pay-{number}"}
                )
            except (OSError, HTTPException):
                time.sleep(0.05)
                continue
            assert status == 201 or json.loads(answer)["code"] == "request_in_progress", answer
            break
        clients.append(path)
    prompts = len(daraja.prompts)
    assert prompts == rounds, f"{prompts} prompts for {rounds} payments"
    daraja.deliver = partial(call_back, shop)
    daraja.act()
    connections.close_all()
    process_messages(at=timezone.now())
    check_payments(at=timezone.now() + timedelta(minutes=2))
    PaymentAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    for number, path in enumerate(clients):  # the client sends again: the same payment, and nobody is asked
        status, answer = send(shop.port, "POST", path, {"provider": "mpesa"}, **{"Idempotency-Key": f"pay-{number}"})
        assert status == 201, answer
    assert len(daraja.prompts) == rounds
    paid = Payment.objects.filter(provider="mpesa", status="succeeded")
    assert daraja.balance() == sum(payment.captured for payment in paid) == rounds * Decimal(1500)
    assert Order.objects.filter(payment_status="paid").count() == rounds
    assert not ProviderMessage.objects.filter(status="received").exists()
    assert_invariants()
    lost = Payment.objects.filter(provider="mpesa", checks__gt=0).count()
    return f"{rounds} payments, {rounds} prompts, all resolved and paid once ({lost} of them asked about)"


def send_until(shop: Web, method: str, path: str, body: Any, *, key: str) -> bytes:
    """Send until it is there."""
    while True:
        try:
            status, answer = send(shop.port, method, path, body, **{"Idempotency-Key": key})
        except (OSError, HTTPException):
            time.sleep(0.05)
            continue
        assert status == 201, answer
        return answer


def call_back(shop: Web, url: str, message: bytes) -> tuple[int, bytes]:
    """Deliver a callback, as the provider does: once more if it does not get through."""
    for _ in range(10):
        try:
            return send(shop.port, "POST", urlsplit(url).path, message)
        except (OSError, HTTPException):
            time.sleep(0.05)
    return 0, b""


def stop_the_database(shop: Web, postgres: TemporaryPostgres, *, rounds: int) -> str:
    """PostgreSQL stopped in the middle: every acknowledged order is there afterwards, and the shop comes back."""
    variant = make_product(stock=1_000_000).variants.get()
    before = Order.objects.filter(status="pending").count()
    buyers = Buyers(shop.port, variant.pk, "stopped", wait=0.05)
    down = 0.0
    with buyers.at_work(6):
        for _ in range(rounds):
            time.sleep(1.5)
            connections.close_all()
            postgres.stop_at_once()
            stopped = time.monotonic()
            time.sleep(1.5)
            postgres.start()
            had = len(buyers.acknowledged)
            while len(buyers.acknowledged) < had + 10:
                assert time.monotonic() - stopped < 60, "the shop did not come back"
                time.sleep(0.05)
            down += time.monotonic() - stopped
    connections.close_all()
    level = StockLevel.objects.get(variant=variant)
    assert Order.objects.filter(status="pending").count() - before == len(buyers.acknowledged)
    assert level.allocated == len(buyers.acknowledged)
    assert buyers.seen["503"], "nobody was told"
    assert not buyers.unexpected, buyers.unexpected[:3]
    for key, answer in list(buyers.acknowledged.items())[-50:]:
        assert buyers.order(key) == (201, answer), key
    assert_invariants()
    told = buyers.seen["503"]
    return f"{rounds} stops, {told} requests were told 503, {len(buyers.acknowledged)} orders, none lost"


def expire_while_it_is_paid(*, rounds: int) -> str:
    """The sweep of expired orders against a payment: one of them takes the order out of pending."""
    cashier = make_user(is_staff=True)
    product = make_product(stock=rounds)
    won: dict[str, int] = {"confirmed": 0, "expired": 0}
    for number in range(rounds):
        order = pending_order(product.variants.get().pk)
        moment = timezone.now()
        Order.objects.filter(pk=order.pk).update(expires_at=moment)
        pay = partial(
            record_payment,
            order=order,
            provider="bank",
            amount=order.total,
            reference=f"race-{number}",
            acting_user=cashier,
            at=moment,
        )
        at_once(pay, partial(expire_orders, at=moment), partial(expire_orders, at=moment))
        first = OrderEvent.objects.filter(order=order, from_status="pending").exclude(to_status="pending").get()
        won[first.to_status] += 1
        order.refresh_from_db()
        assert (order.status, order.payment_status, order.owed) == ("confirmed", "paid", 0), order.status
    assert StockLevel.objects.get(variant__product=product).allocated == rounds
    assert_invariants()
    return f"{rounds} races: the payment was first {won['confirmed']} times, the sweep {won['expired']}; all honoured"


def pending_order(variant: int) -> Order:
    """A pending order of one unit."""
    purchase = Purchase(
        wanted=[WantedItem(None, variant, 1)],
        contact={"name": "", "email": "race@example.com", "phone": "+254712345678"},
        address=None,
        note="",
        acting_user=None,
    )
    return place_order(purchase=purchase, at=timezone.now()).order
