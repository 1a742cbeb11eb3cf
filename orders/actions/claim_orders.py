"""Give customers what they ordered as guests."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalog.actions.record_purchase import record_purchase
from orders.customers import customer_keys
from orders.errors import EmailNotVerified
from orders.models import Order, OrderEvent, OrderLine


def claim_orders(*, user: User, at: datetime) -> int:
    """Put the orders that were placed without an account, with the e-mail address that `user` has shown to be theirs,
    among `user`'s own; return how many there were.

    Raises EmailNotVerified. What was delivered counts as bought, for reviews. The links that guests were
    given go on opening their orders: whoever ordered with a wrong address must not lose what they paid for.
    """
    if not (user.email and user.email_verified):
        raise EmailNotVerified
    key = customer_keys(None, email=user.email, phone="").email_key
    with transaction.atomic():
        orders = list(Order.objects.select_for_update().filter(user=None, guest_key=key).order_by("pk"))
        Order.objects.filter(pk__in=[order.pk for order in orders]).update(user=user)
        OrderEvent.objects.bulk_create(
            OrderEvent(
                order=order,
                type=OrderEvent.Note.CLAIMED,
                from_status=order.status,
                to_status=order.status,
                actor=OrderEvent.Actor.CUSTOMER,
                acting_user=user,
                created_at=at,
            )
            for order in orders
        )
        delivered = [order.pk for order in orders if order.status == Order.Status.DELIVERED]
        products = OrderLine.objects.filter(order__in=delivered).values_list("product_id", flat=True)
        if received := set(products):
            record_purchase(user_id=user.pk, product_ids=received, at=at)
        return len(orders)
