"""Change what a cart says of itself, or empty it."""

from __future__ import annotations

from datetime import datetime

from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.open_cart import check_version, find_cart, open_cart
from orders.carts import CartOwner
from orders.models import CartLine


def change_cart(*, owner: CartOwner, coupon: str, at: datetime, expected: Precondition = ANY_VERSION) -> str | None:
    """Keep a coupon code with the caller's cart, an empty one for none, in the caller's transaction.

    Whether it applies is told when the cart is read. Returns the token of a guest's cart that was made for it. Raises
    PreconditionFailed.
    """
    opened = open_cart(owner=owner, at=at, expected=expected)
    opened.touch(at=at, coupon=coupon)
    return opened.token


def empty_cart(*, owner: CartOwner, at: datetime, expected: Precondition = ANY_VERSION) -> None:
    """Take everything out of the caller's cart, in the caller's transaction; raises PreconditionFailed."""
    opened = find_cart(owner=owner, at=at)
    check_version(owner=owner, expected=expected, at=at)
    if opened is not None:
        CartLine.objects.filter(cart=opened.cart).delete()
        opened.touch(at=at, coupon="")
