"""The one way in which an order gets from one status to another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from catalog.actions.record_purchase import record_purchase
from orders.actions.tell_customer import AT_STATUS, tell_customer
from orders.errors import IllegalTransition
from orders.life import Actor, Edge, Status, edge_between
from orders.models import Allocation, Order, OrderEvent, Payment
from orders.money import owed_in
from orders.providers import terms_of


def change_status(
    *,
    order: Order,
    status: Status,
    actor: Actor,
    acting_user: User | None,
    reason: str,
    at: datetime,
) -> None:
    """Move `order` along a legal edge and write it into its timeline, in the caller's transaction.

    Raises IllegalTransition if there is no such edge, if it is not `actor` who may take it, or if its guard does not
    hold. The update holds only while the order has the status that it was read with: of two that race, one gets
    through. What the customer expects to hear of goes into the outbox. What an account has received is told to the
    catalogue: its reviews of these products are of verified purchases. A guest has none.
    """
    before = order.status
    edge = edge_between(before, status)
    if edge is None:
        raise IllegalTransition(f"An order that is {before} cannot become {status}.")
    refuse_step(edge, order=order, actor=actor, reason=reason, at=at)
    if not Order.objects.filter(pk=order.pk, status=before).update(status=status, owed=owed_in(status)):
        raise IllegalTransition(f"The order is no longer {before}.")
    order.status = status
    OrderEvent.objects.create(
        order=order,
        type=status,
        from_status=before,
        to_status=status,
        reason=reason[: OrderEvent.REASON_LENGTH],
        actor=actor,
        acting_user=acting_user,
        created_at=at,
    )
    if status in AT_STATUS:
        tell_customer(order=order, kind=AT_STATUS[status], at=at)
    if status == Status.DELIVERED and order.user_id is not None:
        received = order.lines.values_list("product_id", flat=True)
        record_purchase(user_id=order.user_id, product_ids=list(received), at=at)


def refuse_step(edge: Edge, *, order: Order, actor: Actor, reason: str, at: datetime) -> None:
    """Raise IllegalTransition if this actor may not take the step, or not now."""
    if actor not in edge.takers:
        raise IllegalTransition(f"An order does not become {edge.after} by the {actor.label.lower()}.")
    if edge.guard is not None and not edge.guard.holds(OrderStanding(order, actor, reason, at)):
        raise IllegalTransition(f"An order becomes {edge.after} only if this holds: {edge.guard.rule}.")


class OrderStanding:
    """What guards look at, of an order that the caller holds."""

    def __init__(self, order: Order, actor: Actor, reason: str, at: datetime) -> None:
        self.order, self.at = order, at
        self.is_vouched_for = actor == Actor.STAFF and bool(reason)

    @property
    def due(self) -> Decimal:
        """What is still to be paid."""
        return self.order.due

    @cached_property
    def is_promised(self) -> bool:
        """Whether the money is promised: on delivery, or by staff who say why."""
        if self.is_vouched_for:
            return True
        pending = self.order.payments.filter(status=Payment.Status.PENDING).values_list("provider", flat=True)
        known = [terms_of(provider) for provider in set(pending)]
        return any(terms is not None and terms.confirms_unpaid for terms in known)

    @cached_property
    def holds_all(self) -> bool:
        """Whether all units that were sold are still held."""
        held: Any = Allocation.objects.filter(line=OuterRef("pk")).values("line").annotate(held=Sum("quantity"))
        lines = self.order.lines.annotate(held=Coalesce(Subquery(held.values("held")), Value(0)))
        return not lines.exclude(quantity=F("held")).exists()

    @property
    def is_out_of_time(self) -> bool:
        """Whether the hold on its stock is over."""
        return self.order.expires_at is not None and self.order.expires_at <= self.at
