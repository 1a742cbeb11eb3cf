"""Reusable reads of messages about accounts."""

from __future__ import annotations

from datetime import datetime

from electroports.outbox import UNSENT, OutboxQuerySet


class AccountMessageQuerySet(OutboxQuerySet):
    """Reads of messages about accounts."""

    def with_words(self) -> AccountMessageQuerySet:
        """Messages with the rows that their words are made of."""
        return self.select_related("user", "link__user")

    def farewells(self) -> AccountMessageQuerySet:
        """Messages of which nothing is left to do that told somebody of the end of their account."""
        return self.filter(kind="account_erased").exclude(UNSENT)

    def sent_to(self, recipient: str, *, kind: str, since: datetime) -> AccountMessageQuerySet:
        """Messages of that kind that went out to that address or phone since."""
        return self.filter(recipient=recipient, kind=kind, sent_at__gt=since)
