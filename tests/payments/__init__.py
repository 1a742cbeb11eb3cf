"""What the tests of payments say to the API."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.check_payments import check_payments
from orders.actions.process_messages import process_messages
from orders.models import LedgerEntry, Order, OrderEvent, Payment, PaymentAnswer, Refund
from tests.factories import make_product
from tests.orders import placed


def an_order(client: APIClient, *, price: str = "1000.00", quantity: int = 1, stock: int = 10, **more: Any) -> Any:
    """An order of one product."""
    product = make_product(price=price, stock=stock)
    return placed(client, {"product": product.pk, "quantity": quantity}, **more)


def pay(client: APIClient, order: dict[str, Any], provider: str = "simulator", **body: Any) -> Any:
    """The response to a payment of an order."""
    headers = body.pop("headers", {})
    token = f"?token={order['token']}" if "token" in order else ""
    return client.post(f"/api/orders/{order['id']}/payments{token}", {"provider": provider, **body}, headers=headers)


def simulate(client: APIClient, order: dict[str, Any], outcome: str, *, delay: int = 2, **body: Any) -> Any:
    """The response to a payment that the simulator lets end like that."""
    return pay(client, order, simulate={"outcome": outcome, "delay": delay}, **body)


def payments(client: APIClient, order: dict[str, Any]) -> dict[str, Any]:
    """What the API says of an order's payments."""
    token = f"?token={order['token']}" if "token" in order else ""
    response = client.get(f"/api/orders/{order['id']}/payments{token}")
    assert response.status_code == 200, response.content
    return dict(response.json())


def sweep(*, seconds: float) -> int:
    """Ask the providers, as the scheduled job does so many seconds from now."""
    return check_payments(at=timezone.now() + timedelta(seconds=seconds))


def deliver(url: str, body: bytes, *, seconds: float = 0) -> Any:
    """Post a provider's message to the shop, and act upon it so many seconds from now, as the worker does."""
    response = Client().post(urlsplit(url).path, body, content_type="application/json")
    process_messages(at=timezone.now() + timedelta(seconds=seconds))
    return response


def the_payment() -> Payment:
    """The only payment there is."""
    return Payment.objects.get()


def money_rows() -> list[list[tuple[Any, ...]]]:
    """All that payments have written, to show that a refusal, or what comes again, wrote nothing."""
    models: list[type[Model]] = [Order, OrderEvent, Payment, LedgerEntry, Refund, PaymentAnswer]
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


def our_books(provider: str) -> dict[str, Decimal]:
    """The shop's ledger of a provider: the provider's receipt → what moved."""
    kinds = LedgerEntry.Kind
    rows = LedgerEntry.objects.filter(provider=provider)
    came = {row.reference: row.amount for row in rows if row.kind == kinds.CAPTURED}
    went = {row.note: -row.amount for row in rows if row.kind == kinds.REFUNDED}
    return {**came, **went}


def assert_books_agree(provider: str, theirs: dict[str, Decimal], *, but: frozenset[str] = frozenset()) -> None:
    """The provider's ledger and the shop's are the same, receipt by receipt; `but` are all those that are not."""
    ours = our_books(provider)
    assert {receipt for receipt in ours.keys() | theirs.keys() if ours.get(receipt) != theirs.get(receipt)} == but
