"""Change how many of a variant a cart holds."""

from __future__ import annotations

from datetime import datetime

from catalog.stock import read_shelf
from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.add_to_cart import refuse_too_many
from orders.actions.open_cart import find_line
from orders.carts import CartOwner


def change_line(
    *, owner: CartOwner, line_id: int, quantity: int, at: datetime, expected: Precondition = ANY_VERSION
) -> None:
    """Set the quantity of a line, in the caller's transaction; the customer has seen the price of now.

    Raises NoSuchRow for a line of somebody else, InvalidInput, OverCustomerLimit and PreconditionFailed. Fewer may
    always be wanted, of what cannot be bought too.
    """
    opened, line = find_line(owner=owner, line_id=line_id, at=at, expected=expected)
    item = next(iter(read_shelf(product_ids=(), variant_ids=(line.variant_id,), at=at)), None)
    if item is not None:
        if quantity > line.quantity:
            refuse_too_many(item, quantity, owner)
        line.added_price, line.added_at = item.price, at
    line.quantity = quantity
    line.save()
    opened.touch(at=at)
