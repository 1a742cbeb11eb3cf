"""Move what a guest's cart holds into a customer's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from orders.models import Cart, CartLine


def merge_lines(*, own: Cart, guests: Cart, at: datetime) -> None:
    """Move the lines of a guest's cart into a customer's, both locked, and delete the guest's.

    Where both have a variant, the quantities are added, up to what an order takes and a customer may buy. Lines that a
    cart has no room for stay where they are, and the guest's cart with them: nothing is lost, and nothing counts twice.
    """
    lines = CartLine.objects.filter(cart__in=(own, guests)).select_related("variant").order_by("pk")
    ours = {line.variant_id: line for line in lines if line.cart_id == own.pk}
    theirs = [line for line in lines if line.cart_id == guests.pk]
    same = [(ours[line.variant_id], line) for line in theirs if line.variant_id in ours]
    others = [line for line in theirs if line.variant_id not in ours]
    moving = others[: max(0, settings.ORDER_MAX_LINES - len(ours))]
    _add_up(same)
    CartLine.objects.filter(pk__in=[line.pk for line in moving]).update(cart=own)
    if len(moving) == len(others):
        guests.delete()
    changes = {
        name: getattr(guests, name)
        for name in ("coupon", "delivery")
        if getattr(guests, name) and not getattr(own, name)
    }
    if same or moving or changes:
        Cart.objects.filter(pk=own.pk).update(updated_at=at, **changes)


def _add_up(pairs: Sequence[tuple[CartLine, CartLine]]) -> None:
    for mine, other in pairs:
        most = min(settings.ORDER_MAX_QUANTITY, mine.variant.max_per_customer or settings.ORDER_MAX_QUANTITY)
        mine.quantity = max(mine.quantity, min(mine.quantity + other.quantity, most))
    if pairs:
        CartLine.objects.bulk_update([mine for mine, _other in pairs], ["quantity"])
        CartLine.objects.filter(pk__in=[other.pk for _mine, other in pairs]).delete()
