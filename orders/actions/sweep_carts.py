"""Delete carts of guests who do not come back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from electroports.transactions import in_transaction
from orders.models import Cart, CartLine

EMPTY_FOR = timedelta(days=1)
BATCH = 500


def sweep_carts(*, at: datetime) -> int:
    """Delete the carts of guests that nobody has changed for CART_GUEST_DAYS, and empty ones after a day.

    Returns how many there were. Carts of customers stay. A cart that is in use just now is left for the next time.
    """
    empty = ~Exists(CartLine.objects.filter(cart=OuterRef("pk")))
    old = Cart.objects.idle_guests(before=at - timedelta(days=settings.CART_GUEST_DAYS))
    abandoned = Cart.objects.idle_guests(before=at - EMPTY_FOR).filter(empty)
    return _delete(old) + _delete(abandoned)


def _delete(carts: QuerySet[Cart]) -> int:
    def delete_some() -> int:
        locked = carts.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        found = list(locked.values_list("pk", flat=True)[:BATCH])
        if found:
            Cart.objects.filter(pk__in=found).delete()
        return len(found)

    swept = 0
    while found := in_transaction(delete_some):
        swept += found
    return swept
