"""Take guests out of orders that are old."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from electroports.jobs import SWEEP_SECONDS
from electroports.personal import Person
from electroports.transactions import in_transaction
from orders.actions.forget_buyer import forget_buyer
from orders.actions.refuse_unfinished import UNDER_WAY
from orders.models import Order, Payment, Refund

BATCH = 100  # orders made anonymous in one transaction


def forget_guests(*, at: datetime) -> int:
    """Make orders of guests anonymous that are older than GUEST_DATA_YEARS; return how many.

    The books stay, as after an erasure. Orders of accounts stay as they are, also those that an account has claimed; so
    does what is not settled: an order under way, money that is owed or due, payments and refunds that are open. A batch
    is a transaction, so that it can be stopped; what is left goes with the next sweep.
    """
    period = settings.RETENTION.guest_data
    if not period:
        return 0
    until, swept = time.monotonic() + SWEEP_SECONDS, 0
    while time.monotonic() < until and (found := in_transaction(partial(_forget_some, at - period))):
        swept += found
    return swept


def _forget_some(before: datetime) -> int:
    due = guests_orders(before=before).select_for_update(of=("self",), no_key=True, skip_locked=True)
    ids = tuple(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if ids:
        forget_buyer(person=Person(None, "", orders=ids))
    return len(ids)


def guests_orders(*, before: datetime) -> QuerySet[Order]:
    """Return the settled orders of guests from before that moment that still say who bought."""
    payments = Payment.objects.filter(order=OuterRef("pk"), status__in=Payment.OPEN)
    refunds = Refund.objects.filter(payment__order=OuterRef("pk"), status__in=Refund.OPEN)
    due = Q(status=Order.Status.DELIVERED, total__gt=F("written_off") + F("paid") - F("repaid"))
    return Order.objects.filter(
        ~Q(contact={}), ~Exists(payments), ~Exists(refunds), user=None, created_at__lt=before, owed__lte=0
    ).exclude(Q(status__in=UNDER_WAY) | due)
