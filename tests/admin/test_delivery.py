"""Delivery in the back office."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.actions.load_delivery import load_delivery
from orders.admin.delivery import RateInline
from orders.models import DeliveryMethod, DeliveryRate, Holiday, PickupStation
from tests.admin.pages import change_page, errors_on, read_form, save
from tests.admin.rows import make_method, make_order, make_station

pytestmark = pytest.mark.django_db


def rates(method: DeliveryMethod) -> list[tuple[Any, ...]]:
    return list(method.rates.order_by("pk").values_list("county", "up_to_grams", "value_from", "price"))


def another(client: Client, method: DeliveryMethod, **cells: str) -> Any:
    """The response to a method's page with one more rate."""
    address = change_page(method)
    form = read_form(client, address)
    place = int(form["rates-TOTAL_FORMS"])
    cells = {"county": "", "up_to_grams": "", "value_from": "0", "price": "100", **cells}
    added = {f"rates-{place}-{name}": value for name, value in cells.items()}
    return client.post(address, {**form, **added, "rates-TOTAL_FORMS": str(place + 1)})


def test_a_rate_is_added_on_the_methods_page(office: Client) -> None:
    method = make_method()

    response = another(office, method, county="001", up_to_grams="5000", price="450")

    assert response.status_code == 302
    assert rates(method)[-1] == ("001", 5000, Decimal(0), Decimal(450))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"value_from": "0"}, "already"),  # whatever the weight
        ({"county": "047", "up_to_grams": "5000"}, "duplicate"),
        ({"county": "001", "value_from": "1000"}, "Mombasa, of any weight: there is no price for goods from 0 on"),
        ({"up_to_grams": "900", "value_from": "1"}, "all other counties, up to 900 g"),
        ({"county": "001", "up_to_grams": "0"}, "greater than or equal to 1"),
        ({"county": "001", "price": "-1"}, "greater than or equal to 0"),
        ({"county": "048"}, "048"),
    ],
)
def test_rates_of_which_not_exactly_one_applies_are_refused(
    office: Client, cells: dict[str, str], message: str
) -> None:
    method = make_method()
    before = rates(method)

    response = another(office, method, **cells)

    assert message in errors_on(response)
    assert rates(method) == before


def test_the_only_rate_of_small_orders_cannot_be_deleted(office: Client) -> None:
    method = make_method()
    method.rates.create(value_from=Decimal(1000), price=Decimal(0))
    first = read_form(office, change_page(method))
    (place,) = [
        name.split("-")[1]
        for name, value in first.items()
        if name.endswith("-price") and value in ("250", "250.00") and "__prefix__" not in name
    ]

    response = save(office, method, **{f"rates-{place}-DELETE": "on"})

    assert "there is no price for goods from 0 on" in errors_on(response)
    assert method.rates.count() == 3


def test_a_method_with_many_rates_can_be_saved_page_by_page(office: Client) -> None:
    load_delivery(at=timezone.now())
    method = DeliveryMethod.objects.get(code="courier-upcountry")
    before = rates(method)

    response = save(office, method, cut_off_hour="12")

    assert len(before) > RateInline.per_page
    assert response.status_code == 302, errors_on(response)
    method.refresh_from_db()
    assert method.cut_off_hour == 12
    assert rates(method) == before


def test_days_that_go_backwards_are_refused(office: Client) -> None:
    method = make_method()

    assert "Not fewer than at least." in errors_on(save(office, method, min_days="3", max_days="2"))
    method.refresh_from_db()
    assert (method.min_days, method.max_days) == (1, 2)


def test_hours_are_entered_day_by_day(office: Client) -> None:
    station = make_station()

    assert read_form(office, change_page(station))["hours_mon"] == "08:00-13:00, 14:00-18:00"
    response = save(office, station, hours_sat="09:00-12:00", hours_mon="", phone="0722 000 111")

    assert response.status_code == 302
    station.refresh_from_db()
    assert station.hours == {"sat": [["09:00", "12:00"]], "holiday": [["09:00", "12:00"]]}
    assert station.phone == "+254722000111"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hours_tue": "8 to 5"}, "write it like 08:00-18:00"),
        ({"hours_tue": "18:00-08:00"}, "follow one another"),
        ({"phone": "0799"}, "too few digits"),
        ({"county": "048"}, "048"),
    ],
)
def test_what_is_no_station_is_refused(office: Client, changes: dict[str, str], message: str) -> None:
    station = make_station()
    before = PickupStation.objects.values().get()

    response = save(office, station, **changes)

    assert message in errors_on(response)
    assert PickupStation.objects.values().get() == before


def test_a_courier_has_no_stations(office: Client) -> None:
    station, courier = make_station(), make_method()

    assert "Select a valid choice" in errors_on(save(office, station, method=str(courier.pk)))
    station.refresh_from_db()
    assert station.method_id != courier.pk


def test_a_new_method_and_a_new_station_are_made(office: Client) -> None:
    address = reverse("admin:orders_deliverymethod_add")
    made = office.post(
        address, {**read_form(office, address), "name": "Boda", "code": "boda", "kind": "pickup_station"}
    )
    method = DeliveryMethod.objects.get()
    address = reverse("admin:orders_pickupstation_add")
    values = {"name": "Roysambu", "code": "roysambu", "county": "047", "town": "Nairobi", "method": str(method.pk)}
    also = office.post(address, {**read_form(office, address), **values, "hours_mon": "08:00-17:00"})

    assert (made.status_code, also.status_code) == (302, 302)
    assert method.stations.get().hours == {"mon": [["08:00", "17:00"]]}


def test_a_declared_holiday_is_moved(office: Client) -> None:
    load_delivery(at=timezone.now(), years=[2027])
    idd = Holiday.objects.get(date=date(2027, 3, 10))

    response = save(office, idd, date="11/03/2027", is_provisional="")

    assert response.status_code == 302
    idd.refresh_from_db()
    assert idd.date == date(2027, 3, 11)
    assert "already exists" in errors_on(save(office, idd, date="26/03/2027"))


def test_an_order_shows_how_it_is_delivered(office: Client) -> None:
    order = make_order(
        delivery_code="pickup-station",
        delivery_name="Pick-up station",
        delivery_kind="pickup_station",
        delivery_station={"code": "cbd-kencom", "name": "Kencom counter"},
        delivery_earliest_on=date(2026, 3, 4),
        delivery_latest_on=date(2026, 3, 6),
    )

    page = office.get(change_page(order)).content.decode()

    assert [
        text for text in ("Pick-up station", "Kencom counter", "Wed 04 Mar to Fri 06 Mar 2026") if text not in page
    ] == []


def test_the_list_of_methods_takes_as_many_queries_for_one_as_for_fifty(office: Client, unrendered: None) -> None:
    address = reverse("admin:orders_deliverymethod_changelist")
    counts = []
    for number in range(50):
        make_method()
        if number in (0, 49):
            office.get(address)
            with CaptureQueriesContext(connection) as queries:
                office.get(address)
            counts.append(len(queries))

    assert counts[0] == counts[1]
    assert DeliveryRate.objects.count() == 100
