"""Ask no more for what is due of an order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from accounts.models import User
from catalog.pricing import shown_price
from electroports.errors import FieldError, InvalidInput
from electroports.history import ADDED, record
from electroports.snapshots import diff, snapshot
from electroports.transactions import in_transaction
from orders.actions.go_on_if_paid import go_on_if_paid
from orders.actions.keep_books import keep_books
from orders.actions.lock_order import lock_order
from orders.actions.note_on_timeline import note_on_timeline
from orders.errors import AlreadyDone
from orders.models import LedgerEntry, Order, OrderEvent

SHOP = "shop"  # in the ledger, whoever is no provider


def write_off(
    *,
    order: Order,
    amount: Decimal,
    reason: str,
    acting_user: User,
    at: datetime,
    reference: UUID | None = None,
) -> None:
    """Write `amount` of what is due off, with an entry in the ledger.

    Raises InvalidInput for more than is due, and AlreadyDone for a `reference` that is in the ledger.
    """
    in_transaction(partial(_write_off, order.pk, amount, reason, acting_user, at, reference or uuid4()))


def _write_off(order_id: int, amount: Decimal, reason: str, acting_user: User, at: datetime, reference: UUID) -> None:
    order = lock_order(order_id=order_id)
    if LedgerEntry.objects.filter(kind=LedgerEntry.Kind.WRITTEN_OFF, reference=str(reference), provider=SHOP).exists():
        raise AlreadyDone("This was written off already.")
    if not 0 < amount <= order.to_pay:
        message = f"At most {shown_price(order.to_pay)} can be written off."
        raise InvalidInput("So much is not due.", errors=[FieldError("amount", "max_value", message)])
    entry = LedgerEntry.objects.create(
        kind=LedgerEntry.Kind.WRITTEN_OFF,
        order=order,
        provider=SHOP,
        reference=str(reference),
        amount=amount,
        currency=order.currency,
        note=reason[:200],
        acting_user=acting_user,
        created_at=at,
    )
    record(acting_user=acting_user, row=entry, action=ADDED, changes=diff(None, snapshot(entry)), message=reason)
    order.written_off += amount
    keep_books(order=order)
    note_on_timeline(
        order=order,
        note=OrderEvent.Note.WRITTEN_OFF,
        reason=f"{shown_price(amount)} written off: {reason}",
        acting_user=acting_user,
        at=at,
    )
    go_on_if_paid(order=order, acting_user=acting_user, at=at)
