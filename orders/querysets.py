"""Reusable reads of orders."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from orders.models import Order


class OrderQuerySet(models.QuerySet["Order"]):
    """Reads of orders."""

    def visible_to(self, user: User) -> OrderQuerySet:
        """Orders that this customer placed; nobody else's exist for them."""
        return self.filter(user=user)

    def with_lines(self) -> OrderQuerySet:
        """Orders with their lines and timeline, in two more queries whatever their number."""
        return self.prefetch_related("lines", "events")

    def expired(self, *, at: datetime) -> OrderQuerySet:
        """Pending orders whose hold on stock is over at `at`."""
        return self.filter(status="pending", expires_at__lte=at)
