"""Give the shop the public holidays of this year and the next."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate

from electroports.transactions import in_transaction
from orders.delivery import holidays_in
from orders.delivery_files import read_holidays
from orders.models import Holiday


def load_holidays(*, at: datetime) -> int:
    """Write the public holidays of this year and the next, of each unless it has any; return how many."""
    this_year = localdate(at).year
    return in_transaction(lambda: sum(write_holidays(year=year, reset=False) for year in (this_year, this_year + 1)))


def write_holidays(*, year: int, reset: bool) -> int:
    """Write a year's holidays unless it has any, or in place of those that it has; return how many."""
    of_year = Holiday.objects.filter(date__year=year)
    if reset:
        of_year.delete()
    elif of_year.exists():
        return 0
    found = holidays_in(year, read_holidays())
    rows = [Holiday(date=day.on, name=day.name, notes=day.notes, is_provisional=day.is_provisional) for day in found]
    return len(Holiday.objects.bulk_create(rows))
