"""Open a cart to order what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from electroports.preconditions import Precondition
from orders.actions.open_cart import OpenCart, check_version, find_cart
from orders.basket import WantedItem
from orders.carts import CartOwner, cart_is_empty, wanted_from
from orders.models import CartLine


@dataclass(frozen=True, slots=True)
class BoughtCart:
    """A cart that is being ordered, locked until the transaction ends: nothing comes in or goes out meanwhile."""

    opened: OpenCart
    wanted: list[WantedItem]
    coupons: tuple[str, ...]

    def leave(self, *, at: datetime) -> None:
        """Take out what was bought, with the coupon."""
        CartLine.objects.filter(cart=self.opened.cart).delete()
        self.opened.touch(at=at, coupon="")


def open_for_order(*, owner: CartOwner, expected: Precondition, at: datetime) -> BoughtCart:
    """Return what the caller's cart holds, in the order of its lines, in the transaction of the order.

    Raises InvalidInput if there is nothing in it or more lines than an order takes, and PreconditionFailed.
    """
    opened = find_cart(owner=owner, at=at)
    check_version(owner=owner, expected=expected, at=at)
    if opened is None:
        raise cart_is_empty()
    lines = CartLine.objects.filter(cart=opened.cart).order_by("pk")
    wanted = wanted_from(lines.values_list("variant_id", "quantity"))
    return BoughtCart(opened, wanted, tuple(filter(None, [opened.cart.coupon])))
