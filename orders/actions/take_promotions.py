"""Count the promotions that an order takes against their limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.models import F

from electroports.sql import insert_rows
from orders.customers import CustomerKeys
from orders.errors import PromotionMoved
from orders.models import Order, Promotion, PromotionUse
from orders.pricing import Applied


def take_promotions(*, order: Order, applied: Sequence[Applied], keys: CustomerKeys, at: datetime) -> None:
    """Write down each use, in the caller's transaction, before it takes stock.

    One conditional UPDATE a promotion, in the order of their keys, holds the limit; that a customer's slots are unique
    holds theirs. Raises PromotionMoved where somebody else, or the same customer, was quicker: then the price is
    another one, and has to be computed anew.
    """
    if not applied:
        return
    taken = sorted(applied, key=lambda each: each.rule.id)
    for each in taken:
        open_ones = Promotion.objects.with_uses_left().filter(is_active=True)
        if not open_ones.filter(pk=each.rule.id).update(uses=F("uses") + 1):
            raise PromotionMoved(f"{each.rule.name}: others were quicker. Try again.")
    uses = [
        PromotionUse(
            promotion_id=each.rule.id,
            order=order,
            **keys._asdict(),
            slot=each.rule.free_slot,
            amount=each.amount,
            created_at=at,
        )
        for each in taken
    ]
    try:
        insert_rows(uses)
    except IntegrityError as error:
        raise PromotionMoved("Another order of yours was quicker. Try again.") from error
