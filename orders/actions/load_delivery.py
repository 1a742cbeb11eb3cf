"""Give the shop the delivery methods, pick-up stations and public holidays of the files in orders/data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.utils.timezone import localdate

from electroports.transactions import in_transaction
from orders.actions.load_holidays import write_holidays
from orders.delivery_files import MethodFile, read_methods
from orders.models import DeliveryMethod, DeliveryRate, PickupStation

STATION_FIELDS = (
    *("method", "name", "county", "town", "address", "landmark", "phone", "hours", "hours_note", "is_active"),
    *("max_grams", "max_value"),
)


class LoadedDelivery(NamedTuple):
    """What was written: methods (with their rates), stations, and holidays."""

    methods: int
    stations: int
    holidays: int


def load_delivery(*, at: datetime, years: Collection[int] = (), reset: bool = False) -> LoadedDelivery:
    """Write what the files have and the shop has not; return what was written.

    What is there belongs to staff and stays: a method with its rates and stations, and a year that has any holiday.
    With `reset`, the methods of the files, their rates and their stations become what the files say again, and the
    years' holidays too; methods and stations that staff made stay. Without `years`, this year and the next.
    """
    this_year = localdate(at).year
    return in_transaction(partial(_load, sorted(set(years)) or [this_year, this_year + 1], reset))


def _load(years: Collection[int], reset: bool) -> LoadedDelivery:
    there = dict(DeliveryMethod.objects.values_list("code", "pk"))
    chosen = [entry for entry in read_methods() if reset or entry.method.code not in there]
    stations = sum(_write_method(entry, there.get(entry.method.code)) for entry in chosen)
    return LoadedDelivery(len(chosen), stations, sum(write_holidays(year=year, reset=reset) for year in years))


def _write_method(entry: MethodFile, there: int | None) -> int:
    """Write a method that is new, or put one that is there back to what the file says; return how many stations."""
    entry.method.pk = there
    entry.method.save()
    for rate in entry.rates:
        rate.method = entry.method  # which has its key by now
    for station in entry.stations:
        station.method = entry.method
    DeliveryRate.objects.filter(method=entry.method).delete()
    DeliveryRate.objects.bulk_create(entry.rates)
    if there is None:
        taken = set(PickupStation.objects.values_list("code", flat=True))
        return len(PickupStation.objects.bulk_create([row for row in entry.stations if row.code not in taken]))
    return len(
        PickupStation.objects.bulk_create(
            entry.stations, update_conflicts=True, unique_fields=["code"], update_fields=STATION_FIELDS
        )
    )
