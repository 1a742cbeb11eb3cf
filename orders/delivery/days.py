"""When goods arrive: working days, the hour after which an order waits for the next one, public holidays. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from orders.delivery.hours import NAIROBI

SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)


class Schedule(NamedTuple):
    """How a method works: an order until `cut_off_hour` (0 to 24, in Nairobi) of a working day is sent on that day.

    It arrives `min_days` to `max_days` working days later, 0 being the same day.
    """

    min_days: int
    max_days: int
    cut_off_hour: int
    works_saturdays: bool
    works_sundays: bool


class Promise(NamedTuple):
    """The first and the last day on which an order should arrive."""

    earliest_on: date
    latest_on: date


def is_working_day(day: date, schedule: Schedule, holidays: Collection[date]) -> bool:
    """Tell whether anything moves on `day`. Nothing does on a public holiday."""
    if day in holidays:
        return False
    return {SATURDAY: schedule.works_saturdays, SUNDAY: schedule.works_sundays}.get(day.weekday(), True)


def working_day(first: date, days: int, schedule: Schedule, holidays: Collection[date]) -> date:
    """Return the working day that has `days` working days before it, counted from `first`."""
    day = first
    while True:
        if is_working_day(day, schedule, holidays):
            if days == 0:
                return day
            days -= 1
        day += DAY


def promise(schedule: Schedule, *, at: datetime, holidays: Collection[date]) -> Promise:
    """Return when an order of the moment `at` arrives, if it is paid and packed at once."""
    local = at.astimezone(NAIROBI)
    day = local.date() if local.hour < schedule.cut_off_hour else local.date() + DAY
    return Promise(
        working_day(day, schedule.min_days, schedule, holidays),
        working_day(day, schedule.max_days, schedule, holidays),
    )


def next_cut_off(schedule: Schedule, *, at: datetime, holidays: Collection[date]) -> datetime:
    """Return the moment up to which an order is promised the same days as one of the moment `at`."""
    local = at.astimezone(NAIROBI)
    day = local.date() if local.hour < schedule.cut_off_hour else local.date() + DAY
    sent_on = working_day(day, 0, schedule, holidays)
    midnight = datetime(sent_on.year, sent_on.month, sent_on.day, tzinfo=NAIROBI)
    return midnight + timedelta(hours=schedule.cut_off_hour)  # the country has no summer time
