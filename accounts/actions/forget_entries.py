"""Take out of the audit trail whom rows were about."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from accounts.audit import open_door
from accounts.models import AuditEntry
from electroports.history import label_of
from electroports.personal import any_change


def forget_entries(*, model: type[Model], keys: Iterable[object]) -> None:
    """Blank in the entries about these rows what was written of them; who did something, and when, stays.

    For rows of which no entry says which customer they are about: those of guests.
    """
    about = AuditEntry.objects.filter(model=label_of(model), object_id__in=[str(key) for key in keys])
    with open_door():
        any_change(about).order_by().update(words="", changes={}, message="")
