"""Reusable reads of changes of e-mail addresses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from accounts.models import EmailChange, User


class EmailChangeQuerySet(models.QuerySet["EmailChange"]):
    """Reads of changes of e-mail addresses."""

    def pending(self, *, user: User, at: datetime) -> EmailChange | None:
        """Return the change that `user` has under way at `at`, if any: its links are good still, or were used."""
        under_way = self.filter(user=user, changed_at=None, withdrawn_at=None)
        good = Q(confirmation__expires_at__gt=at, confirmation__password_version=F("user__password_version"))
        return under_way.filter(good).select_related("confirmation").first()
