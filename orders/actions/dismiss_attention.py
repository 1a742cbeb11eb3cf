"""A person has looked at it."""

from __future__ import annotations

from functools import partial

from electroports.transactions import in_transaction
from orders.errors import AlreadyDone, StillOpen
from orders.models import Payment, Refund


def dismiss_attention(*, row: Payment | Refund, seen: str) -> None:
    """Take a payment or refund off the list of those that a person has to look at, if it is there for what was `seen`.

    Raises AlreadyDone if something else has come up since, or somebody was quicker, and StillOpen for one that nobody
    would ask about any more: what became of it has to be found out first.
    """
    in_transaction(partial(_dismiss, row, seen))


def _dismiss(row: Payment | Refund, seen: str) -> None:
    same = type(row).objects.filter(pk=row.pk, attention=seen).exclude(attention="")
    if same.exclude(status__in=row.OPEN, next_check_at=None).update(attention=""):
        return
    if same.exists():
        raise StillOpen("Nobody knows yet what became of it. Find out, and record it.")
    raise AlreadyDone("What there was to look at has changed. See what it says now.")
