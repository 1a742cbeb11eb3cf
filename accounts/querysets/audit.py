"""Reads of the audit trail. It only grows: nothing here counts it, or steps over what it does not return."""

from __future__ import annotations

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from electroports.records import AppendOnlyQuerySet

MOST_SEARCHED = 20_000  # entries that one search looks through


class AuditEntryQuerySet(AppendOnlyQuerySet):
    """Entries, newest first."""

    def about(self, model: str, object_id: object) -> AuditEntryQuerySet:
        """Keep those about one row, through an index."""
        return self.filter(model=model, object_id=str(object_id))

    def last_searched(self) -> int | None:
        """Return the oldest that one search looks through, None if that is all of them."""
        newest = self.order_by("-pk").values_list("pk", flat=True)
        found: int | None = newest[MOST_SEARCHED - 1 : MOST_SEARCHED].first()
        return found

    def saying(self, words: str) -> AuditEntryQuerySet:
        """Keep those that say this somewhere: the row's words or id, fields, values, message, name, request.

        It reads what it searches: narrow it down before.
        """
        found = Q(words__icontains=words) | Q(message__icontains=words) | Q(name__icontains=words)
        found |= Q(object_id=words) | Q(request_id=words) | Q(text__icontains=words)
        said: AuditEntryQuerySet = self.annotate(text=Cast("changes", TextField())).filter(found)
        return said
