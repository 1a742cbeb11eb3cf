"""A shop without its guard: it looks at the stock first and takes it later. The controls of the race tests run this."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import StockLevel, StockMovement
from orders.actions.place_order import Once, PlacedOrder, Purchase, _write
from orders.basket import Basket, fill_basket, plan_basket, refuse_coupons
from orders.models import Order, Promotion, PromotionUse


def place_order_unguarded(*, purchase: Purchase, at: datetime, once: Once | None = None) -> PlacedOrder:
    """Read, check, write: as `place_order`, but what is read is not held, and what is written is not checked."""
    basket = fill_basket(purchase.basket_request(at=at))
    refuse_coupons(basket)
    plans = plan_basket(basket)
    seen = {level.pk: level.allocated for level in StockLevel.objects.all()}
    time.sleep(0.1)
    with transaction.atomic():
        placed = _write(purchase, basket, plans, at)
        for take in (take for takes in plans for take in takes):
            StockMovement.objects.create(
                level_id=take.level_id,
                type=StockMovement.Type.ALLOCATION,
                allocated_change=take.quantity,
                created_at=at,
            )
            StockLevel.objects.filter(pk=take.level_id).update(allocated=seen[take.level_id] + take.quantity)
        take_promotions_unguarded(placed.order, basket, at)
    return placed


def take_promotions_unguarded(order: Order, basket: Basket, at: datetime) -> None:
    """Set the count to what was read and one more, with nothing that keeps a customer's uses apart."""
    for taken in basket.price.applied:
        Promotion.objects.filter(pk=taken.rule.id).update(uses=taken.rule.uses + 1)
        PromotionUse.objects.create(promotion_id=taken.rule.id, order=order, amount=taken.amount, created_at=at)


def set_stock_unguarded(rows: list[dict[str, Any]]) -> int:
    """Read levels, set their figures, write them back whole: as `upsert_products`, but nothing holds what was read."""
    figures = {row["sku"]: row["stock"]["NBO"] for row in rows}
    levels = list(StockLevel.objects.filter(variant__sku__in=figures).select_related("variant"))
    time.sleep(0.1)
    with transaction.atomic():
        for level in sorted(levels, key=lambda level: level.pk):
            change = figures[level.variant.sku] - level.on_hand
            level.on_hand += change
            StockMovement.objects.create(
                level=level, type=StockMovement.Type.ADJUSTMENT, on_hand_change=change, created_at=timezone.now()
            )
            level.save()
    return 200
