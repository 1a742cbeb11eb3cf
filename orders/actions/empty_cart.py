"""Empty a cart."""

from __future__ import annotations

from datetime import datetime

from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.open_cart import check_version, find_cart
from orders.carts import CartOwner
from orders.models import CartLine


def empty_cart(*, owner: CartOwner, at: datetime, expected: Precondition = ANY_VERSION) -> None:
    """Take everything out of the caller's cart, in the caller's transaction; raises PreconditionFailed."""
    opened = find_cart(owner=owner, at=at)
    check_version(owner=owner, expected=expected, at=at)
    if opened is not None:
        CartLine.objects.filter(cart=opened.cart).delete()
        opened.touch(at=at, coupon="")
