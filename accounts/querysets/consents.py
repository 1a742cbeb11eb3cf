"""Reusable reads of what people said about advertising."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from electroports.records import AppendOnlyQuerySet

if TYPE_CHECKING:
    from accounts.models import Consent


class ConsentQuerySet(AppendOnlyQuerySet):
    """Reads of consents."""

    def newest(self, *, user_id: int) -> dict[str, Consent]:
        """Return the row that holds of each channel that a user has said anything about; one query."""
        latest = self.model._default_manager.filter(user=OuterRef("user"), channel=OuterRef("channel")).order_by("-pk")
        rows: Any = self.filter(user=user_id, pk=Subquery(latest.values("pk")[:1]))
        return {row.channel: row for row in rows}
