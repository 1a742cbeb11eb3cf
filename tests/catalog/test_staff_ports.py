"""The ports of products as staff read, replace and delete them, and as pages show them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from rest_framework.test import APIClient

from catalog.actions.load_connectors import load_connectors
from catalog.actions.seed_catalog import DATA
from catalog.files.connectors import read_connectors
from catalog.models import Accessory, Port, PortJoin, Product
from catalog.schema.port_writes import ADAPTER, CHARGER
from tests import factories
from tests.staff import client_of, if_match, manager, member_with, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    """A charger that nobody has described yet, in a shop with three kinds of connectors."""
    make_connectors("usb-c", "bs-1363", "hdmi-a", "qi")
    made: Product = factories.make_product(model=Accessory, slug="nano", name="Nano")
    return made


def make_connectors(*codes: str) -> None:
    """The connectors of these codes, as the shop is seeded with them."""
    rows = read_connectors((DATA / "connectors.csv").read_bytes(), (DATA / "connector_pins.csv").read_bytes())
    load_connectors(rows=[(row, pins) for row, pins in rows if row.code in codes], overwrite=False)


def address(product: Product) -> str:
    return f"/api/products/{product.slug}/ports"


def put(client: APIClient, product: Product, body: Any, tag: Any = "*") -> Any:
    return client.put(address(product), body, headers=if_match(tag))


def read(client: APIClient, product: Product) -> Any:
    response = client.get(f"/api/staff/products/{product.pk}/ports")
    assert response.status_code == 200
    return response


def page(product: Product) -> Any:
    return APIClient().get(f"/api/products/{product.pk}").json()


def changed(path: str, value: Any, body: Any = CHARGER) -> Any:
    """The body with another value in one place; `...` takes it out."""
    copy = deepcopy(body)
    *way, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    at: Any = copy
    for word in way:
        at = at[word]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return copy


def test_what_is_described_is_on_the_page_at_once(product: Product) -> None:
    client = staff("catalog.change_product")
    before = read(client, product)
    assert before.json() == {"ports": [], "power_budget": None}

    response = put(client, product, CHARGER, before)

    assert response.status_code == 200
    assert response.json() == CHARGER
    assert response["ETag"] == read(client, product)["ETag"] != before["ETag"]
    shown = page(product)
    assert [(port["name"], port["connector"]["name"], port["quantity"]) for port in shown["ports"]] == [
        ("USB-C", "USB-C", 2),
        ("Mains plug", "UK mains plug (type G)", 1),
    ]
    assert shown["ports"][0]["carries"][0] == {
        "carrying": "power",
        "protocol": "usb-pd",
        "name": "USB Power Delivery",
        "direction": "out",
        "limit": 65.0,
        "unit": "W",
    }
    assert shown["power_budget"] == {"watts": 65.0, "splits": [{"devices": 2, "watts": [45.0, 20.0]}]}
    found = APIClient().get("/api/products?connector=bs-1363").json()["results"]
    assert [row["slug"] for row in found] == ["nano"]


def test_a_way_between_two_ports_is_shown_at_both(product: Product) -> None:
    response = put(manager(), product, ADAPTER)

    assert response.status_code == 200
    sent, socket = response.json()["ports"]
    assert sent["joined_to"] == ADAPTER["ports"][0]["joined_to"]
    assert (socket["quantity"], socket["carries"], socket["joined_to"]) == (1, [], [])
    plug, socket = page(product)["ports"]
    (out,), (back,) = (port["joined_to"][0]["carries"] for port in (plug, socket))
    assert (out["protocol"], out["becomes"], out["direction"]) == ("dp", "hdmi", "out")
    assert (back["protocol"], back["becomes"], back["direction"]) == ("hdmi", "dp", "in")
    assert page(product)["power_budget"] is None


def test_what_is_read_can_be_sent_back(product: Product) -> None:
    client = manager()
    put(client, product, ADAPTER)
    tag, shown, entries = (
        read(client, product),
        APIClient().get(f"/api/products/{product.pk}")["ETag"],
        LogEntry.objects,
    )
    written = entries.count()

    response = put(client, product, tag.json(), tag)

    assert (response.status_code, response["ETag"]) == (200, tag["ETag"])
    assert APIClient().get(f"/api/products/{product.pk}")["ETag"] == shown
    assert entries.count() == written


def test_everything_is_replaced_and_the_history_says_by_whom(product: Product) -> None:
    user = member_with("catalog.change_product")
    put(client_of(user), product, CHARGER)

    response = put(client_of(user), product, ADAPTER)

    assert response.status_code == 200
    assert [port.name for port in product.ports.all()] == ["USB-C end", "HDMI end"]
    assert PortJoin.objects.count() == 1
    assert not hasattr(Product.objects.get(), "power_budget")
    assert list(LogEntry.objects.values_list("user", "change_message")) == [(user.pk, "Changed ports.")] * 2


def test_figures_are_kept_to_three_places(product: Product) -> None:
    body = changed("ports.0.carries.0.limit", 1234.56789)
    body["power_budget"] = {"watts": 99.96}

    response = put(manager(), product, body)

    assert response.json()["ports"][0]["carries"][0]["limit"] == 1234.568
    assert response.json()["power_budget"] == {"watts": 100.0, "splits": []}
    assert page(product)["power_budget"] == {"watts": 100.0, "splits": []}


def test_ports_are_deleted(product: Product) -> None:
    client = staff("catalog.change_product")
    tag = put(client, product, CHARGER)

    response = client.delete(address(product), headers=if_match(tag))

    assert (response.status_code, response.content) == (204, b"")
    assert not Port.objects.exists()
    assert (page(product)["ports"], page(product)["power_budget"]) == ([], None)


@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_somebody_else_changed_is_not_overwritten(product: Product, method: str) -> None:
    client = manager()
    stale = read(client, product)
    put(client, product, CHARGER)
    before = stored()

    response = getattr(client, method)(address(product), ADAPTER, headers=if_match(stale))

    problem_in(response, 412, "precondition_failed")
    problem_in(getattr(client, method)(address(product), ADAPTER), 428, "precondition_required")
    assert stored() == before


@pytest.mark.parametrize("slug", ["other", "0", "9" * 19])
def test_a_product_that_there_is_not(product: Product, slug: str) -> None:
    client, before = manager(), stored()

    for path, method in ((f"/api/products/{slug}/ports", "put"), (f"/api/products/{slug}/ports", "delete")):
        problem_in(getattr(client, method)(path, CHARGER, headers={"If-Match": "*"}), 404, "not_found")
    problem_in(client.get(f"/api/staff/products/{slug}/ports"), 404, "not_found")

    assert stored() == before


WRONG = [
    ("ports", ..., "ports", "required"),
    ("ports", [], "power_budget.watts", "invalid"),
    ("ports", [CHARGER["ports"][0]] * 31, "ports", "max_length"),  # type: ignore[index]
    ("colour", "red", "colour", "unknown_field"),
    ("ports.0.name", "", "ports.0.name", "blank"),
    ("ports.0.name", " USB", "ports.0.name", "invalid"),
    ("ports.0.name", "USB\nC", "ports.0.name", "invalid"),
    ("ports.0.name", "x" * 41, "ports.0.name", "max_length"),
    ("ports.0.name", 7, "ports.0.name", "invalid"),
    ("ports.1.name", "usb-c", "ports.1.name", "repeated_name"),
    ("ports.0.connector", "usb-z", "ports.0.connector", "does_not_exist"),
    ("ports.0.connector", "qi", "ports.0.gender", "invalid"),
    ("ports.0.gender", "neither", "ports.0.gender", "invalid"),
    ("ports.0.gender", "both", "ports.0.gender", "invalid_choice"),
    ("ports.0.quantity", 0, "ports.0.quantity", "min_value"),
    ("ports.0.quantity", 101, "ports.0.quantity", "max_value"),
    ("ports.0.carries.0.protocol", "usb-x", "ports.0.carries.0.protocol", "invalid_choice"),
    ("ports.0.carries.1.protocol", "usb-pd", "ports.0.carries.1.protocol", "duplicate"),
    ("ports.0.carries.0.direction", "up", "ports.0.carries.0.direction", "invalid_choice"),
    ("ports.0.carries.0.limit", 0, "ports.0.carries.0.limit", "min_value"),
    ("ports.0.carries.0.limit", 10_001, "ports.0.carries.0.limit", "max_value"),
    ("ports.0.carries.0.limit", "65", "ports.0.carries.0.limit", "invalid"),
    ("ports.0.carries.0.limit", True, "ports.0.carries.0.limit", "invalid"),
    ("ports.0.carries.0", {"protocol": "analog", "direction": "out", "limit": 1}, "ports.0.carries.0.limit", "invalid"),
    ("ports.0.carries.0.becomes", "dp", "ports.0.carries.0.becomes", "unknown_field"),
    ("power_budget.watts", ..., "power_budget.watts", "required"),
    ("power_budget.watts", 10_000, "power_budget.watts", "max_value"),
    ("power_budget.splits.0.devices", 1, "power_budget.splits.0.devices", "min_value"),
    ("power_budget.splits.0.devices", 3, "power_budget.splits.0.watts", "invalid"),
    ("power_budget.splits.0.watts", [45, 30], "power_budget.splits.0.watts", "out_of_range"),
    (
        "power_budget.splits",
        [{"devices": 2, "watts": [45, 20]}, {"devices": 2, "watts": [30, 30]}],
        "power_budget.splits.1.devices",
        "duplicate",
    ),
]


@pytest.mark.parametrize(("path", "value", "field", "code"), WRONG)
def test_what_is_refused(product: Product, path: str, value: Any, field: str, code: str) -> None:
    client = manager()
    put(client, product, ADAPTER)
    before = stored()

    response = put(client, product, changed(path, value))

    assert response.status_code == 400
    assert [(row["field"], row["code"]) for row in response.json()["errors"]] == [(field, code)]
    assert stored() == before


JOIN = "ports.0.joined_to.0"
WRONG_WAYS = [
    (f"{JOIN}.port", "USB end", f"{JOIN}.port", "does_not_exist"),
    (f"{JOIN}.port", "USB-C end", f"{JOIN}.port", "invalid"),
    (f"{JOIN}.carries", [], f"{JOIN}.carries", "empty"),
    (f"{JOIN}.carries.0.becomes", "analog", f"{JOIN}.carries.0.becomes", "invalid"),
    (f"{JOIN}.carries.0.limit", -1, f"{JOIN}.carries.0.limit", "min_value"),
    (
        "ports.1.joined_to",
        [{"port": "USB-C end", "carries": [{"protocol": "hdmi", "direction": "in"}]}],
        "ports.1.joined_to.0.port",
        "duplicate",
    ),
    (
        "ports.0.joined_to",
        [ADAPTER["ports"][0]["joined_to"][0]] * 2,  # type: ignore[index]
        "ports.0.joined_to.1.port",
        "duplicate",
    ),
]


@pytest.mark.parametrize(("path", "value", "field", "code"), WRONG_WAYS)
def test_ways_that_are_refused(product: Product, path: str, value: Any, field: str, code: str) -> None:
    client = manager()
    put(client, product, CHARGER)
    before = stored()

    response = put(client, product, changed(path, value, ADAPTER))

    assert response.status_code == 400
    assert [(row["field"], row["code"]) for row in response.json()["errors"]] == [(field, code)]
    assert stored() == before


def test_words_that_may_stand_there_are_named(product: Product) -> None:
    port = {**CHARGER["ports"][0], "gender": "female"}

    body = problem_in(put(manager(), product, {"ports": [port]}), 400, "invalid")

    assert body["errors"] == [
        {
            "field": "ports.0.gender",
            "code": "invalid_choice",
            "message": '"female" is not one of plug, receptacle, neither.',
        }
    ]


def test_a_coil_is_neither_plug_nor_receptacle(product: Product) -> None:
    pad = {"name": "Pad", "connector": "qi", "gender": "neither", "carries": [{"protocol": "qi", "direction": "out"}]}

    response = put(manager(), product, {"ports": [pad]})

    assert response.status_code == 200
    assert response.json()["ports"][0]["carries"] == [{"protocol": "qi", "direction": "out", "limit": None}]


def test_unpublished_products_are_described_too(product: Product) -> None:
    Product.objects.update(is_published=False)

    assert put(manager(), product, CHARGER).status_code == 200
    assert read(manager(), product).json() == CHARGER
