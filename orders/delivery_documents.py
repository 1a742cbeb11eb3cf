"""Delivery as the API shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from catalog.pricing import money
from electroports.counties import COUNTIES, COUNTIES_BY_CODE, County
from electroports.rendering import written_time
from orders.delivery import (
    DAYS,
    HOLIDAY,
    Rate,
    free_at,
    lowest_price,
    next_cut_off,
    opening,
    price_at,
    promise,
    rates_of,
    value_bands,
)
from orders.delivery_offers import Offer
from orders.models import DeliveryMethod, PickupStation


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is to be delivered: where to (None: not known yet), what it weighs, and what the goods cost."""

    county: County | None
    grams: int
    value: Decimal


def county_document(county: County) -> dict[str, str]:
    """Return a county."""
    return {"code": county.code, "name": county.name, "slug": county.slug}


def counties_document() -> dict[str, Any]:
    """Return all counties by name, as one page."""
    rows = [county_document(county) for county in sorted(COUNTIES, key=lambda county: county.name)]
    return {"count": len(rows), "next": None, "previous": None, "results": rows}


def options_document(
    offers: Sequence[Offer], parcel: Parcel, *, holidays: Collection[date], at: datetime
) -> dict[str, Any]:
    """Return the ways in which a parcel can be delivered; those that cannot take it are left out."""
    shown = [_method_document(offer, parcel, holidays, at) for offer in offers]
    return {
        "county": county_document(parcel.county) if parcel.county else None,
        "currency": settings.CURRENCY,
        "methods": [document for document in shown if document is not None],
    }


def _method_document(offer: Offer, parcel: Parcel, holidays: Collection[date], at: datetime) -> dict[str, Any] | None:
    method, rates = offer.method, offer.rates
    least = lowest_price(rates)
    if least is None or (method.max_grams is not None and parcel.grams > method.max_grams):
        return None
    stations = _stations(offer, parcel)
    if method.kind != DeliveryMethod.Kind.COURIER and (parcel.county or _is_shop(method)) and not stations:
        return None
    county = stations[0].county if _is_shop(method) else parcel.county.code if parcel.county else None
    bands = value_bands(rates, county=county, grams=parcel.grams, free_from=method.free_from) if county else ()
    if county is not None and not bands:
        return None
    dates = promise(method.schedule, at=at, holidays=holidays)
    return {
        "code": method.code,
        "name": method.name,
        "kind": method.kind,
        "description": method.description,
        "price": money(price_at(bands, parcel.value)) if bands else None,
        "price_from": money(least),
        "free_from": _amount(free_at(bands) if bands else method.free_from),
        "bands": [_band_document(rate) for rate in rates_of(rates, county)] if county is not None else [],
        "max_grams": method.max_grams,
        "earliest_on": dates.earliest_on.isoformat(),
        "latest_on": dates.latest_on.isoformat(),
        "order_before": written_time(next_cut_off(method.schedule, at=at, holidays=holidays)),
        "stations": [station_document(station, holidays=holidays, at=at) for station in stations],
    }


def _is_shop(method: DeliveryMethod) -> bool:
    return method.kind == DeliveryMethod.Kind.SHOP_PICKUP


def _stations(offer: Offer, parcel: Parcel) -> list[PickupStation]:
    """Return the stations that take the parcel: the shop's own, wherever it is, or those in the parcel's county."""
    code = parcel.county.code if parcel.county else None
    return [
        station
        for station in offer.stations
        if (_is_shop(offer.method) or station.county == code)
        and (station.max_grams is None or parcel.grams <= station.max_grams)
        and (station.max_value is None or parcel.value <= station.max_value)
    ]


def _band_document(rate: Rate) -> dict[str, Any]:
    return {"up_to_grams": rate.up_to_grams, "value_from": money(rate.value_from), "price": money(rate.price)}


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else money(value)


def station_document(station: PickupStation, *, holidays: Collection[date], at: datetime) -> dict[str, Any]:
    """Return a station with its hours, and whether it is open at `at`."""
    now = opening(station.hours, at=at, holidays=holidays)
    return {
        **station_snapshot(station),
        "hours": {day: station.hours.get(day, []) for day in (*DAYS, HOLIDAY)},
        "hours_note": station.hours_note,
        "is_open": now.is_open,
        "closes_at": written_time(now.closes_at),
        "opens_at": written_time(now.opens_at),
        "max_grams": station.max_grams,
        "max_value": _amount(station.max_value),
    }


def station_snapshot(station: PickupStation) -> dict[str, str]:
    """Return what an order keeps of a station: where it is, and how to reach it."""
    return {
        "code": station.code,
        "name": station.name,
        "county": COUNTIES_BY_CODE[station.county].name,
        "town": station.town,
        "address": station.address,
        "landmark": station.landmark,
        "phone": station.phone,
    }


def delivery_document(chosen: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how an order is delivered, from the order's fields; None if nobody chose."""
    if not chosen["delivery_code"]:
        return None
    return {
        "code": chosen["delivery_code"],
        "name": chosen["delivery_name"],
        "kind": chosen["delivery_kind"],
        "station": chosen["delivery_station"],
        "earliest_on": chosen["delivery_earliest_on"].isoformat(),
        "latest_on": chosen["delivery_latest_on"].isoformat(),
    }
