"""What waits for a person, most of it money: how much of it, counted cheaply, and where it is looked after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from catalog.models import Review
from orders.models import Order, Payment, ProviderMessage, Refund

MOST_COUNTED = 99


class Queue(NamedTuple):
    """Rows that wait, the list that shows them, and who sees it. Each is read by a partial index of its own."""

    title: str
    what_to_do: str
    permission: str
    address: str
    query: str
    rows: Callable[[], QuerySet[Any]]

    @property
    def link(self) -> str:
        """Address of the list."""
        return f"{reverse(self.address)}?{self.query}"

    def waiting(self) -> str:
        """Return how many wait, `99+` for more; nothing where none do."""
        waiting = self.rows().order_by()[: MOST_COUNTED + 1].count()
        return f"{MOST_COUNTED}+" if waiting > MOST_COUNTED else str(waiting or "")

    def is_seen_by(self, user: Any) -> bool:
        """Tell whether a member of staff may see it."""
        return bool(user.has_perm(self.permission))


UNMATCHED = Queue(
    "Unmatched money",
    "Match it with an order, or give it back",
    "orders.view_payment",
    "admin:orders_payment_changelist",
    "queue=unmatched",
    lambda: Payment.objects.unmatched(),  # noqa: PLW0108  # no query set is made while the module is read
)
PAYMENTS_TO_LOOK_AT = Queue(
    "Payments to look at",
    "Find out what became of them",
    "orders.view_payment",
    "admin:orders_payment_changelist",
    "queue=attention",
    lambda: Payment.objects.to_look_at(),  # noqa: PLW0108  # as above
)
OWING = Queue(
    "Money to give back",
    "Give back what is owed",
    "orders.view_order",
    "admin:orders_order_changelist",
    "owing=yes",
    lambda: Order.objects.owing(),  # noqa: PLW0108  # as above
)
REFUNDS_TO_LOOK_AT = Queue(
    "Refunds to look at",
    "Ask again, or give it back by hand",
    "orders.view_refund",
    "admin:orders_refund_changelist",
    "queue=attention",
    lambda: Refund.objects.to_look_at(),  # noqa: PLW0108  # as above
)
FAILED_MESSAGES = Queue(
    "Messages that failed",
    "Process them again",
    "orders.view_providermessage",
    "admin:orders_providermessage_changelist",
    "status__exact=failed",
    lambda: ProviderMessage.objects.failed(),  # noqa: PLW0108  # as above
)
REVIEWS = Queue(
    "Reviews to read",
    "Publish or reject them",
    "catalog.view_review",
    "admin:catalog_review_changelist",
    "status__exact=pending",
    lambda: Review.objects.filter(status=Review.Status.PENDING),
)
QUEUES = (UNMATCHED, PAYMENTS_TO_LOOK_AT, OWING, REFUNDS_TO_LOOK_AT, FAILED_MESSAGES, REVIEWS)


def _badge(queue: Queue, request: HttpRequest) -> str:
    return queue.waiting() if queue.is_seen_by(request.user) else ""


def unmatched_badge(request: HttpRequest) -> str:
    """Return how much money is for no order yet, for the sidebar."""
    return _badge(UNMATCHED, request)


def payments_badge(request: HttpRequest) -> str:
    """Return how many payments are to be looked at, for the sidebar."""
    return _badge(PAYMENTS_TO_LOOK_AT, request)


def owing_badge(request: HttpRequest) -> str:
    """Return of how many orders money is to go back, for the sidebar."""
    return _badge(OWING, request)


def refunds_badge(request: HttpRequest) -> str:
    """Return how many refunds are to be looked at, for the sidebar."""
    return _badge(REFUNDS_TO_LOOK_AT, request)
