"""The delivery that the shop begins with, from the files in orders/data: rows that are not in the database yet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from electroports.counties import parse_county
from electroports.phones import parse_phone
from orders.delivery import HolidayRule, parse_week
from orders.models import DeliveryMethod, DeliveryRate, PickupStation

DATA = Path(__file__).resolve().parent / "data"
BAR = " | "


class MethodFile(NamedTuple):
    """A method with its rates and its stations, none of them saved."""

    method: DeliveryMethod
    rates: list[DeliveryRate]
    stations: list[PickupStation]


def read_methods() -> list[MethodFile]:
    """Return the methods of the files, in their order."""
    found = {row["code"]: MethodFile(_method(row, place), [], []) for place, row in enumerate(_rows("methods"), 1)}
    for row in _rows("rates"):
        found[row["method"]].rates.extend(_rates(row, found[row["method"]].method))
    for row in _rows("stations"):
        found[row["method"]].stations.append(_station(row, found[row["method"]].method))
    return list(found.values())


def read_holidays() -> list[HolidayRule]:
    """Return the rules of the public holidays."""
    return [
        HolidayRule(row["when"], row["name"], row["notes"], row["is_provisional"] == "true")
        for row in _rows("holidays")
    ]


FILES = {
    "methods": "delivery_methods.csv",
    "rates": "delivery_rates.csv",
    "stations": "pickup_stations.csv",
    "holidays": "holidays.csv",
}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / FILES[name]).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _method(row: dict[str, str], position: int) -> DeliveryMethod:
    return DeliveryMethod(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        description=row["description"],
        position=position,
        min_days=int(row["min_days"]),
        max_days=int(row["max_days"]),
        cut_off_hour=int(row["cut_off_hour"]),
        works_saturdays=row["works_saturdays"] == "true",
        works_sundays=row["works_sundays"] == "true",
        max_grams=_whole(row["max_grams"]),
        free_from=_amount(row["free_from"]),
    )


def _rates(row: dict[str, str], method: DeliveryMethod) -> Iterator[DeliveryRate]:
    for county in row["counties"].split(BAR):
        yield DeliveryRate(
            method=method,
            county=parse_county(county).code if county else "",
            up_to_grams=_whole(row["up_to_grams"]),
            value_from=Decimal(row["value_from"]),
            price=Decimal(row["price"]),
        )


def _station(row: dict[str, str], method: DeliveryMethod) -> PickupStation:
    return PickupStation(
        method=method,
        code=row["code"],
        name=row["name"],
        county=parse_county(row["county"]).code,
        town=row["town"],
        address=row["address"],
        landmark=row["landmark"],
        phone=parse_phone(row["phone"]) if row["phone"] else "",
        hours=parse_week(row["hours"]),
        hours_note=row["hours_note"],
        max_grams=_whole(row["max_grams"]),
        max_value=_amount(row["max_value"]),
    )


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _amount(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None
