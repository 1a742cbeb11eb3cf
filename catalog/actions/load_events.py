"""Give a new shop its first sale events: one that holds, one to come, one that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from catalog.actions.save_event import save_event
from catalog.clock import whole_second
from catalog.files.events import EventRow
from catalog.models import Brand, Category, SaleEvent


def load_events(*, rows: Sequence[EventRow], at: datetime) -> None:
    """Make the events, their days counted from `at`, in a shop that never had any.

    One that holds begins a second after `at`, so that its products had a price before; another begins at midnight. One
    that is over lowered nothing: there was no shop then.
    """
    if SaleEvent.objects.exists():
        return
    for row in rows:
        if not (_of(Category, row.categories) or _of(Brand, row.brands)):
            continue  # the shop was seeded from other files, and has none of these
        if int(row.ends_in_days) <= 0:
            _write(row, at)
        else:
            save_event(event_id=None, write=partial(_write, row, at), at=at)


def _day(days: int, at: datetime) -> datetime:
    """Return the shop's midnight so many days from `at`; days that are past or of today count from `at` itself."""
    if days <= 0:
        return whole_second(at) + timedelta(days=days)
    day = timezone.localtime(at).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def _write(row: EventRow, at: datetime) -> SaleEvent:
    event = SaleEvent.objects.create(
        slug=row.slug,
        name=row.name,
        text=row.text,
        starts_at=_day(int(row.begins_in_days), at) + timedelta(seconds=1 if int(row.begins_in_days) == 0 else 0),
        ends_at=_day(int(row.ends_in_days), at),
        percent=row.percent,
    )
    event.categories.set(_of(Category, row.categories))
    event.brands.set(_of(Brand, row.brands))
    return event


def _of(model: type[Any], slugs: str) -> list[int]:
    return list(model.objects.filter(slug__in=slugs.split()).values_list("pk", flat=True))
