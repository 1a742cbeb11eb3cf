"""Money that staff saw come: by bank transfer, in cash, or what a provider could not tell by itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import File

from accounts.models import User
from electroports.errors import FieldError, InvalidInput
from electroports.history import ADDED, record
from electroports.snapshots import diff, snapshot
from orders.actions.capture_payment import capture_payment
from orders.actions.enter_money import enter_money
from orders.actions.lock_order import lock_order
from orders.actions.lock_payment import Locked
from orders.models import Order, Payment


def record_payment(
    *,
    order: Order | None,
    provider: str,
    amount: Decimal,
    reference: str,
    acting_user: User,
    at: datetime,
    payer: str = "",
    document: File[bytes] | None = None,
    paid_at: datetime | None = None,
) -> Payment:
    """Write down money that came past the providers, under a reference that is used once, and settle the order with it.

    It counts from now on, and came at `paid_at` if that is known. Without an order it waits to be matched. Raises
    InvalidInput for a reference that is there already.
    """
    facts = {
        "provider": provider,
        "amount": amount,
        "receipt": reference,
        "payer": payer,
        "document": document or "",
        "created_at": paid_at or at,
        "expires_at": at,
    }
    return enter_money(work=partial(_record, order.pk if order else None, facts, acting_user, at))


def _record(
    order_id: int | None, facts: dict[str, Any], acting_user: User, at: datetime, *, may_revive: bool
) -> Payment:
    order = lock_order(order_id=order_id) if order_id is not None else None
    refuse_known(facts["provider"], facts["receipt"])
    currency = order.currency if order is not None else settings.CURRENCY
    payment = Payment.objects.create(order=order, currency=currency, acting_user=acting_user, **facts)
    capture_payment(locked=Locked(payment, order), acting_user=acting_user, at=at, may_revive=may_revive)
    record(acting_user=acting_user, row=payment, action=ADDED, changes=diff(None, snapshot(payment)))
    return payment


def refuse_known(provider: str, reference: str) -> None:
    """Raise InvalidInput for a reference under which a payment of this provider has come already."""
    if reference and Payment.objects.filter(provider=provider, receipt=reference).exists():
        message = "A payment with this reference is there already."
        raise InvalidInput("The reference is taken.", errors=[FieldError("reference", "unique", message)])
