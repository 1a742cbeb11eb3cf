"""Give back the promotions that an order took."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from orders.models import Order, Promotion, PromotionUse


def release_promotions(*, order: Order, at: datetime) -> None:
    """Let the order's uses count no longer, in the caller's transaction; what it cost stays as it was.

    The promotions come first, in the order of their keys, as when they are taken. The caller has changed the order's
    status in that transaction, and so is the only one who does this.
    """
    if not order.promotions:
        return
    live = PromotionUse.objects.filter(order=order, released_at=None)
    for promotion_id in live.order_by("promotion_id").values_list("promotion_id", flat=True):
        Promotion.objects.filter(pk=promotion_id).update(uses=F("uses") - 1)
    live.update(released_at=at)
