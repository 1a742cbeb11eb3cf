"""Write into an order's timeline what is no step in its life."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from orders.models import Order, OrderEvent


def note_on_timeline(
    *,
    order: Order,
    note: OrderEvent.Note,
    reason: str,
    acting_user: User | None,
    at: datetime,
) -> None:
    """Write into an order's timeline what happened without its status changing, in the caller's transaction."""
    OrderEvent.objects.create(
        order=order,
        type=note,
        from_status=order.status,
        to_status=order.status,
        reason=reason[: OrderEvent.REASON_LENGTH],
        actor=OrderEvent.Actor.STAFF if order.is_served_by(acting_user) else OrderEvent.Actor.SYSTEM,
        acting_user=acting_user,
        created_at=at,
    )
