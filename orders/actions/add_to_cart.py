"""Put units into a cart."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from catalog.stock import ShelfItem
from electroports.errors import FieldError, InvalidInput
from electroports.preconditions import ANY_VERSION, Precondition
from orders.actions.open_cart import open_cart
from orders.basket import WantedItem, choose_item
from orders.carts import CartOwner
from orders.customer_limits import Customer, refuse_over_limit
from orders.models import CartLine


def add_to_cart(
    *, owner: CartOwner, wanted: WantedItem, at: datetime, expected: Precondition = ANY_VERSION
) -> str | None:
    """Put units into the caller's cart, in the caller's transaction; what is there of the variant adds up.

    Returns the token of a guest's cart that was made for it. Raises InvalidInput, OverCustomerLimit and
    PreconditionFailed. Stock is not asked for: a cart holds none, and tells what is short when it is read.
    """
    item = choose_item(wanted, at=at)
    opened = open_cart(owner=owner, at=at, expected=expected)
    lines = {line.variant_id: line for line in CartLine.objects.filter(cart=opened.cart)}
    line = lines.get(item.variant_id)
    if line is None and len(lines) >= settings.ORDER_MAX_LINES:
        message = f"A cart takes at most {settings.ORDER_MAX_LINES} lines."
        raise InvalidInput("The cart is full.", errors=[FieldError(None, "too_many_lines", message)])
    line = line or CartLine(cart=opened.cart, variant_id=item.variant_id, quantity=0)
    line.quantity += wanted.quantity
    refuse_too_many(item, line.quantity, owner)
    line.added_price, line.added_at = item.price, at
    line.save()
    opened.touch(at=at)
    return opened.token


def refuse_too_many(item: ShelfItem, quantity: int, owner: CartOwner) -> None:
    """Raise InvalidInput or OverCustomerLimit for more of a variant than an order takes, or this customer may buy."""
    if quantity > settings.ORDER_MAX_QUANTITY:
        message = f"A cart takes at most {settings.ORDER_MAX_QUANTITY} of one variant."
        raise InvalidInput("That is too many.", errors=[FieldError("quantity", "max_value", message)])
    refuse_over_limit([(item, quantity, "quantity")], customer=Customer(owner.user_id))
