"""Open the caller's cart to be changed: found or made, locked, and with what they had as a guest merged into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from electroports.errors import NoSuchRow
from electroports.preconditions import Precondition
from electroports.sql import insert_rows
from orders.actions.merge_lines import merge_lines
from orders.cart_documents import cart_document
from orders.cart_review import review_cart
from orders.carts import CartOwner, read_carts
from orders.models import Cart, CartLine, cart_token_digest, new_cart_token


@dataclass(frozen=True, slots=True)
class OpenCart:
    """A cart that is locked until the transaction ends. `token` is that of a guest's cart that was just made."""

    cart: Cart
    token: str | None = None

    def touch(self, *, at: datetime, **changes: Any) -> None:
        """Write that the cart was changed at `at`, and these of its own fields."""
        Cart.objects.filter(pk=self.cart.pk).update(updated_at=at, **changes)


def open_cart(*, owner: CartOwner, at: datetime, expected: Precondition) -> OpenCart:
    """Return the caller's cart, locked in the caller's transaction; one is made where there is none.

    An unknown token opens nothing: its holder gets a new cart and a new token. Raises PreconditionFailed.
    """
    found = find_cart(owner=owner, at=at)
    check_version(owner=owner, expected=expected, at=at)
    if found is not None:
        return found
    if owner.user_id is not None:
        return _make_own(owner, at)
    token = new_cart_token()
    cart = Cart(token_digest=cart_token_digest(token), created_at=at, updated_at=at)
    insert_rows([cart])
    return OpenCart(cart, token)


def find_cart(*, owner: CartOwner, at: datetime) -> OpenCart | None:
    """Return the caller's cart, locked in the caller's transaction, or None where there is none.

    A customer who has come with a guest's token gets that cart, too: it is merged into theirs, and is no more.
    """
    carts = lock_carts(owner)
    own = next((cart for cart in carts if cart.user_id == owner.user_id), None)
    guests = next((cart for cart in carts if cart.user_id is None and cart is not own), None)
    if guests is None:
        return OpenCart(own) if own is not None else None
    if own is None:
        return _make_own(owner, at)
    merge_lines(own=own, guests=guests, at=at)
    return OpenCart(own)


def find_line(*, owner: CartOwner, line_id: int, at: datetime, expected: Precondition) -> tuple[OpenCart, CartLine]:
    """Return the caller's cart, locked, and a line of it; raises NoSuchRow and PreconditionFailed."""
    opened = find_cart(owner=owner, at=at)
    line = CartLine.objects.filter(cart=opened.cart, pk=line_id).first() if opened else None
    if opened is None or line is None:
        raise NoSuchRow
    check_version(owner=owner, expected=expected, at=at)
    return opened, line


def check_version(*, owner: CartOwner, expected: Precondition, at: datetime) -> None:
    """Raise PreconditionFailed unless the caller's cart, locked before, is in a version that they expect."""
    if expected.tags is not None:
        cart, _guests = read_carts(owner)
        expected.check(cart_document(review_cart(cart, customer=owner.user, at=at)))


def lock_carts(owner: CartOwner) -> list[Cart]:
    """Return the caller's carts, locked in the order of their keys: whoever comes at the same time waits.

    On SQLite nobody else writes during a transaction, and Django asks for no lock.
    """
    if owner.user_id is None and owner.token is None:
        return []
    carts = Cart.objects.of(**owner.keys).order_by("pk")
    return list(carts.select_for_update(of=("self",)))


def _make_own(owner: CartOwner, at: datetime) -> OpenCart:
    """Make a customer's cart, unless somebody else does just now, and open it."""
    insert_rows([Cart(user_id=owner.user_id, created_at=at, updated_at=at)], unless_taken=("user_id",))
    found = find_cart(owner=owner, at=at)
    if found is None:
        raise RuntimeError("A cart that was just made, or is there already, was not found.")
    return found
