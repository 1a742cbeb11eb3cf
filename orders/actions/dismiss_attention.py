"""A person has looked at it."""

from __future__ import annotations

from orders.errors import AlreadyDone
from orders.models import Payment, Refund


def dismiss_attention(*, row: Payment | Refund, seen: str) -> None:
    """Take a payment or refund off the list of those that a person has to look at, if it is there for what was `seen`.

    Raises AlreadyDone if something else has come up since, or somebody was quicker.
    """
    same = type(row).objects.filter(pk=row.pk, attention=seen).exclude(attention="")
    if not same.update(attention=""):
        raise AlreadyDone("What there was to look at has changed. See what it says now.")
