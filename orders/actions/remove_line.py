"""Take a line out of a cart."""

from __future__ import annotations

from datetime import datetime

from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.open_cart import find_line
from orders.carts import CartOwner


def remove_line(*, owner: CartOwner, line_id: int, at: datetime, expected: Precondition = ANY_VERSION) -> None:
    """Take a line out, in the caller's transaction; raises NoSuchRow and PreconditionFailed."""
    opened, line = find_line(owner=owner, line_id=line_id, at=at, expected=expected)
    line.delete()
    opened.touch(at=at)
