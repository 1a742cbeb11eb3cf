"""Reusable reads of mailed links."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Link  # noqa: F401 (the linter overlooks QuerySet["Link"])


class LinkQuerySet(models.QuerySet["Link"]):
    """Reads of mailed links."""

    def open(self, *, at: datetime) -> LinkQuerySet:
        """Links that are good at `at`: not used, not voided, not too old."""
        return self.filter(used_at=None, voided_at=None, expires_at__gt=at)

    def undecided(self) -> LinkQuerySet:
        """Requests for new passwords of which nobody has looked yet whose address it is."""
        return self.filter(purpose="reset_password", user=None, used_at=None, voided_at=None)
