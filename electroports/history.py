"""The history that the back office shows of a row, also of what was changed in other ways than by its forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

__all__ = ["ADDITION", "CHANGE", "DELETION", "entries_about", "record_change", "record_changes"]


def record_change(*, acting_user: AbstractUser | None, row: Model, flag: int, message: str) -> None:
    """Write a line into the history of a row; without a user there is nobody to name, and nothing is written."""
    record_changes(acting_user=acting_user, rows=[row], flag=flag, message=message)


def record_changes(*, acting_user: AbstractUser | None, rows: Sequence[Model], flag: int, message: str) -> None:
    """Write the same line into the history of each of these rows, which are of one model."""
    if acting_user is not None:
        LogEntry.objects.log_actions(acting_user.pk, rows, flag, message)


def entries_about(model: type[Model], keys: Iterable[object]) -> QuerySet[LogEntry]:
    """Return the lines in the histories of these rows."""
    return LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(key) for key in keys]
    )
