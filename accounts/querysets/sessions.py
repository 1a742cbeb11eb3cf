"""Reusable reads of sign-in sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.lookups import Exact

from accounts.lifetimes import session_bounds

if TYPE_CHECKING:
    from accounts.models import Session  # noqa: F401 (the linter overlooks QuerySet["Session"])

# User.role, as the database sees it.
ROLE = Case(
    When(is_superuser=True, then=Value("admin")), When(is_staff=True, then=Value("staff")), default=Value("customer")
)
ROLE_IS_THE_SAME = Exact(ROLE, OuterRef("role"))


class SessionQuerySet(models.QuerySet["Session"]):
    """Reads of sign-in sessions."""

    def live(self, *, at: datetime) -> SessionQuerySet:
        """Sessions whose tokens are good at `at`.

        Not ended or expired, nor as old as none may become; of an active user whose password and role are those that
        the session began with. Of members of staff also only what was used a while ago at most and, unless the
        settings say otherwise, began with a second factor.

        The user's part is a sub-query, so that an UPDATE of these rows stays one on this table alone: PostgreSQL then
        checks its conditions anew on a row that another transaction changed meanwhile. A join would become
        `id IN (SELECT …)`, which is decided once, before the wait.
        """
        owner = get_user_model().objects.filter(
            ROLE_IS_THE_SAME, pk=OuterRef("user_id"), is_active=True, password_version=OuterRef("password_version")
        )
        bounds = session_bounds(at)
        of_customer = Q(role="customer", created_at__gt=bounds.began_after)
        of_staff = ~Q(role="customer") & Q(
            created_at__gt=bounds.staff_began_after, last_seen_at__gt=bounds.staff_seen_after
        )
        if bounds.staff_second_factor:
            of_staff &= Q(second_factor_at__isnull=False)
        return self.filter(Exists(owner), of_customer | of_staff, ended_at=None, expires_at__gt=at)
