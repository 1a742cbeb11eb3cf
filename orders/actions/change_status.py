"""The one way in which an order gets from one status to another."""

from datetime import datetime

from accounts.models import User
from catalog.actions.record_purchase import record_purchase
from orders.errors import IllegalTransition
from orders.models import Order, OrderEvent
from orders.money import owed_in


def change_status(
    *,
    order: Order,
    status: Order.Status,
    actor: OrderEvent.Actor,
    acting_user: User | None,
    reason: str,
    at: datetime,
) -> None:
    """Move `order` along a legal edge and write it into its timeline, in the caller's transaction.

    The update holds only while the order has the status that it was read with: of two that race, one gets through and
    the other, like every illegal step, raises IllegalTransition. What an account has received is told to the catalogue:
    its reviews of these products are of verified purchases. A guest has none.
    """
    before = order.status
    if not order.can_become(status):
        raise IllegalTransition(f"An order that is {before} cannot become {status}.")
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
    if status == Order.Status.DELIVERED and order.user_id is not None:
        received = order.lines.values_list("product_id", flat=True)
        record_purchase(user_id=order.user_id, product_ids=list(received), at=at)
