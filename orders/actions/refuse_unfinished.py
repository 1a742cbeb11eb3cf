"""Refuse to erase somebody with whom the shop is not done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from catalog.pricing import shown_price
from electroports.errors import FieldError
from electroports.personal import Person
from orders.errors import UnfinishedBusiness
from orders.models import Order, Payment, Refund
from orders.personal import orders_of, payments_of, refunds_of

MOST_NAMED = 20
UNDER_WAY = (*Order.HOLDING, Order.Status.SHIPPED)


def refuse_unfinished(*, person: Person) -> None:
    """Lock a person's orders until the end of the transaction; raise UnfinishedBusiness if anything of them is open.

    That is an order under way, a payment or a refund whose outcome is not known, money that is to go back, or money
    that is due: without knowing whose it is, nobody could finish it. The errors say which, by the order's number.
    """
    errors = list(islice(_open(person), MOST_NAMED))
    if errors:
        raise UnfinishedBusiness(errors)


def _open(person: Person) -> Iterator[FieldError]:
    for order in orders_of(person).select_for_update(no_key=True).order_by("pk"):
        if order.status in UNDER_WAY:
            yield FieldError(order.number, "open_order", f"{order.number} is {order.get_status_display().lower()}.")
        if order.owed > 0:
            yield FieldError(order.number, "money_owed", f"{shown_price(order.owed)} of {order.number} is to go back.")
        if order.status == Order.Status.DELIVERED and order.to_pay > 0:
            yield FieldError(order.number, "money_due", f"{shown_price(order.to_pay)} of {order.number} is due.")
    payments = payments_of(person).filter(status__in=Payment.OPEN)
    for number in payments.order_by("pk").values_list("order__number", flat=True):
        yield FieldError(number, "open_payment", f"A payment of {number} is under way.")
    refunds = refunds_of(person).filter(status__in=Refund.OPEN)
    for number in refunds.order_by("pk").values_list("payment__order__number", flat=True):
        yield FieldError(number, "open_refund", f"A refund of {number} is under way.")
