"""When an order arrives, which days are off, and when a place is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.delivery import (
    NAIROBI,
    HolidayRule,
    InvalidHours,
    Schedule,
    easter,
    holidays_in,
    is_working_day,
    next_cut_off,
    opening,
    parse_periods,
    parse_week,
    promise,
    refuse_hours,
    written_periods,
)
from orders.delivery_files import read_holidays
from tests.orders import local as at

NEXT_DAY = Schedule(min_days=1, max_days=2, cut_off_hour=14, works_saturdays=True, works_sundays=False)
SAME_DAY = Schedule(min_days=0, max_days=0, cut_off_hour=11, works_saturdays=False, works_sundays=False)
EASTER = {date(2026, 4, 3), date(2026, 4, 6)}


@pytest.mark.parametrize(
    ("moment", "schedule", "earliest", "latest"),
    [
        ("2026-03-03 13:59:59", NEXT_DAY, "2026-03-04", "2026-03-05"),  # a Tuesday
        ("2026-03-03 14:00:00", NEXT_DAY, "2026-03-05", "2026-03-06"),
        ("2026-03-06 13:00", NEXT_DAY, "2026-03-07", "2026-03-09"),  # over a Sunday
        ("2026-03-07 15:00", NEXT_DAY, "2026-03-10", "2026-03-11"),  # counted from Monday
        ("2026-03-03 10:59", SAME_DAY, "2026-03-03", "2026-03-03"),
        ("2026-03-03 11:00", SAME_DAY, "2026-03-04", "2026-03-04"),
        ("2026-03-07 09:00", SAME_DAY, "2026-03-09", "2026-03-09"),  # no Saturdays
        ("2026-04-02 10:00", SAME_DAY, "2026-04-02", "2026-04-02"),
        ("2026-04-02 12:00", SAME_DAY, "2026-04-07", "2026-04-07"),  # over Easter
        ("2026-04-02 12:00", NEXT_DAY, "2026-04-04", "2026-04-07"),
    ],
)
def test_dates_count_working_days_from_the_cut_off(moment: str, schedule: Schedule, earliest: str, latest: str) -> None:
    dates = promise(schedule, at=at(moment), holidays=EASTER)

    assert (str(dates.earliest_on), str(dates.latest_on)) == (earliest, latest)


def test_the_cut_off_is_by_the_clock_of_nairobi() -> None:
    before = datetime(2026, 3, 3, 7, 59, tzinfo=UTC)  # 10:59 there

    assert promise(SAME_DAY, at=before, holidays=()).earliest_on == date(2026, 3, 3)
    assert promise(SAME_DAY, at=before + timedelta(minutes=1), holidays=()).earliest_on == date(2026, 3, 4)


schedules = st.builds(
    lambda few, more, hour, saturdays, sundays: Schedule(few, few + more, hour, saturdays, sundays),
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(0, 24),
    st.booleans(),
    st.booleans(),
)
moments = st.builds(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), st.integers(0, 2 * 365 * 24 * 60)
)
days_off = st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 31)), max_size=60)


@given(schedules, moments, days_off)
def test_nothing_is_promised_for_a_day_off(schedule: Schedule, moment: datetime, holidays: set[date]) -> None:
    dates = promise(schedule, at=moment, holidays=holidays)

    assert dates.earliest_on <= dates.latest_on
    assert dates.earliest_on >= moment.astimezone(NAIROBI).date()
    for day in dates:
        assert is_working_day(day, schedule, holidays)


@given(schedules, moments, st.timedeltas(timedelta(0), timedelta(days=20)), days_off)
def test_who_orders_later_gets_nothing_earlier(
    schedule: Schedule, moment: datetime, later: timedelta, holidays: set[date]
) -> None:
    first = promise(schedule, at=moment, holidays=holidays)
    second = promise(schedule, at=moment + later, holidays=holidays)

    assert first.earliest_on <= second.earliest_on
    assert first.latest_on <= second.latest_on


@given(schedules, moments, days_off)
def test_a_promise_holds_until_the_next_cut_off_and_no_longer(
    schedule: Schedule, moment: datetime, holidays: set[date]
) -> None:
    dates = promise(schedule, at=moment, holidays=holidays)
    ends = next_cut_off(schedule, at=moment, holidays=holidays)

    last = max(moment, ends - timedelta(seconds=1))
    assert promise(schedule, at=last, holidays=holidays) == dates
    assert promise(schedule, at=max(moment, ends), holidays=holidays) >= dates
    if schedule.cut_off_hour > 0:
        assert promise(schedule, at=ends, holidays=holidays) > dates


def test_easter_is_on_its_sunday() -> None:
    known = {1961: "04-02", 2000: "04-23", 2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2038: "04-25"}

    assert {year: f"{easter(year):%m-%d}" for year in known} == known
    assert all(easter(year).weekday() == 6 for year in range(1900, 2200))


def test_the_holidays_of_kenya() -> None:
    found = {str(day.on): day for year in (2026, 2027) for day in holidays_in(year, read_holidays())}

    fixed = [day for day, holiday in found.items() if not holiday.is_provisional]
    assert fixed == [
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-06-01", "2026-10-10", "2026-10-20"),
        *("2026-12-12", "2026-12-25", "2026-12-26"),
        *("2027-01-01", "2027-03-26", "2027-03-29", "2027-05-01", "2027-06-01", "2027-10-10", "2027-10-11"),
        *("2027-10-20", "2027-12-12", "2027-12-13", "2027-12-25", "2027-12-26", "2027-12-27"),
    ]
    assert found["2027-10-11"].name == "Mazingira Day (observed)"
    declared = [holiday for holiday in found.values() if holiday.is_provisional]
    assert len(declared) == 4
    assert all("provisional" in holiday.name and "declared" in holiday.notes for holiday in declared)


def test_a_day_off_instead_of_a_sunday_is_one_that_is_not_off_already() -> None:
    rules = [HolidayRule("12-26", "Second"), HolidayRule("12-27", "Third")]

    found = holidays_in(2027, rules)  # 26 December is a Sunday

    assert [f"{day.on:%m-%d} {day.name}" for day in found] == ["12-26 Second", "12-27 Third", "12-28 Second (observed)"]


WEEK = parse_week("mon-fri 08:00-13:00, 14:00-18:00 | sat 09:00-12:00 | holiday 10:00-12:00")


@pytest.mark.parametrize(
    ("moment", "closes", "opens"),
    [
        ("2026-03-03 08:00", "2026-03-03 13:00", None),
        ("2026-03-03 12:59:59", "2026-03-03 13:00", None),
        ("2026-03-03 13:00", None, "2026-03-03 14:00"),
        ("2026-03-03 18:00", None, "2026-03-04 08:00"),
        ("2026-03-07 12:00", None, "2026-03-09 08:00"),
        ("2026-04-03 11:00", "2026-04-03 12:00", None),  # Good Friday
        ("2026-04-03 15:00", None, "2026-04-04 09:00"),
    ],
)
def test_a_place_is_open_in_its_hours(moment: str, closes: str | None, opens: str | None) -> None:
    found = opening(WEEK, at=at(moment), holidays=EASTER)

    assert found == (closes is not None, at(closes) if closes else None, at(opens) if opens else None)


def test_a_place_that_never_opens_and_one_that_never_closes() -> None:
    always = parse_week("mon-holiday 00:00-24:00")
    through_the_night = parse_week("fri 20:00-24:00 | sat 00:00-02:00")

    assert opening({}, at=at("2026-03-03 12:00"), holidays=()) == (False, None, None)
    assert opening(always, at=at("2026-03-03 12:00"), holidays=EASTER) == (True, None, None)
    assert opening(through_the_night, at=at("2026-03-06 23:00"), holidays=()) == (True, at("2026-03-07 02:00"), None)


hours = st.fixed_dictionaries(
    {},
    optional={
        day: st.sampled_from(["", "08:00-17:00", "00:00-24:00", "07:30-12:00, 13:00-24:00", "00:00-02:00, 22:00-24:00"])
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")
    },
)


@given(hours, moments, days_off)
def test_what_is_said_of_the_next_change_is_true_then(
    texts: dict[str, str], moment: datetime, holidays: set[date]
) -> None:
    week = {day: parse_periods(text) for day, text in texts.items()}

    now = opening(week, at=moment, holidays=holidays)

    changes_at = now.closes_at or now.opens_at
    if changes_at is not None:
        assert changes_at > moment
        just_before = max(moment, changes_at - timedelta(seconds=1))
        assert opening(week, at=just_before, holidays=holidays).is_open == now.is_open
        assert opening(week, at=changes_at, holidays=holidays).is_open != now.is_open


@pytest.mark.parametrize("text", ["", "08:00-18:00", "08:00-13:00, 14:00-18:00", "00:00-24:00"])
def test_periods_are_read_as_they_are_written(text: str) -> None:
    assert written_periods(parse_periods(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "8-18", "08:00", "18:00-08:00", "08:00-08:00", "08:00-25:00", "24:00-24:00", "08:00-13:00, 12:00-18:00",
        "08:00-13:00, 13:00-18:00", "08:00 to 18:00", "٠8:00-18:00", ", ".join(["08:00-09:00"] * 5),
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidHours):
        parse_periods(text)


@pytest.mark.parametrize(
    "week",
    [
        [],
        {"monday": []},
        {"mon": None},
        {"mon": ["08:00-18:00"]},
        {"mon": [["08:00"]]},
        {"mon": [["08:00", 18]]},
        {"mon": [["18:00", "08:00"]]},
        {"mon": [["08:00", "18:00"], ["17:00", "19:00"]]},
    ],
)
def test_what_is_no_week_is_refused(week: Any) -> None:
    with pytest.raises(InvalidHours):
        refuse_hours(week)


@pytest.mark.parametrize("text", ["08:00-18:00", "funday 08:00-18:00", "fri-mon 08:00-18:00", "mon x"])
def test_a_week_in_the_files_names_its_days(text: str) -> None:
    with pytest.raises(InvalidHours):
        parse_week(text)
