"""The delivery that the shop begins with: what the files hold, and what loading them does and leaves alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from electroports.counties import COUNTIES
from orders import tasks
from orders.actions.load_delivery import LoadedDelivery, load_delivery
from orders.delivery import rate_gaps, value_bands
from orders.models import DeliveryMethod, DeliveryRate, Holiday, PickupStation

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    """Every row of delivery, as it is stored."""
    models: Iterable[type[Model]] = (DeliveryMethod, DeliveryRate, PickupStation, Holiday)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def loaded(**options: Any) -> LoadedDelivery:
    return load_delivery(at=AT, **options)


def test_what_is_loaded_is_whole_and_valid() -> None:
    report = loaded()

    assert report == (5, 42, 27)
    assert Holiday.objects.count() == 27
    rows: list[Any] = [
        *DeliveryMethod.objects.all(),
        *DeliveryRate.objects.select_related("method"),
        *PickupStation.objects.select_related("method"),
        *Holiday.objects.all(),
    ]
    for row in rows:
        row.full_clean()
    for method in DeliveryMethod.objects.all():
        assert rate_gaps(rate.terms for rate in method.rates.all()) == []


def test_every_county_is_served_by_a_courier() -> None:
    loaded()
    couriers = DeliveryMethod.objects.filter(kind="courier").prefetch_related("rates")

    for county in COUNTIES:
        offers = [
            value_bands([rate.terms for rate in method.rates.all()], county=county.code, grams=2000)
            for method in couriers
        ]
        assert any(offers), county.name


def test_loading_again_changes_nothing() -> None:
    loaded()
    before = everything()

    assert loaded() == (0, 0, 0)
    assert everything() == before


def test_what_staff_changed_stays() -> None:
    loaded()
    DeliveryMethod.objects.filter(code="courier-nairobi").update(name="Boda boda", is_active=False)
    DeliveryRate.objects.filter(method__code="courier-nairobi").update(price=Decimal("1.00"))
    PickupStation.objects.filter(code="cbd-kencom").delete()
    Holiday.objects.filter(date=date(2026, 3, 20)).update(date=date(2026, 3, 21), is_provisional=False)
    before = everything()

    assert loaded() == (0, 0, 0)
    assert everything() == before


def test_what_is_missing_is_added() -> None:
    loaded()
    DeliveryMethod.objects.filter(code="courier-nairobi").delete()
    Holiday.objects.filter(date__year=2027).delete()

    report = loaded()

    assert report == (1, 0, 15)
    assert DeliveryMethod.objects.get(code="courier-nairobi").rates.count() == 12


def test_a_station_that_staff_made_is_not_taken_over() -> None:
    mine = DeliveryMethod.objects.create(code="mine", name="Mine", kind="pickup_station")
    PickupStation.objects.create(method=mine, code="cbd-kencom", name="Ours", county="047", town="Nairobi")

    assert loaded().stations == 41
    assert PickupStation.objects.get(code="cbd-kencom").name == "Ours"


def test_a_reset_restores_what_the_files_say_and_leaves_what_staff_made() -> None:
    loaded()
    whole = [DeliveryMethod.objects.values_list("name", "is_active", "position"), DeliveryRate.objects.count()]
    whole = [list(whole[0]), whole[1]]
    DeliveryMethod.objects.filter(code="courier-nairobi").update(name="Boda boda", is_active=False)
    DeliveryRate.objects.filter(method__code="courier-nairobi").delete()
    PickupStation.objects.filter(code="cbd-kencom").update(name="Elsewhere")
    Holiday.objects.filter(date=date(2026, 3, 20)).update(date=date(2026, 3, 21))
    own = DeliveryMethod.objects.create(code="drone", name="Drone", kind="courier", position=99)
    first = DeliveryMethod.objects.get(code="courier-nairobi").pk

    report = loaded(reset=True)

    assert report == (5, 42, 27)
    own.delete()
    assert [
        list(DeliveryMethod.objects.values_list("name", "is_active", "position")),
        DeliveryRate.objects.count(),
    ] == (whole)
    assert DeliveryMethod.objects.get(code="courier-nairobi").pk == first
    assert PickupStation.objects.get(code="cbd-kencom").name == "Kencom counter"
    assert Holiday.objects.filter(date=date(2026, 3, 20)).exists()
    assert not Holiday.objects.filter(date=date(2026, 3, 21)).exists()


def test_the_worker_loads_the_holidays_of_a_year_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: datetime(2027, 12, 31, 22, tzinfo=UTC)))
    Holiday.objects.create(date=date(2028, 3, 1), name="Declared")

    assert tasks.load_holidays() == 10  # it is 2028 in Nairobi
    assert tasks.load_holidays() == 0

    assert {day.year for day in Holiday.objects.values_list("date", flat=True)} == {2028, 2029}
    assert Holiday.objects.filter(date__year=2028).count() == 1


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_delivery", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did(settings: Any) -> None:
    assert run("--years", "2026") == "Delivery: 5 methods, 42 pick-up stations and 12 public holidays loaded.\n"
    assert run("--years", "2026") == ("The shop has its delivery already; --reset restores what the files say.\n")
    assert "15 public holidays" in run("--years", "2027")
    assert "12 public holidays" not in run("--years", "2028", "2029")


def test_the_command_refuses_a_reset_in_production_and_years_that_are_none(settings: Any) -> None:
    settings.DEBUG = False
    run("--years", "2026")
    before = everything()

    for arguments, message in ((["--reset"], "--force"), (["--years", "20260"], "years from")):
        with pytest.raises(CommandError, match=message):
            run(*arguments)
    assert everything() == before

    assert "5 methods" in run("--reset", "--force")
