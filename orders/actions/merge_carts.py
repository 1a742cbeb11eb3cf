"""Merge a guest's cart into that of the customer who has signed in."""

from datetime import datetime
from functools import partial

from electroports.transactions import in_transaction
from orders.actions.open_cart import find_cart
from orders.carts import CartOwner


def merge_carts(*, owner: CartOwner, at: datetime) -> None:
    """Merge what the token opens into the customer's cart, once, however often and at once it is asked for.

    Without an account or a token, or where the token opens nothing, nothing happens.
    """
    if owner.user_id is not None and owner.token is not None:
        in_transaction(partial(find_cart, owner=owner, at=at))
