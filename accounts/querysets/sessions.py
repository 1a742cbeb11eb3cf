"""Reusable reads of sign-in sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef

if TYPE_CHECKING:
    from accounts.models import Session  # noqa: F401 (the linter overlooks QuerySet["Session"])


class SessionQuerySet(models.QuerySet["Session"]):
    """Reads of sign-in sessions."""

    def live(self, *, at: datetime) -> SessionQuerySet:
        """Sessions whose tokens are good at `at`: not ended or expired, of an active user whose password is the same.

        The user's part is a sub-query, so that an UPDATE of these rows stays one on this table alone: PostgreSQL then
        checks its conditions anew on a row that another transaction changed meanwhile. A join would become
        `id IN (SELECT …)`, which is decided once, before the wait.
        """
        owner = get_user_model().objects.filter(
            pk=OuterRef("user_id"), is_active=True, password_version=OuterRef("password_version")
        )
        return self.filter(Exists(owner), ended_at=None, expires_at__gt=at)
