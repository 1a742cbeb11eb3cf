"""Change what a cart says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.open_cart import open_cart
from orders.carts import CartOwner
from orders.delivery_choice import WantedDelivery, choose_delivery


def change_cart(
    *, owner: CartOwner, changes: Mapping[str, Any], at: datetime, expected: Precondition = ANY_VERSION
) -> str | None:
    """Keep `coupon` (empty for none) or `delivery` (None for none) with the cart, in the caller's transaction.

    Whether a coupon applies is told when the cart is read. Returns the token of a guest's cart that was made for it.
    Raises PreconditionFailed, and InvalidInput for a delivery that is not offered.
    """
    delivery = changes.get("delivery")
    if delivery is not None:
        choose_delivery(WantedDelivery(**delivery, is_estimate=True), at=at)
    opened = open_cart(owner=owner, at=at, expected=expected)
    opened.touch(at=at, **changes)
    return opened.token
