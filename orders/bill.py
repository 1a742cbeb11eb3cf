"""What an order comes to and how it is delivered, as people read it on paper and in mail."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalog.pricing import shown_price
from orders.models import Order


def sums_of(order: Order) -> list[tuple[str, str]]:
    """Return what makes the total, each with its name; but for the goods, what is nothing is left out."""
    more = [("Discount", -order.discount), ("Delivery", order.delivery), ("Rounding", order.rounding)]
    return [
        ("Goods", signed_price(order.subtotal)),
        *((name, signed_price(amount)) for name, amount in more if amount),
    ]


def signed_price(amount: Decimal) -> str:
    """Return an amount with its sign in front of the currency, where it takes something off."""
    return f"- {shown_price(-amount)}" if amount < 0 else shown_price(amount)


def delivery_of(order: Order) -> list[str]:
    """Return how and where an order goes, and when it is expected, a line each."""
    where = station_of(order) or address_of(order)
    days = [day for day in (order.delivery_earliest_on, order.delivery_latest_on) if day]
    expected = " to ".join(dict.fromkeys(f"{day:%a} {day.day} {day:%B}" for day in days))
    return [text for text in (order.delivery_name, *where, f"Expected {expected}" if expected else "") if text]


def address_of(order: Order) -> list[str]:
    """Return where an order is brought, a line each, as one writes it on a parcel."""
    return _values(order.address, "recipient", "phone", "street", "landmark", "town", "county")


def station_of(order: Order) -> list[str]:
    """Return where an order is fetched, a line each."""
    return _values(order.delivery_station, "name", "address", "landmark", "town")


def _values(snapshot: dict[str, Any] | None, *keys: str) -> list[str]:
    return [str(value) for key in keys if (value := (snapshot or {}).get(key))]
