"""The history that the back office shows of a row, also of what was changed in other ways than by its forms."""

from __future__ import annotations

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import AbstractUser
from django.db.models import Model

__all__ = ["ADDITION", "CHANGE", "DELETION", "record_change"]


def record_change(*, acting_user: AbstractUser | None, row: Model, flag: int, message: str) -> None:
    """Write a line into the history of a row; without a user there is nobody to name, and nothing is written."""
    if acting_user is not None:
        LogEntry.objects.log_actions(acting_user.pk, [row], flag, message)
