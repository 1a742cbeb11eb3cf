"""Opening hours: as they are written, and whether a place is open. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

NAIROBI = ZoneInfo("Africa/Nairobi")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"  # the hours of public holidays, whatever day they fall on
KEYS = (*DAYS, HOLIDAY)
MAX_PERIODS = 4  # of one day
LOOKED_AHEAD = 366  # days: what does not open within a year does not open
PERIOD = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*[-–]\s*(([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", re.ASCII)

# Day → the periods in which it is open, as `["08:00", "18:00"]`; a day that is not there is closed.
Hours = Mapping[str, Sequence[Sequence[str]]]


class InvalidHours(ValueError):
    """A text that gives no opening hours."""


class Opening(NamedTuple):
    """Whether a place is open at a moment; until when, or from when on if it ever opens within a year."""

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def parse_periods(text: str) -> list[list[str]]:
    """Return the periods that `08:00-13:00, 14:00-18:00` gives, none for an empty text; raises InvalidHours.

    They follow one another within the day and do not touch; `24:00` is midnight at its end.
    """
    periods: list[list[str]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = PERIOD.fullmatch(part)
        if found is None:
            raise InvalidHours(f"“{part[:40]}” is no period: write it like 08:00-18:00.")
        periods.append([f"{found[1]}:{found[2]}", found[3]])
    if len(periods) > MAX_PERIODS:
        raise InvalidHours(f"A day has at most {MAX_PERIODS} periods.")
    refuse_disorder(periods)
    return periods


def parse_week(text: str) -> dict[str, list[list[str]]]:
    """Return the hours that `mon-fri 08:00-18:00 | sat 09:00-13:00` gives, for the files; raises InvalidHours."""
    hours: dict[str, list[list[str]]] = {}
    for part in filter(None, (part.strip() for part in text.split("|"))):
        named, _, periods = part.partition(" ")
        first, _, last = named.partition("-")
        if first not in KEYS or (last or first) not in KEYS:
            raise InvalidHours(f"“{named[:40]}” names no days; write them like mon-fri.")
        days = KEYS[KEYS.index(first) : KEYS.index(last or first) + 1]
        if not days:
            raise InvalidHours(f"“{named[:40]}” goes backwards.")
        hours.update(dict.fromkeys(days, parse_periods(periods)))
    return hours


def refuse_disorder(periods: Sequence[Sequence[str]]) -> None:
    """Raise InvalidHours unless the periods of a day come one after the other, each with some length."""
    if any(begin >= end for begin, end in periods) or any(one[1] >= other[0] for one, other in pairwise(periods)):
        raise InvalidHours("The periods of a day follow one another: 08:00-13:00, 14:00-18:00.")


def refuse_hours(hours: object) -> None:
    """Raise InvalidHours for what is no week of opening hours."""
    if not isinstance(hours, dict) or not hours.keys() <= set(KEYS):
        raise InvalidHours(f"Give periods by day: {', '.join(KEYS)}.")
    for periods in hours.values():
        if not isinstance(periods, list):
            raise InvalidHours("A day has a list of periods.")
        written = ", ".join("-".join(period) if _is_pair(period) else "?" for period in periods)
        if parse_periods(written) != periods:
            raise InvalidHours("A period is a pair of times: 08:00 and 18:00.")


def _is_pair(period: object) -> bool:
    return isinstance(period, list) and len(period) == 2 and all(isinstance(part, str) for part in period)


def written_periods(periods: Sequence[Sequence[str]]) -> str:
    """Return the periods of a day as `parse_periods` reads them."""
    return ", ".join(f"{begin}-{end}" for begin, end in periods)


def opening(hours: Hours, *, at: datetime, holidays: Collection[date]) -> Opening:
    """Tell whether a place with these hours is open at `at`, until when, or when it opens next.

    A period that ends at midnight, and goes on when the next day begins, is one.
    """
    now = at.astimezone(NAIROBI)
    closes: datetime | None = None
    for offset in range(LOOKED_AHEAD):
        day = now.date() + timedelta(days=offset)
        for begins, ends in _stretches(hours, day, holidays):
            if closes is None and begins > now:
                return Opening(is_open=False, closes_at=None, opens_at=begins)
            if begins <= now < ends or begins == closes:
                closes = ends
        if closes is not None and closes < _moment(day, "24:00"):
            return Opening(is_open=True, closes_at=closes, opens_at=None)
    return Opening(closes is not None, None, None)  # it never opens, or never closes


def _stretches(hours: Hours, day: date, holidays: Collection[date]) -> list[tuple[datetime, datetime]]:
    periods = hours.get(HOLIDAY if day in holidays else DAYS[day.weekday()], ())
    return [(_moment(day, begin), _moment(day, end)) for begin, end in periods]


def _moment(day: date, text: str) -> datetime:
    if text == "24:00":
        return _moment(day + timedelta(days=1), "00:00")
    return datetime.combine(day, time.fromisoformat(text), tzinfo=NAIROBI)
