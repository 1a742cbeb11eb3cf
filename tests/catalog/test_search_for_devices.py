"""Searches for an accessory to something: its kind first, and what goes with the device though it does not name it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Accessory, Product, SearchSynonym
from catalog.ports import Direction, Gender, Lane, Layout, Port, Verdict, charges
from catalog.revision import next_revision
from tests import factories
from tests.catalog import wiring
from tests.catalog.wiring import give_ports
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def found(api: APIClient, text: str, **filters: str) -> list[str]:
    response = api.get("/api/products", {"search": text, **filters})
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def make_charger(slug: str, watts: int, **fields: Any) -> Product:
    fields = {"name": f"{slug.title()} Charger", **fields}
    product = factories.make_product(slug=slug, model=Accessory, accessory_type="charger", **fields)
    return give_ports(product, ("USB-C", "usb-c", "receptacle", f"usb-pd out {watts} | usb-5v out 15"))


@pytest.fixture
def shop(db: None) -> None:
    """A laptop with a charger in its box, which is popular, and chargers that say nothing of laptops."""
    wiring.make_laptop(
        "thinkpad", category=factories.make_category("laptops"), in_the_box=["65 W charger"], popularity=99
    )
    make_charger("strong", 65, popularity=5)
    make_charger("weak", 30, popularity=9)
    make_charger("told", 20, description="Not for a laptop.", popularity=7)
    give_ports(
        factories.make_product(model=Accessory, accessory_type="charger", slug="pad", name="Pad"),
        ("Coil", "bluetooth", "neither", "qi out 15"),
    )


@pytest.mark.parametrize("text", ["laptop charger", "laptops chargers", "laptops chargr", "thinkpad charger"])
def test_what_goes_with_the_device_comes_first_and_the_device_last(api: APIClient, shop: None, text: str) -> None:
    slugs = found(api, text)

    assert slugs[0] == "strong"
    assert set(slugs[1:-1]) == {"weak", "told"}
    assert slugs[-1] == "thinkpad"


def test_what_names_the_device_comes_before_what_goes_with_it(api: APIClient, shop: None) -> None:
    make_charger("own", 20, name="Laptop Charger")

    assert found(api, "laptop charger")[:2] == ["own", "strong"]


def test_synonyms_name_kinds_as_well(api: APIClient, shop: None) -> None:
    SearchSynonym.objects.create(term="chaja", means="charger")
    SearchSynonym.objects.create(term="ya", means="")
    next_revision()

    assert found(api, "chaja ya laptop") == found(api, "laptop charger")


def test_a_kind_is_not_taken_for_misspelt_where_its_device_is_there(api: APIClient) -> None:
    wiring.make_laptop("nova", category=factories.make_category("laptops"))
    factories.make_product(name="Nova Charge", slug="nova-charge", category=factories.make_category("games"))
    make_charger("strong", 65)

    assert found(api, "nova charger") == ["strong"]
    assert found(api, "charger nova") == ["strong"]
    assert found(api, "nova charge") == ["nova-charge"]


def test_of_words_as_near_the_kind_is_meant(api: APIClient, shop: None) -> None:
    for number in range(6):
        factories.make_product(name=f"Laptop Charge {number}")

    assert found(api, "laptop chargr") == found(api, "laptop charger")
    assert found(api, "laptop chargr")[0] == "strong"


def test_a_phrase_that_means_something_else_names_no_kind(api: APIClient) -> None:
    SearchSynonym.objects.create(term="waya", means="cable")
    SearchSynonym.objects.create(term="bila waya", means="wireless")
    next_revision()
    factories.make_product(slug="speaker", name="Wireless Speaker", popularity=1)
    factories.make_product(
        slug="cable", name="Cable", description="For a wireless speaker.", model=Accessory, accessory_type="cable"
    )

    assert found(api, "speaker bila waya") == ["speaker", "cable"]
    assert found(api, "speaker waya") == ["cable"]


def test_a_kind_alone_asks_for_no_device(api: APIClient, shop: None) -> None:
    assert found(api, "charger")[0] == "weak"
    assert found(api, "car charger") == []


def test_cables_are_those_that_charge_it(api: APIClient) -> None:
    wiring.make_phone("pixel", popularity=9)
    wiring.make_cable()
    give_ports(
        factories.make_product(model=Accessory, accessory_type="cable", slug="aux", name="Aux Cable", popularity=99),
        ("One", "jack-3-5-trs", "plug", ""),
        ("Other", "jack-3-5-trs", "plug", ""),
        joins=(("One", "Other", "analog both"),),
    )

    assert found(api, "pixel cable") == ["cable"]
    assert found(api, "cable")[0] == "aux"


def test_a_case_that_names_the_device_comes_before_the_device(api: APIClient) -> None:
    factories.make_product(slug="phone", name="Pixel 9", in_the_box=["Case"], popularity=99)
    factories.make_product(slug="case", name="Bumper for Pixel 9", model=Accessory, accessory_type="case")

    assert found(api, "pixel 9 case") == ["case", "phone"]


def test_filters_facets_and_pages_are_of_the_same_products(api: APIClient, shop: None) -> None:
    whole = found(api, "laptop charger")
    answer = api.get("/api/products/facets", {"search": "laptop charger"}).json()
    pages: list[Any] = [api.get("/api/products", {"search": "laptop charger", "page_size": "1"}).json()]
    while pages[-1]["next"]:
        pages.append(api.get(pages[-1]["next"]).json())

    assert answer["count"] == len(whole) == 4
    assert [row["slug"] for page in pages for row in page["results"]] == whole
    assert found(api, "laptop charger", kind="accessory") == whole[:-1]


def test_changes_hold_at_once(api: APIClient, shop: None) -> None:
    assert found(api, "laptop charger")[0] == "strong"
    strong, weak = (Product.objects.get(slug=slug) for slug in ("strong", "weak"))

    Product.objects.filter(pk=strong.pk).update(is_published=False)
    give_ports(weak, ("USB-C 1", "usb-c", "receptacle", "usb-pd out 100"))
    refresh_now([strong.pk, weak.pk])

    assert found(api, "laptop charger")[0] == "weak"
    assert "strong" not in found(api, "laptop charger")


# How well a supply charges, with the right cable.


def port(*lanes: Lane) -> Layout:
    return Layout((Port("It", "usb-c", Gender.RECEPTACLE, 1, lanes),))


@pytest.mark.parametrize(
    ("given", "taken", "verdict"),
    [
        ([Lane("usb-pd", Direction.OUT, 65.0)], [Lane("usb-pd", Direction.IN, 65.0)], Verdict.WORKS),
        ([Lane("usb-pd", Direction.OUT, 60.0)], [Lane("usb-pd", Direction.IN, 65.0)], Verdict.WORKS),
        ([Lane("usb-pd", Direction.OUT, 20.0)], [Lane("usb-pd", Direction.IN, 65.0)], Verdict.LIMITED),
        ([Lane("usb-5v", Direction.OUT, 12.0)], [Lane("usb-pd", Direction.IN, 20.0)], Verdict.NO),
        (
            [Lane("usb-5v", Direction.OUT, 12.0)],
            [Lane("usb-pd", Direction.IN, 20.0), Lane("usb-5v", Direction.IN, 10.0)],
            Verdict.LIMITED,
        ),
        (
            [Lane("usb-pd", Direction.OUT, 100.0)],
            [Lane("supervooc", Direction.IN, 67.0), Lane("usb-pd", Direction.IN, 18.0)],
            Verdict.LIMITED,
        ),
        ([Lane("usb-pd", Direction.IN, 65.0)], [Lane("usb-pd", Direction.IN, 65.0)], Verdict.NO),
        ([Lane("usb", Direction.OUT, 10.0)], [Lane("usb", Direction.IN, 10.0)], Verdict.NO),
        ([], [], Verdict.NO),
    ],
)
def test_how_well_a_supply_charges(given: list[Lane], taken: list[Lane], verdict: Verdict) -> None:
    assert charges(port(*given), port(*taken)) == verdict
