"""Change or take out a line of a cart."""

from __future__ import annotations

from datetime import datetime

from catalog.stock import read_shelf
from electroports.errors import NoSuchRow
from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.add_to_cart import refuse_too_many
from orders.actions.open_cart import OpenCart, check_version, find_cart
from orders.carts import CartOwner
from orders.models import CartLine


def change_line(
    *, owner: CartOwner, line_id: int, quantity: int, at: datetime, expected: Precondition = ANY_VERSION
) -> None:
    """Set the quantity of a line, in the caller's transaction; the customer has seen the price of now.

    Raises NoSuchRow for a line of somebody else, InvalidInput, OverCustomerLimit and PreconditionFailed. Fewer may
    always be wanted, of what cannot be bought too.
    """
    opened, line = _find_line(owner, line_id, at, expected)
    item = next(iter(read_shelf(product_ids=(), variant_ids=(line.variant_id,), at=at)), None)
    if item is not None:
        if quantity > line.quantity:
            refuse_too_many(item, quantity, owner)
        line.added_price, line.added_at = item.price, at
    line.quantity = quantity
    line.save()
    opened.touch(at=at)


def remove_line(*, owner: CartOwner, line_id: int, at: datetime, expected: Precondition = ANY_VERSION) -> None:
    """Take a line out, in the caller's transaction; raises NoSuchRow and PreconditionFailed."""
    opened, line = _find_line(owner, line_id, at, expected)
    line.delete()
    opened.touch(at=at)


def _find_line(owner: CartOwner, line_id: int, at: datetime, expected: Precondition) -> tuple[OpenCart, CartLine]:
    opened = find_cart(owner=owner, at=at)
    line = CartLine.objects.filter(cart=opened.cart, pk=line_id).first() if opened else None
    if opened is None or line is None:
        raise NoSuchRow
    check_version(owner=owner, expected=expected, at=at)
    return opened, line
