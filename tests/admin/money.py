"""Orders and the money of them, as the tests of the back office need them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from catalog.models import Variant
from orders.actions.capture_payment import capture_payment
from orders.actions.lock_payment import lock_payment
from orders.actions.request_refund import request_refund
from orders.models import LedgerEntry, Order, OrderEvent, OrderLine, Payment, ProviderMessage, Refund
from tests import factories

numbers = count(1)


def make_order(*, variant: Variant | None = None, lines: int = 1, at: datetime | None = None, **fields: Any) -> Order:
    """An order as the database holds it; its stock is not taken."""
    variant = variant or factories.make_product().variants.get()
    at = at or timezone.now()
    total = variant.price * lines
    user = fields.pop("user", None) or factories.make_user()
    order = Order.objects.create(
        **{
            "user": user,
            "subtotal": total,
            "total": total,
            "vat": Decimal("0.00"),
            "currency": "KES",
            "contact": {"name": "Wanjiku Kamau", "email": "wanjiku@example.com", "phone": "+254712345678"},
            "created_at": at,
            "expires_at": at + timedelta(minutes=30),
            **fields,
        }
    )
    for _ in range(lines):
        OrderLine.objects.create(
            order=order,
            product_id=variant.product_id,
            variant=variant,
            sku=variant.sku,
            name="Charger",
            unit_price=variant.price,
            quantity=1,
            total=variant.price,
            vat=Decimal("0.00"),
        )
    OrderEvent.objects.create(order=order, type="placed", to_status="pending", acting_user=user, created_at=at)
    return order


def make_payment(**fields: Any) -> Payment:
    """A payment by M-Pesa that is open; with `order=None`, one that is for nobody yet."""
    n, at = next(numbers), fields.pop("at", None) or timezone.now()
    order = fields.pop("order") if "order" in fields else make_order()
    return Payment.objects.create(
        **{
            "order": order,
            "provider": "mpesa",
            "status": "pending",
            "amount": order.total if order else Decimal("1000.00"),
            "currency": "KES",
            "provider_reference": f"ws_CO_{n}",
            "payer": "WANJIKU K.",
            "created_at": at,
            "expires_at": at + timedelta(minutes=2),
            **fields,
        }
    )


def make_paid(**fields: Any) -> Payment:
    """A payment that succeeded, in the ledger and on its order, as the shop's own action writes it."""
    at = fields.get("at") or timezone.now()
    payment = make_payment(**{"receipt": f"TKR{next(numbers):07d}", **fields})
    capture_payment(locked=lock_payment(payment_id=payment.pk), acting_user=None, at=at)
    payment.refresh_from_db()
    return payment


def make_entry() -> LedgerEntry:
    """Money that came."""
    return make_paid().entries.get()


def make_refund(*, payment: Payment | None = None, amount: str = "100.00", **fields: Any) -> Refund:
    """A part of a payment, given back by hand."""
    payment = payment or make_paid()
    refund = request_refund(
        payment=payment,
        amount=Decimal(amount),
        reason="Arrived broken",
        receipt=f"R{next(numbers)}",
        by_hand=True,
        acting_user=factories.make_user(is_staff=True),
        at=timezone.now(),
    )
    Refund.objects.filter(pk=refund.pk).update(**{"amount": refund.amount, **fields})
    refund.refresh_from_db()
    return refund


def make_message(**fields: Any) -> ProviderMessage:
    """A message of M-Pesa that could not be acted upon."""
    return ProviderMessage.objects.create(
        **{
            "provider": "mpesa",
            "kind": "deposit",
            "event_id": f"event-{next(numbers)}",
            "body": b'{"TransID": "TKR1AB2CD3", "TransAmount": "1000.00", "MSISDN": "254712345678"}',
            "status": "failed",
            "note": "KeyError",
            "attempts": 35,
            "received_at": timezone.now(),
            **fields,
        }
    )
