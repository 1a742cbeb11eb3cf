"""Reusable reads of invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Invitation  # noqa: F401 (the linter overlooks QuerySet["Invitation"])


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def unanswered(self, email: str) -> InvitationQuerySet:
        """Return those to an address, in whatever case, that were neither accepted nor withdrawn."""
        return self.filter(email__lower=email.lower(), accepted_at=None, revoked_at=None)
