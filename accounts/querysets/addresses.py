"""Reusable reads of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Address, User  # noqa: F401 (the linter overlooks QuerySet["Address"])


class AddressQuerySet(models.QuerySet["Address"]):
    """Reads of addresses."""

    def of(self, user: User) -> AddressQuerySet:
        """A customer's own addresses, the default first, then the newest."""
        return self.filter(user=user.pk).order_by("-is_default", "-pk")
