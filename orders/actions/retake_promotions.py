"""Count the promotions of an order again that had given them back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F

from orders.models import Order, Promotion, PromotionUse


class NoLongerFree(Exception):
    """Somebody else has taken a promotion since."""


def retake_promotions(*, order: Order) -> bool:
    """Let the order's uses count again, in the caller's transaction.

    Returns False, and changes nothing, if any limit has been reached since.
    """
    if not order.promotions:
        return True
    given_back = PromotionUse.objects.filter(order=order).exclude(released_at=None)
    try:
        with transaction.atomic():
            for promotion_id in given_back.order_by("promotion_id").values_list("promotion_id", flat=True):
                if not Promotion.objects.with_uses_left().filter(pk=promotion_id).update(uses=F("uses") + 1):
                    raise NoLongerFree
            given_back.update(released_at=None)
    except (NoLongerFree, IntegrityError):
        return False
    return True
