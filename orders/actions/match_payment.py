"""Give money that named no order to the order that it is for."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import F

from accounts.models import User
from orders.actions.credit_order import credit_order
from orders.actions.enter_money import enter_money
from orders.actions.lock_order import lock_order
from orders.errors import PaymentNotOpen
from orders.models import Order, Payment


def match_payment(*, payment: Payment, order: Order, acting_user: User, at: datetime) -> None:
    """Count an unmatched payment for `order`, once: of two who match it at the same time, one gets PaymentNotOpen."""
    enter_money(work=partial(_match, payment.pk, order.pk, acting_user, at))


def _match(payment_id: int, order_id: int, acting_user: User, at: datetime, *, may_revive: bool) -> None:
    order = lock_order(order_id=order_id)
    loose = Payment.objects.filter(pk=payment_id, order__isnull=True)
    if not loose.filter(captured__gt=F("refunded")).update(order=order):
        if loose.filter(captured__gt=0).exists():
            raise PaymentNotOpen("This money has been given back.")
        if loose.exists():  # its receipt is in the ledger for another
            raise PaymentNotOpen("Nothing came by this payment.")
        raise PaymentNotOpen("This money has been matched with an order already.")
    payment = Payment.objects.get(pk=payment_id)
    credit_order(order=order, payment=payment, acting_user=acting_user, at=at, may_revive=may_revive)
