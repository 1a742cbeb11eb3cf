"""How an order is to be delivered: what a customer chose, checked against what the shop offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from electroports.counties import COUNTIES_BY_CODE, parse_county
from electroports.errors import FieldError, InvalidInput
from orders.delivery import Promise, Rate, promise, rates_of, value_bands
from orders.delivery_documents import station_snapshot
from orders.delivery_offers import read_holidays
from orders.models import DeliveryMethod, PickupStation
from orders.pricing import DeliveryTariff

Kind = DeliveryMethod.Kind


class WantedDelivery(NamedTuple):
    """What a customer asks for: a method and, where it has some, a station, by their codes; counties by their names.

    `address_county` is that of the address, which an order by courier needs; for an estimate, `county` will do.
    """

    method: str
    station: str = ""
    county: str = ""
    address_county: str = ""
    is_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChoice:
    """A method, where it goes, and when it arrives. `where` is the field of the request that says where it goes."""

    method: DeliveryMethod
    rates: list[Rate]
    county: str  # its code
    station: PickupStation | None
    promise: Promise
    where: str

    def tariff(self, grams: int) -> DeliveryTariff:
        """Return what it costs to deliver so much, by the value of the goods; raises InvalidInput if it is not."""
        heaviest = [limit for limit in (self.method.max_grams, self.station and self.station.max_grams) if limit]
        bands = value_bands(self.rates, county=self.county, grams=grams, free_from=self.method.free_from)
        if not rates_of(self.rates, self.county):
            where = COUNTIES_BY_CODE[self.county].name
            raise refusal(self.where, "not_served", f"{self.method.name} does not go to {where}.")
        if not bands or any(grams > limit for limit in heaviest):
            message = f"The order weighs {grams:,} g, which is too much for it."
            raise refusal("delivery.station" if self.station else "delivery.method", "too_heavy", message)
        return DeliveryTariff(self.method.code, self.method.name, tuple((row.value_from, row.price) for row in bands))

    def refuse_goods(self, value: Decimal) -> None:
        """Raise InvalidInput for goods that are too dear for the station."""
        if self.station is not None and self.station.max_value is not None and value > self.station.max_value:
            message = f"It takes orders of up to {self.station.max_value:,.2f}."
            raise refusal("delivery.station", "too_valuable", message)

    def snapshot(self) -> dict[str, Any]:
        """Return what an order keeps of it, by the order's fields."""
        return {
            "delivery_code": self.method.code,
            "delivery_name": self.method.name,
            "delivery_kind": self.method.kind,
            "delivery_station": station_snapshot(self.station) if self.station else None,
            "delivery_earliest_on": self.promise.earliest_on,
            "delivery_latest_on": self.promise.latest_on,
        }


def choose_delivery(wanted: WantedDelivery, *, at: datetime) -> DeliveryChoice:
    """Return the choice, by four queries at most.

    Raises InvalidInput for a method or station that is not offered, a courier without an address (or, for an estimate,
    a county), a station that is missing or not of the method, and a county that is not where it goes.
    """
    method = DeliveryMethod.objects.filter(code=wanted.method, is_active=True).prefetch_related("rates").first()
    if method is None:
        raise refusal("delivery.method", "unknown_method", "There is no such way of delivery.")
    station = _station(method, wanted)
    if station is not None:
        county, where = station.county, "delivery.station"
    else:
        county, where = _county_of_courier(wanted)
    if wanted.county and parse_county(wanted.county).code != county:
        name = COUNTIES_BY_CODE[county].name
        raise refusal("delivery.county", "county_differs", f"It goes to {name}.")
    return DeliveryChoice(
        method=method,
        rates=[rate.terms for rate in method.rates.all()],
        county=county,
        station=station,
        promise=promise(method.schedule, at=at, holidays=read_holidays(at=at)),
        where=where,
    )


def _county_of_courier(wanted: WantedDelivery) -> tuple[str, str]:
    named = wanted.address_county or (wanted.county if wanted.is_estimate else "")
    if not named:
        raise refusal("address", "required", "A courier needs an address.")
    return parse_county(named).code, "address.county" if wanted.address_county else "delivery.county"


def _station(method: DeliveryMethod, wanted: WantedDelivery) -> PickupStation | None:
    """Return the station that was named, or the only one of a shop; None for a courier."""
    if method.kind == Kind.COURIER:
        if wanted.station:
            raise refusal("delivery.station", "not_allowed", "A courier brings it to the address.")
        return None
    stations = PickupStation.objects.filter(method=method, is_active=True)
    if wanted.station:
        found = stations.filter(code=wanted.station).first()
        if found is None:
            raise refusal("delivery.station", "unknown_station", f"{method.name} has no such station.")
        return found
    some = list(stations[:2]) if method.kind == Kind.SHOP_PICKUP else []
    if len(some) != 1:
        raise refusal("delivery.station", "required", "Name the station where it is fetched.")
    return some[0]


def refusal(field: str, code: str, message: str) -> InvalidInput:
    """Return the refusal of a delivery for what is wrong with one field."""
    return InvalidInput("It cannot be delivered so.", errors=[FieldError(field, code, message)])
