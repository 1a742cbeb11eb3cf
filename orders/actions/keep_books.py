"""Write what the ledger means onto the order's row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from accounts.models import User
from electroports.sql import insert_rows
from orders.models import LedgerEntry, Order, OrderEvent, Payment
from orders.money import books_of


def keep_books(order: Order) -> None:
    """Write the sums, the payment status and what is owed back of a locked order whose sums were just changed."""
    books = books_of(order)
    order.payment_status, order.owed = books.status, books.owed
    order.save(update_fields=["paid", "repaid", "written_off", "payment_status", "owed"])


def enter(
    *,
    payment: Payment,
    kind: LedgerEntry.Kind,
    reference: str,
    amount: Decimal,
    acting_user: User | None,
    at: datetime,
    note: str = "",
) -> bool:
    """Write a ledger entry of a payment; return False, and write nothing, if the same one is there already."""
    entry = LedgerEntry(
        kind=kind,
        payment=payment,
        provider=payment.provider,
        reference=reference,
        amount=amount,
        currency=payment.currency,
        note=note[:200],
        acting_user=acting_user,
        created_at=at,
    )
    return insert_rows([entry], unless_taken=("provider", "kind", "reference"))


def note_on_timeline(
    *,
    order: Order,
    note: OrderEvent.Note,
    reason: str,
    acting_user: User | None,
    at: datetime,
) -> None:
    """Write into an order's timeline what happened without its status changing."""
    by_staff = acting_user is not None and acting_user.is_staff and acting_user.pk != order.user_id
    OrderEvent.objects.create(
        order=order,
        type=note,
        from_status=order.status,
        to_status=order.status,
        reason=reason[: OrderEvent.REASON_LENGTH],
        actor=OrderEvent.Actor.STAFF if by_staff else OrderEvent.Actor.SYSTEM,
        acting_user=acting_user,
        created_at=at,
    )
