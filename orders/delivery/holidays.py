"""Kenya's public holidays: the days that rules give for a year. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

FIXED = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)
AROUND_EASTER = re.compile(r"easter([+-][0-9]{1,2})", re.ASCII)
SUNDAY = 6
MAX_SHIFT = 7  # days: there is no week of holidays


class HolidayRule(NamedTuple):
    """A holiday and when it is: `12-25` each year, `easter-2` each year, or the one day `2026-03-20`."""

    when: str
    name: str
    notes: str = ""
    is_provisional: bool = False


class HolidayOn(NamedTuple):
    """A day on which people do not work."""

    on: date
    name: str
    notes: str = ""
    is_provisional: bool = False


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher, in Nature of 20 April 1876)."""
    golden, century, of_century = year % 19, *divmod(year, 100)
    leaps, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - shift + 15) % 30
    quarter, odd = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - odd) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays_in(year: int, rules: Iterable[HolidayRule]) -> list[HolidayOn]:
    """Return the holidays of a year, in their order, with the days that are off instead of Sundays.

    The Public Holidays Act (Cap. 110, section 4): if one falls on a Sunday, the next day that is not one itself is
    off too. Provisional ones are not shifted: they are declared, and with them such a day.
    """
    found = [
        HolidayOn(day, rule.name, rule.notes, rule.is_provisional)
        for rule in rules
        if (day := _day_of(rule.when, year)) is not None
    ]
    taken = {holiday.on for holiday in found}
    for holiday in sorted(found):
        if holiday.on.weekday() != SUNDAY or holiday.is_provisional:
            continue
        later = (holiday.on + timedelta(days=days) for days in range(1, MAX_SHIFT + 1))
        off = next(day for day in later if day not in taken)
        taken.add(off)
        found.append(HolidayOn(off, f"{holiday.name} (observed)", "The holiday itself is a Sunday."))
    return sorted(found)


def _day_of(when: str, year: int) -> date | None:
    if fixed := FIXED.fullmatch(when):
        return date(year, int(fixed[1]), int(fixed[2]))
    if movable := AROUND_EASTER.fullmatch(when):
        return easter(year) + timedelta(days=int(movable[1]))
    day = date.fromisoformat(when)
    return day if day.year == year else None
