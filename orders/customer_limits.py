"""How many of a variant one customer may buy over all their orders, and how many they have bought.

An account is a customer, whatever contact it gives, and so is a guest with its e-mail address; other guests are known
by e-mail address and by phone, as with promotions (orders/customers.py). Orders that were cancelled or expired do not
count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, Sum

from accounts.models import User
from catalog.stock import ShelfItem
from electroports.errors import FieldError
from orders.basket import Basket
from orders.customers import customer_keys
from orders.errors import OverCustomerLimit
from orders.models import Order, OrderLine


class Customer(NamedTuple):
    """Who buys: an account, or a guest as far as they have said who they are."""

    user_id: int | None = None
    email: str = ""
    phone: str = ""

    @property
    def names(self) -> list[str]:
        """What the customer is known by."""
        known = (self.email and f"email:{self.email}", self.phone and f"phone:{self.phone}")
        return [name for name in known if name]


def customer_of(user: User | None, contact: Mapping[str, str]) -> Customer:
    """Return who buys, by account or contact; e-mail addresses are the same in any case."""
    if user is not None:
        return Customer(user.pk, user.email.lower())
    return Customer(None, contact.get("email", "").lower(), contact.get("phone", ""))


def bought_by(customer: Customer, variant_ids: Collection[int]) -> dict[int, int]:
    """Return how many of each of these variants the customer has bought; one query at most."""
    if not variant_ids or not customer.names:
        return {}
    key = customer_keys(None, email=customer.email, phone="").email_key
    same = Q(order__guest_key=key) & ~Q(order__guest_key="")
    if customer.user_id is not None:
        same |= Q(order__user=customer.user_id)
    elif customer.email:
        same |= Q(order__user__in=User.objects.filter(email__lower=customer.email))
    if customer.phone:
        guests = Q(order__user=None) | ~Q(order__guest_key="")
        same |= guests & Q(order__contact__phone=customer.phone)
    lines = OrderLine.objects.filter(same, variant__in=variant_ids).exclude(order__status__in=Order.OVER)
    return dict(lines.order_by().values_list("variant").annotate(Sum("quantity")))


def refuse_over_limit(wanted: Iterable[tuple[ShelfItem, int, str]], *, customer: Customer) -> None:
    """Raise OverCustomerLimit if anything wanted is more than the customer may buy, with what they have bought.

    Of each there is the variant, the quantity, and the field that names it. One query, where anything has a limit. A
    guest is not told how many they have bought: whoever knows an address or a phone could ask for somebody else.
    """
    limited = [(item, quantity, field) for item, quantity, field in wanted if item.max_per_customer is not None]
    bought = bought_by(customer, [item.variant_id for item, _quantity, _field in limited])
    is_known = customer.user_id is not None
    errors = [
        FieldError(field, OverCustomerLimit.code, say_limit(item.max_per_customer, before if is_known else 0))
        for item, quantity, field in limited
        if (before := bought.get(item.variant_id, 0)) + quantity > (item.max_per_customer or 0)
    ]
    if errors:
        raise OverCustomerLimit("A customer may not buy so many.", errors=errors)


def wanted_of(basket: Basket) -> list[tuple[ShelfItem, int, str]]:
    """Return what a basket wants, each with the field that names it."""
    return [(line.item, line.quantity, f"items.{line.position}.quantity") for line in basket.lines]


def limited_variants(basket: Basket) -> list[int]:
    """Return those variants of a basket of which a customer may buy only so many."""
    return [line.item.variant_id for line in basket.lines if line.item.max_per_customer is not None]


def say_limit(most: int | None, bought: int) -> str:
    """Return the limit in words, and what the customer has bought of it."""
    already = f", and you have bought {bought}" if bought else ""
    return f"A customer may buy at most {most}{already}."


def lock_customer(customer: Customer, variant_ids: Iterable[int]) -> None:
    """Have other orders of this customer for these variants wait until the caller's transaction is over.

    Between counting what they have bought and committing what they buy now, two orders at a time would each count
    without the other. SQLite lets only one transaction write anyway; PostgreSQL has advisory locks, taken in one order.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted({_key(f"{variant_id} {name}") for variant_id in variant_ids for name in customer.names})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _key(text: str) -> int:
    return int.from_bytes(blake2b(f"customer limit {text}".encode(), digest_size=8).digest(), signed=True)
