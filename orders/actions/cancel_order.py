"""Call an order off."""

from datetime import datetime

from accounts.models import User
from electroports.transactions import in_transaction
from orders.actions.change_status import change_status
from orders.actions.release_order_stock import release_order_stock
from orders.models import Order, OrderEvent


def cancel_order(*, order: Order, acting_user: User | None, reason: str, at: datetime) -> None:
    """Cancel `order` and give its stock back, exactly once; raises IllegalTransition.

    `acting_user` is None for a guest who holds the order's link. Staff act as staff, but for orders of their own.
    """
    before = order.status
    by_staff = acting_user is not None and acting_user.is_staff and acting_user.pk != order.user_id

    def cancel() -> None:
        order.status = before  # as it was read, whatever an attempt that was rolled back has made of it
        change_status(
            order=order,
            status=Order.Status.CANCELLED,
            actor=OrderEvent.Actor.STAFF if by_staff else OrderEvent.Actor.CUSTOMER,
            acting_user=acting_user,
            reason=reason,
            at=at,
        )
        release_order_stock(order=order, acting_user=acting_user, at=at)

    in_transaction(cancel)
