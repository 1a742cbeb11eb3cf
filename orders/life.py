"""The life of an order as a table: every legal step, who may take it, and what must be true for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.db import models


class Status(models.TextChoices):
    """Where an order is in its life."""

    PENDING = "pending", "Pending"
    CONFIRMED = "confirmed", "Confirmed"
    PROCESSING = "processing", "Processing"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    RETURNED = "returned", "Returned"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


class Actor(models.TextChoices):
    """Who did it, as the customer may know; staff see which of them it was."""

    CUSTOMER = "customer", "Customer"
    STAFF = "staff", "Staff"
    SYSTEM = "system", "System"


class Standing(Protocol):
    """What guards look at; each fact is read when it is first asked for."""

    @property
    def due(self) -> Decimal:
        """What is still to be paid."""

    @property
    def is_promised(self) -> bool:
        """Whether the money is promised: on delivery, or by staff who say why."""

    @property
    def holds_all(self) -> bool:
        """Whether all units that were sold are still held."""

    @property
    def is_out_of_time(self) -> bool:
        """Whether the hold on its stock is over."""


class Guard(NamedTuple):
    """What must be true of an order for a step: in words, and as a question."""

    rule: str
    holds: Callable[[Standing], bool]


class Edge(NamedTuple):
    """A legal step."""

    before: Status
    after: Status
    takers: frozenset[Actor]
    guard: Guard | None = None


PAID = Guard("paid in full", lambda order: order.due <= 0)
PAID_OR_PROMISED = Guard("paid in full, or promised", lambda order: order.due <= 0 or order.is_promised)
STOCK_HELD = Guard("all units are still held", lambda order: order.holds_all)
OUT_OF_TIME = Guard("not paid in time", lambda order: order.is_out_of_time)

SHOP = frozenset({Actor.STAFF, Actor.SYSTEM})
PEOPLE = frozenset({Actor.CUSTOMER, Actor.STAFF})
STAFF = frozenset({Actor.STAFF})
SYSTEM = frozenset({Actor.SYSTEM})

EDGES = (
    Edge(Status.PENDING, Status.CONFIRMED, SHOP, PAID_OR_PROMISED),
    Edge(Status.PENDING, Status.CANCELLED, PEOPLE),
    Edge(Status.PENDING, Status.EXPIRED, SYSTEM, OUT_OF_TIME),
    Edge(Status.CONFIRMED, Status.PROCESSING, STAFF, STOCK_HELD),
    Edge(Status.CONFIRMED, Status.CANCELLED, PEOPLE),
    Edge(Status.PROCESSING, Status.SHIPPED, STAFF, STOCK_HELD),
    Edge(Status.PROCESSING, Status.CANCELLED, PEOPLE),
    Edge(Status.SHIPPED, Status.DELIVERED, STAFF),
    Edge(Status.DELIVERED, Status.RETURNED, STAFF),
    Edge(Status.EXPIRED, Status.CONFIRMED, SYSTEM, PAID),  # paid after all, and all of it can still be had
)
BY_ENDS = {(edge.before, edge.after): edge for edge in EDGES}

# Status → where an order may go from there.
TRANSITIONS: dict[str, frozenset[str]] = {
    status: frozenset(edge.after for edge in EDGES if edge.before == status) for status in Status
}


def edge_between(before: str, after: str) -> Edge | None:
    """Return the step from one status to another, if there is one."""
    return BY_ENDS.get((Status(before), Status(after)))
