"""An order that ran out was paid after all: honour it if all of it can still be had."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from catalog.actions.take_stock import take_stock
from catalog.stock import Take, plan_takes, read_shelf
from electroports.sql import insert_rows
from orders.actions.change_status import change_status
from orders.actions.keep_books import keep_books
from orders.actions.retake_promotions import retake_promotions
from orders.models import Allocation, Order, OrderEvent, OrderLine


def revive_order(*, order: Order, acting_user: User | None, at: datetime) -> bool:
    """Confirm a locked order that expired, and hold its units again; return False if they, or a coupon, are gone.

    Then the money stays what it is: owed. Call it last in a transaction; raises StockMoved where others were quicker.
    """
    lines = list(order.lines.all())
    plans = plan_again(lines, at=at)
    if plans is None or not retake_promotions(order=order):
        return False
    change_status(
        order=order,
        status=Order.Status.CONFIRMED,
        actor=OrderEvent.Actor.SYSTEM,
        acting_user=acting_user,
        reason="Paid after the time was over; all units were still there.",
        at=at,
    )
    keep_books(order=order)
    insert_rows(
        [
            Allocation(line=line, level_id=take.level_id, quantity=take.quantity)
            for line, takes in zip(lines, plans, strict=True)
            for take in takes
        ]
    )
    take_stock(
        takes=[take for takes in plans for take in takes],
        reference=order.number,
        acting_user=acting_user,
        at=at,
    )
    return True


def plan_again(lines: list[OrderLine], *, at: datetime) -> list[list[Take]] | None:
    """Return for each line what to take from where; None if any has too few, or is no longer sold."""
    shelf = read_shelf(product_ids=(), variant_ids={line.variant_id for line in lines}, at=at)
    items = {item.variant_id: item for item in shelf}
    plans = []
    for line in lines:
        item = items.get(line.variant_id)
        takes = plan_takes(item, line.quantity) if item is not None else []
        if not takes:
            return None
        plans.append(takes)
    return plans
