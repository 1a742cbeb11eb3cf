"""The ports of a product on its page, and the list of what plugs into it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Connector, Port, PortJoin, PortLayout, PowerBudget, Product, ProductListing
from tests import factories
from tests.catalog import wiring
from tests.catalog.wiring import problem, sell_out
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def fitting(api: APIClient, slug: str, query: str = "") -> list[tuple[str, str]]:
    response = api.get(f"/api/products/{slug}/compatible{query}")
    assert response.status_code == 200, response.content
    return [(row["slug"], row["verdict"]) for row in response.json()["results"]]


# The ports of a product.


def test_a_page_shows_the_ports_and_what_they_are_joined_to(api: APIClient) -> None:
    wiring.make_jack_adapter()

    ports = api.get("/api/products/jack-adapter").json()["ports"]

    assert [(port["name"], port["connector"], port["gender"], port["quantity"]) for port in ports] == [
        ("USB-C", {"code": "usb-c", "name": "USB-C"}, "plug", 1),
        ("Jack", {"code": "jack-3-5-trrs", "name": "JACK-3-5-TRRS"}, "receptacle", 1),
    ]
    lane = {"carrying": "audio", "limit": None, "unit": None}
    assert ports[0]["joined_to"] == [
        {
            "port": "Jack",
            "carries": [
                {**lane, "protocol": "usb-audio", "name": "USB audio", "direction": "out", "becomes": "analog"}
            ],
        }
    ]
    assert ports[1]["joined_to"][0]["carries"] == [
        {**lane, "protocol": "analog", "name": "analog sound", "direction": "in", "becomes": "usb-audio"}
    ]


def test_products_that_are_alike_to_a_plug_share_a_layout_and_a_changed_one_gets_its_own() -> None:
    first, second = wiring.make_laptop("first"), wiring.make_laptop("second")
    assert PortLayout.objects.count() == 1

    Port.objects.filter(product=second, name="Headset").delete()
    refresh_now([second.pk])

    layouts = dict(ProductListing.objects.values_list("product_id", "layout_id"))
    assert PortLayout.objects.count() == 2
    assert layouts[first.pk] != layouts[second.pk]


def test_lists_are_filtered_by_connector(api: APIClient) -> None:
    wiring.make_laptop()
    wiring.make_headphones()
    factories.make_product(slug="case")

    def listed(query: str) -> set[str]:
        return {row["slug"] for row in api.get(f"/api/products?connector={query}").json()["results"]}

    assert listed("usb-c") == {"laptop"}
    assert listed("usb-c,jack-3-5-trs") == {"laptop", "headphones"}
    assert listed(str(Connector.objects.get(code="jack-3-5-trs").pk)) == {"headphones"}
    assert listed("lightning") == set()
    problem(api.get("/api/products?connector=usb-d"), ("connector", "invalid"))


def test_a_renamed_connector_is_renamed_on_the_pages(api: APIClient, admin_client: Any, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    wiring.make_laptop()
    row = Connector.objects.get(code="usb-c")

    response = admin_client.post(
        f"/admin/catalog/connector/{row.pk}/change/",
        {
            "name": "Type-C",
            "code": "usb-c",
            "family": "usb",
            "shape": "gendered",
            "pins-TOTAL_FORMS": 0,
            "pins-INITIAL_FORMS": 0,
        },
    )

    assert response.status_code == 302, response.content
    assert api.get("/api/products/laptop").json()["ports"][0]["connector"]["name"] == "Type-C"


def test_a_connector_with_ports_cannot_be_deleted_and_a_product_takes_its_ports_with_it() -> None:
    charger = wiring.make_charger(stock=None)
    wiring.make_cable()

    with pytest.raises(Exception, match="protected"):
        Connector.objects.get(code="usb-c").delete()
    charger.delete()

    assert set(Port.objects.values_list("product__slug", flat=True)) == {"cable"}
    assert PortJoin.objects.count() == 1
    assert not PowerBudget.objects.exists()


# What plugs into one product.


def test_what_works_comes_first_and_each_says_how_well_and_why(api: APIClient) -> None:
    wiring.make_laptop()
    wiring.make_cable("weak-cable", 45, popularity=9)
    wiring.make_headphones(popularity=1)
    wiring.make_phone()
    wiring.make_charger()

    rows = api.get("/api/products/laptop/compatible").json()["results"]

    assert [(row["slug"], row["verdict"]) for row in rows] == [("headphones", "works"), ("weak-cable", "limited")]
    assert rows[0]["price"] == "1000.00"
    assert rows[0]["reasons"] == [
        {
            "code": "plays_sound",
            "text": "Sound goes through: analog sound.",
            "figures": {"protocol": "analog sound"},
        }
    ]
    assert [reason["code"] for reason in rows[1]["reasons"]] == ["charges_slowly", "slow_data", "no_video"]
    assert rows[1]["reasons"][0]["figures"] == {
        "protocol": "USB Power Delivery",
        "watts": 45.0,
        "of": 65.0,
        "by": 1,
    }


def test_a_charging_cable_works_and_says_that_it_carries_no_picture(api: APIClient) -> None:
    laptop = wiring.make_laptop()
    Port.objects.filter(product=laptop, name="USB-C").update(
        carries=[["usb-pd", "in", 65], ["usb", "out", 0.48], ["dp", "out", 17.28]]
    )
    refresh_now([laptop.pk])
    wiring.make_cable()

    (row,) = api.get("/api/products/laptop/compatible").json()["results"]

    assert (row["verdict"], [reason["code"] for reason in row["reasons"]]) == (
        "works",
        ["charges", "data_at", "no_video"],
    )
    assert fitting(api, "laptop", "?carrying=video") == []


def test_it_is_filtered_and_paged(api: APIClient) -> None:
    wiring.make_laptop()
    wiring.make_headphones()
    for number in range(3):
        wiring.make_cable(f"cable-{number}", popularity=number)
    sell_out(Product.objects.get(slug="cable-1"))
    path = "/api/products/laptop/compatible"

    assert fitting(api, "laptop", "?kind=sound_device") == [("headphones", "works")]
    assert [slug for slug, _ in fitting(api, "laptop", "?accessory_type=cable&in_stock=true")] == ["cable-2", "cable-0"]
    assert fitting(api, "laptop", "?verdict=works") == [("headphones", "works")]
    assert [slug for slug, _ in fitting(api, "laptop", "?carrying=audio")] == ["headphones"]
    assert fitting(api, "laptop", "?carrying=power&verdict=works&page_size=1") == [("cable-2", "works")]
    first = api.get(f"{path}?page_size=3").json()
    assert (first["count"], first["previous"]) == (4, None)
    second = api.get(first["next"]).json()
    assert [row["slug"] for row in first["results"] + second["results"]] == [
        *("headphones", "cable-2", "cable-1"),
        "cable-0",
    ]
    assert second["next"] is None
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert api.get(f"{path}?page=2&page_size=3").json()["results"] == second["results"]
    assert api.get(f"{path}?page=3&page_size=3").status_code == 404


def test_a_product_without_ports_fits_nothing_and_one_that_is_not_there_is_not_found(api: APIClient) -> None:
    wiring.make_laptop()
    case = factories.make_product(slug="case")
    hidden = wiring.make_cable("hidden", is_published=False)

    assert fitting(api, "case") == []
    assert api.get(f"/api/products/{case.pk}/compatible").status_code == 200
    assert fitting(api, "laptop") == []
    for unknown in ("nothing", "999999", "9" * 30, str(hidden.pk), "hidden"):
        assert api.get(f"/api/products/{unknown}/compatible").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("verdict=no", "verdict"),
        ("carrying=water", "carrying"),
        ("search=x", "search"),
        ("kind=x", "kind"),
        ("page_size=0", "page_size"),
        ("cursor=x", "cursor"),
    ],
)
def test_what_is_asked_wrongly_is_refused(api: APIClient, query: str, field: str) -> None:
    wiring.make_laptop()

    response = api.get(f"/api/products/laptop/compatible?{query}")

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_a_change_of_ports_and_of_stock_is_in_the_next_answer(api: APIClient) -> None:
    laptop, cable = wiring.make_laptop(), wiring.make_cable()
    first = api.get("/api/products/laptop/compatible")
    assert api.get("/api/products/laptop/compatible", headers={"if-none-match": first["ETag"]}).status_code == 304

    wiring.give_ports(cable, ("Plug", "hdmi-a", "plug", "hdmi in 14.4"))

    assert fitting(api, "laptop") == []
    wiring.give_ports(laptop, ("HDMI", "hdmi-a", "receptacle", "hdmi out 14.4"))
    assert fitting(api, "laptop") == [("cable", "works")]


@pytest.mark.parametrize(
    "path", ["/api/products/laptop/compatible", "/api/compatibility/connect?from=laptop&to=charger&carrying=power"]
)
def test_the_number_of_queries_does_not_grow(api: APIClient, path: str) -> None:
    wiring.make_laptop()
    wiring.make_charger()
    wiring.make_cable()
    fresh = [api.get(path).status_code]

    def queries() -> int:
        factories.make_product()  # another revision, so that no kept answer is given
        api.get("/api/products")
        with CaptureQueriesContext(connection) as captured:
            fresh.append(api.get(path).status_code)
        return len(captured)

    few = queries()
    for number in range(20):
        wiring.make_cable(f"cable-{number}", 60 + number)

    assert queries() == few <= 4
    assert fresh == [200] * 3
