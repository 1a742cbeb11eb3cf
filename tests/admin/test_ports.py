"""The ports of a product in the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.actions.set_ports import set_ports
from catalog.models import Accessory, Connector, Port, PortJoin, PowerBudget, Product, SoundDevice
from catalog.schema.port_writes import ADAPTER, CHARGER
from catalog.serializers.port_writes import ports_of
from electroports.preconditions import ANY_VERSION
from tests import factories
from tests.admin.pages import change_page, errors_on, read_form, save, sign_in_with
from tests.catalog.test_staff_ports import make_connectors
from tests.staff import stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]

ADAPTER_WITH_EVERYTHING = {
    "ports": [
        {"quantity": 1, "carries": [], "joined_to": [], **port}  # type: ignore[dict-item]
        for port in ADAPTER["ports"]
    ]
}


@pytest.fixture
def product() -> Product:
    make_connectors("usb-c", "bs-1363", "hdmi-a", "qi")
    made: Product = factories.make_product(model=Accessory, slug="nano")
    return made


def describe(product: Product, body: Any) -> None:
    ports = ports_of({"power_budget": None, **body})
    set_ports(product_id=product.pk, ports=ports, expected=ANY_VERSION, acting_user=None, at=timezone.now())


def row(prefix: str, number: int, **values: Any) -> dict[str, Any]:
    return {f"{prefix}-{number}-{name}": value for name, value in values.items()}


def port_row(number: int, **values: Any) -> dict[str, Any]:
    code = values.pop("code", "usb-c")
    values = {"gender": "plug", "quantity": 1, "carries": "", "position": number, **values}
    return row("ports", number, connector=Connector.objects.get(code=code).pk, **values)


def page(product: Product) -> Any:
    return APIClient().get(f"/api/products/{product.pk}").json()


@pytest.mark.parametrize("model", [Product, Accessory, SoundDevice])
def test_new_ports_and_the_way_between_them_in_one_save(office: Client, product: Product, model: type[Product]) -> None:
    made = factories.make_product(model=model)

    response = save(
        office,
        made,
        **{"ports-TOTAL_FORMS": 2, "port_joins-TOTAL_FORMS": 1, "power_budget-TOTAL_FORMS": 1},
        **port_row(0, name="USB-C end", carries="usb-pd in 60\r\nusb-5v in 15"),
        **port_row(1, name="HDMI end", code="hdmi-a", gender="receptacle"),
        **row("port_joins", 0, one="USB-C end", other="HDMI end", carries="dp > hdmi out 14.4", position=0),
        **row("power_budget", 0, watts="60", splits="2: 45 + 15"),
    )

    assert response.status_code == 302, errors_on(response)
    shown = page(made)
    assert [port["name"] for port in shown["ports"]] == ["USB-C end", "HDMI end"]
    assert [lane["limit"] for lane in shown["ports"][0]["carries"]] == [60.0, 15.0]
    assert shown["ports"][1]["joined_to"][0]["carries"][0]["becomes"] == "dp"
    assert shown["power_budget"] == {"watts": 60.0, "splits": [{"devices": 2, "watts": [45.0, 15.0]}]}
    assert "port" in LogEntry.objects.get().change_message


def test_the_page_shows_words(office: Client, product: Product) -> None:
    describe(product, CHARGER)

    form = read_form(office, change_page(product))

    assert form["ports-0-carries"] == "usb-pd out 65\nusb-5v out 15"
    assert form["ports-1-carries"] == "mains in"
    assert (form["power_budget-0-watts"], form["power_budget-0-splits"]) == ("65.0", "2: 45 + 20")
    describe(product, ADAPTER)
    form = read_form(office, change_page(product))
    assert (form["port_joins-0-one"], form["port_joins-0-carries"]) == ("USB-C end", "dp > hdmi out 14.4")


@pytest.mark.parametrize("body", [CHARGER, ADAPTER])
def test_what_is_not_touched_is_not_written(office: Client, product: Product, body: Any) -> None:
    describe(product, body)
    before = [list(model.objects.order_by("pk").values_list()) for model in (Port, PortJoin, PowerBudget)]

    response = save(office, product)

    assert response.status_code == 302, errors_on(response)
    assert [list(model.objects.order_by("pk").values_list()) for model in (Port, PortJoin, PowerBudget)] == before


def test_a_way_follows_a_port_to_its_new_name(office: Client, product: Product) -> None:
    describe(product, ADAPTER)

    response = save(office, product, **{"ports-0-name": "Plug"})

    assert response.status_code == 302, errors_on(response)
    assert [(join.one.name, join.other.name) for join in PortJoin.objects.all()] == [("Plug", "HDMI end")]


def test_names_may_change_places(office: Client, product: Product) -> None:
    describe(product, ADAPTER)

    response = save(office, product, **{"ports-0-name": "HDMI end", "ports-1-name": "USB-C end"})

    assert response.status_code == 302, errors_on(response)
    assert [port.name for port in product.ports.all()] == ["HDMI end", "USB-C end"]


def test_ports_are_put_in_order_and_deleted(office: Client, product: Product) -> None:
    describe(product, CHARGER)
    assert save(office, product, **{"ports-0-position": 9}).status_code == 302
    assert [port["name"] for port in page(product)["ports"]] == ["Mains plug", "USB-C"]

    response = save(office, product, **{"ports-0-DELETE": "on"})

    assert response.status_code == 302, errors_on(response)
    assert [port["name"] for port in page(product)["ports"]] == ["USB-C"]


REFUSED = [
    (CHARGER, {"ports-0-carries": "usb-x out 65"}, "Names a protocol that there is not"),
    (CHARGER, {"ports-0-carries": "usb-pd out 65\nusb-pd out 30"}, "usb-pd comes twice"),
    (CHARGER, {"ports-0-carries": "usb-pd up 65"}, "Write a protocol, out, in or both"),
    (CHARGER, {"ports-0-gender": "neither"}, "say plug or receptacle"),
    (CHARGER, {"ports-0-name": "mains plug"}, "comes twice"),
    (CHARGER, {"ports-0-quantity": "101"}, "less than or equal to 100"),
    (CHARGER, {"ports-0-connector": "999999"}, "Select a valid choice"),
    (CHARGER, {"power_budget-0-splits": "2: 45"}, "Write the number of devices"),
    (CHARGER, {"power_budget-0-splits": "2: 45 + 30"}, "no more than the 65 W"),
    (CHARGER, {"ports-0-DELETE": "on", "ports-1-DELETE": "on"}, "A product without ports gives no power"),
    (ADAPTER, {"port_joins-0-other": "HDMI"}, "The product has no port “HDMI”; it has HDMI end, USB-C end."),
    (ADAPTER, {"port_joins-0-other": "USB-C end"}, "from one port to another one"),
    (ADAPTER, {"port_joins-0-carries": ""}, "Say what passes here."),
    (ADAPTER, {"port_joins-0-carries": "dp > analog out"}, "carries something else"),
    (ADAPTER, {"ports-0-DELETE": "on"}, "The product has no port “USB-C end”"),
]


@pytest.mark.parametrize(("body", "changes", "message"), REFUSED)
def test_what_is_refused(office: Client, product: Product, body: Any, changes: dict[str, str], message: str) -> None:
    describe(product, body)
    before = stored()

    response = save(office, product, **changes)

    assert message in errors_on(response)
    assert stored() == before


def test_a_product_is_made_with_its_ports(office: Client, product: Product) -> None:
    address = reverse("admin:catalog_product_add")
    form = {
        **read_form(office, address),
        "name": "Cable",
        "slug": "cable",
        "brand": product.brand_id,
        "category": product.category_id,
        "ports-TOTAL_FORMS": 1,
        "is_published": "on",
        **port_row(0, name="End A"),
    }

    response = office.post(address, form)

    assert response.status_code == 302, errors_on(response)
    assert [port.name for port in Port.objects.filter(product__slug="cable")] == ["End A"]


def test_who_may_only_look_changes_nothing(product: Product) -> None:
    describe(product, CHARGER)
    client, before = sign_in_with("catalog.view_accessory"), stored()
    response: Any = client.get(change_page(product))
    assert response.status_code == 200
    inlines = {inline.opts.model for inline in response.context_data["inline_admin_formsets"]}
    assert {Port, PortJoin, PowerBudget} <= inlines

    assert client.post(change_page(product), {"ports-0-name": "Other"}).status_code == 403

    assert stored() == before


def test_the_permission_to_change_the_product_is_enough(product: Product) -> None:
    describe(product, CHARGER)

    response = save(sign_in_with("catalog.change_accessory"), product, **{"ports-0-name": "C"})

    assert response.status_code == 302, errors_on(response)
    assert product.ports.order_by("position")[0].name == "C"


def test_ten_ports_cost_no_more_queries_than_one(office: Client, product: Product) -> None:
    counts = []
    office.get(change_page(product))  # a first visit writes down that there is one
    for number in (1, 10):
        ports = [{**ADAPTER_WITH_EVERYTHING["ports"][1], "name": f"Port {place}"} for place in range(number)]
        describe(product, {"ports": ports})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert office.get(change_page(product)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
