"""How the shop delivers now: its methods with their rates and stations, and the days off to come."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.timezone import localdate

from orders.delivery import Rate
from orders.models import DeliveryMethod, DeliveryRate, Holiday, PickupStation

AHEAD = timedelta(days=400)  # further than any promise: MAX_DAYS working days, however many of the days are off


class Offer(NamedTuple):
    """A method that is offered, with its rates, and its stations that are."""

    method: DeliveryMethod
    rates: list[Rate]
    stations: list[PickupStation]


def read_offers() -> list[Offer]:
    """Return what is offered, in the shop's order, by three queries."""
    methods = DeliveryMethod.objects.filter(is_active=True)
    rates: dict[int, list[Rate]] = defaultdict(list)
    for rate in DeliveryRate.objects.filter(method__is_active=True).order_by():
        rates[rate.method_id].append(rate.terms)
    stations: dict[int, list[PickupStation]] = defaultdict(list)
    for station in PickupStation.objects.filter(method__is_active=True, is_active=True):
        stations[station.method_id].append(station)
    return [Offer(method, rates[method.pk], stations[method.pk]) for method in methods]


def read_holidays(*, at: datetime) -> frozenset[date]:
    """Return the public holidays from the day of `at` on, by one query."""
    today = localdate(at)
    days = Holiday.objects.filter(date__gte=today, date__lt=today + AHEAD)
    return frozenset(days.order_by().values_list("date", flat=True))
