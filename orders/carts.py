"""Carts as they are read: whose they are, and what lies in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection

from accounts.models import User
from catalog.stock import exact, full_name
from electroports.errors import FieldError, InvalidInput
from electroports.sql import in_utc
from orders.basket import WantedItem
from orders.models import cart_token_digest

HEADER = "X-Cart-Token"

# Not through the ORM: building this query costs it more time than the database needs to answer.
CARTS = """
    SELECT cart.id, cart.user_id, cart.coupon, CAST(cart.delivery AS text), cart.updated_at,
           line.id, line.quantity, line.added_price, line.added_at,
           variant.id, variant.sku, variant.name, variant.condition, product.id, product.slug, product.name
    FROM orders_cart cart
    LEFT JOIN orders_cartline line ON line.cart_id = cart.id
    LEFT JOIN catalog_variant variant ON variant.id = line.variant_id
    LEFT JOIN catalog_product product ON product.id = variant.product_id
    WHERE {whose}
    ORDER BY cart.id, line.id
"""


class CartOwner(NamedTuple):
    """Who is calling: a customer, somebody who has a guest's token, or both right after they have signed in."""

    user: User | None
    token: str | None

    @property
    def user_id(self) -> int | None:
        """The key of the customer."""
        return self.user.pk if self.user is not None else None

    @property
    def digest(self) -> str | None:
        """What is stored of the token."""
        return cart_token_digest(self.token) if self.token is not None else None

    @property
    def keys(self) -> dict[str, Any]:
        """What `Cart.objects.of` asks for."""
        return {"user_id": self.user_id, "token_digest": self.digest}


@dataclass(frozen=True, slots=True)
class CartItem:
    """A line of a cart, with what its variant is called whether or not it can be bought."""

    line_id: int
    variant_id: int
    product_id: int
    slug: str
    sku: str
    name: str
    quantity: int
    added_price: Decimal
    added_at: datetime


@dataclass(slots=True)
class FilledCart:
    """A cart with its lines, in the order in which they were put in; `pk` is None where nobody has written one yet."""

    pk: int | None = None
    user_id: int | None = None
    coupon: str = ""
    delivery: dict[str, str] | None = None
    updated_at: datetime | None = None
    items: list[CartItem] = field(default_factory=list)
    waiting: int = 0  # lines of a guest's cart that found no room in this one

    @property
    def coupons(self) -> list[str]:
        """The coupon that was entered, if any."""
        return [self.coupon] if self.coupon else []

    @property
    def variants(self) -> set[int]:
        """What lies in it."""
        return {item.variant_id for item in self.items}


def read_carts(owner: CartOwner) -> tuple[FilledCart, FilledCart | None]:
    """Return the caller's cart, empty if there is none, and one of a guest that waits to be merged into it.

    One query; none for a guest without a token.
    """
    keys = {f"cart.{name} = %s": key for name, key in owner.keys.items() if key is not None}
    if not keys:
        return FilledCart(), None
    carts: dict[int, FilledCart] = {}
    with connection.cursor() as cursor:
        cursor.execute(CARTS.format(whose=" OR ".join(keys)), [*keys.values()])
        rows = cursor.fetchall()
    for pk, user_id, coupon, delivery, updated_at, line_id, *line in rows:
        if pk not in carts:
            places = orjson.loads(delivery) if delivery is not None else None
            carts[pk] = FilledCart(pk, user_id, coupon, places, in_utc(updated_at))
        if line_id is not None:
            carts[pk].items.append(_item(line_id, *line))
    own = next((cart for cart in carts.values() if cart.user_id == owner.user_id), FilledCart(user_id=owner.user_id))
    guests = next((cart for cart in carts.values() if cart.user_id is None and cart is not own), None)
    own.waiting = len(guests.items) if guests else 0
    return own, guests


def cart_is_empty() -> InvalidInput:
    """Return the refusal to order nothing."""
    return InvalidInput("The cart is empty.", errors=[FieldError("cart", "empty_cart", "There is nothing in it.")])


def wanted_from(lines: Iterable[tuple[int, int]]) -> list[WantedItem]:
    """Return what an order of a cart wants, from its variants and quantities; raises InvalidInput if it takes no such.

    A cart holds more lines than an order takes if the shop has lowered ORDER_MAX_LINES since.
    """
    wanted = [WantedItem(None, variant_id, quantity) for variant_id, quantity in lines]
    if not wanted:
        raise cart_is_empty()
    if len(wanted) > settings.ORDER_MAX_LINES:
        message = f"An order takes at most {settings.ORDER_MAX_LINES} lines."
        raise InvalidInput("The cart is too long.", errors=[FieldError("cart", "too_many_lines", message)])
    return wanted


def _item(
    line_id: int,
    quantity: int,
    added_price: Any,
    added_at: datetime,
    variant_id: int,
    sku: str,
    variant: str,
    condition: str,
    product_id: int,
    slug: str,
    product: str,
) -> CartItem:
    name = full_name(product, variant, condition)
    price, at = exact(added_price), in_utc(added_at)
    return CartItem(line_id, variant_id, product_id, slug, sku, name, quantity, price, at)
