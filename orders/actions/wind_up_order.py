"""What is still open between the shop and the customer of an order that is over."""

from __future__ import annotations

import logging
from datetime import datetime

from orders.actions.request_refund import request_refund
from orders.actions.withdraw_payment import withdraw_payment
from orders.errors import NothingToRefund
from orders.life import Status
from orders.models import Order, Payment
from orders.providers import can_refund, can_withdraw

logger = logging.getLogger(__name__)


def wind_up_order(*, order_id: int, at: datetime) -> None:
    """Call off the open payments of an order that is over, and give back what was paid of one that was cancelled.

    Only what the provider itself calls off or gives back; the rest is owed (`order.owed`), and staff see it. It may run
    twice and at the same time: no payment gives back more than came. Not to be called in a transaction.
    """
    order = Order.objects.get(pk=order_id)
    if not order.is_over:  # it was paid after all, and lives on
        return
    for payment in order.payments.filter(status__in=Payment.OPEN):
        if can_withdraw(payment.provider):
            withdraw_payment(payment_id=payment.pk, at=at)
    if order.status == Status.CANCELLED:
        for payment in order.payments.filter(status=Payment.Status.SUCCEEDED):
            _give_back(payment, at)


def _give_back(payment: Payment, at: datetime) -> None:
    left = payment.captured - payment.refunding
    if left <= 0 or not can_refund(payment.provider):
        return
    try:
        request_refund(
            payment=payment, amount=left, reason="The order was cancelled.", by_hand=False, acting_user=None, at=at
        )
    except NothingToRefund:  # somebody else is giving it back
        logger.info("refund asked for already", extra={"facts": {"payment": payment.pk}})
