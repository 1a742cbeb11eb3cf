"""M-Pesa with real servers on both sides: the shop is called back over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.utils import timezone

from orders.actions.process_messages import process_messages
from orders.models import Order
from tests.factories import make_product
from tests.fakes import daraja as fake
from tests.fakes.daraja import FakeDaraja
from tests.orders import CONTACT

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_guest_pays(live_server: Any, safaricom: FakeDaraja, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    safaricom.deliver = fake.post
    shop = httpx.Client(base_url=live_server.url)
    product = make_product(price="1000.00", stock=10)
    body = {"items": [{"product": product.pk, "quantity": 2}], "contact": CONTACT}
    order = shop.post("/api/orders/create", json=body).json()
    address = f"/api/orders/{order['number']}/payments?token={order['token']}"

    begun = shop.post(address, json={"provider": "mpesa", "phone": "0700 000 001"})
    assert (begun.status_code, begun.json()["phone"]) == (201, "+254700000001")
    safaricom.act()
    process_messages(at=timezone.now())

    told = shop.get(address).json()
    assert (told["status"], told["payment_status"], told["due"]) == ("confirmed", "paid", "0.00")
    assert told["payments"][0]["receipt"] == safaricom.ledger[0].receipt
    assert safaricom.balance() == Order.objects.get().paid == Decimal(2000)
    assert [status for _, status in safaricom.delivered] == [200]
