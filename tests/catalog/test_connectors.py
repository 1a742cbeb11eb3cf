"""The kinds of connectors: what the data files say of them, and what the API shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.actions.load_connectors import load_connectors
from catalog.actions.seed_catalog import DATA
from catalog.errors import InvalidCatalogueFile
from catalog.files.connectors import read_connectors
from catalog.models import CatalogRevision, Connector, ConnectorPin
from electroports import hot
from tests.toolkit.problem import problem_in

FILES = (DATA / "connectors.csv").read_bytes(), (DATA / "connector_pins.csv").read_bytes()
ROWS = read_connectors(*FILES)
PINS = {row.code: {pin.pin: pin.signal for pin in pins} for row, pins in ROWS}
HEADER = "code,name,family,shape,pin_count,is_wireless,source,description\n"
PIN_HEADER = "connector,pin,signal,description\n"


# What is true of connectors, from their standards.


@pytest.mark.parametrize(
    ("code", "count"),
    {
        "usb-a": 9,  # USB 3.1: four of USB 2.0 and five of SuperSpeed
        "usb-c": 24,  # USB Type-C 2.3, table 3-4
        "usb-micro-b": 5,
        "lightning": 8,
        "apple-30-pin": 30,
        "magsafe-3": 5,
        "surface-connect": 40,
        "car-socket": 2,
        "hdmi-a": 19,
        "hdmi-c": 19,
        "hdmi-d": 19,
        "displayport": 20,
        "mini-displayport": 20,
        "dvi-d": 24,
        "vga": 15,
        "jack-3-5-trs": 3,
        "jack-3-5-trrs": 4,
        "rca": 2,
        "xlr-3": 3,
        "mini-xlr-3": 3,
        "mmcx": 2,
        "rj45": 8,
        "sd": 9,
        "microsd": 8,
        "sata-data": 7,
        "sata-power": 15,
        "bs-1363": 3,
        "iec-c7": 2,
        "iec-c13": 3,
        "qi": 0,
        "bluetooth": 0,
    }.items(),
)
def test_connectors_have_as_many_pins_as_their_standards_say(code: str, count: int) -> None:
    assert len(PINS[code]) == count


@pytest.mark.parametrize(
    ("code", "signals"),
    {
        "usb-a": {"1": "VBUS", "2": "D-", "3": "D+", "4": "GND"},
        "usb-c": {"A1": "GND", "A4": "VBUS", "A5": "CC1", "B5": "CC2", "B12": "GND"},
        "hdmi-a": {"15": "SCL", "16": "SDA", "18": "+5V"},
        "jack-3-5-trrs": {"Tip": "L", "Ring 1": "R", "Ring 2": "GND", "Sleeve": "MIC"},  # CTIA
    }.items(),
)
def test_pins_carry_what_their_standards_say(code: str, signals: dict[str, str]) -> None:
    assert {pin: PINS[code][pin] for pin in signals} == signals


def test_there_are_connectors_of_every_family_and_only_wireless_ones_have_no_pins() -> None:
    assert len(ROWS) >= 40
    assert {row.family for row, _pins in ROWS} == set(Connector.Family.values)
    assert all(row.source and row.description for row, _pins in ROWS)
    assert all((row.pin_count == 0) == row.is_wireless for row, _pins in ROWS)


# Loading.


def refused(connectors: str, pins: str) -> str:
    with pytest.raises(InvalidCatalogueFile) as refusal:
        read_connectors((HEADER + connectors).encode(), (PIN_HEADER + pins).encode())
    return " ".join([refusal.value.message, *(error.message for error in refusal.value.errors)])


def test_files_that_disagree_are_refused() -> None:
    rca = "rca,RCA,audio,gendered,2,false,A standard,A plug.\n"

    assert "rca says that it has 2 pins; 1 are listed." in refused(rca, "rca,Centre,L,\n")
    assert "pin of rca: Centre" in refused(rca, "rca,Centre,L,\nrca,Centre,R,\n")
    assert "a connector that there is not: xlr-3" in refused(rca, "rca,Centre,L,\nrca,Shell,GND,\nxlr-3,1,GND,\n")
    assert "in the column code: rca" in refused(rca * 2, "rca,Centre,L,\nrca,Shell,GND,\n")
    assert "audio" in refused(rca.replace("audio", "sound"), "rca,Centre,L,\nrca,Shell,GND,\n")


@pytest.mark.django_db
def test_loading_leaves_what_staff_changed_until_it_is_to_overwrite() -> None:
    load_connectors(rows=ROWS, overwrite=False)
    Connector.objects.filter(code="rca").update(name="Cinch")
    ConnectorPin.objects.filter(connector__code="rca").first().delete()  # type: ignore[union-attr]
    revision = CatalogRevision.objects.get().number

    load_connectors(rows=ROWS, overwrite=False)
    assert Connector.objects.get(code="rca").name == "Cinch"
    assert CatalogRevision.objects.get().number == revision

    load_connectors(rows=ROWS, overwrite=True)
    assert Connector.objects.get(code="rca").name == "RCA (phono)"
    assert Connector.objects.get(code="rca").pins.count() == 2
    assert ConnectorPin.objects.count() == sum(len(pins) for _row, pins in ROWS)


# The API.


@pytest.fixture
def loaded(db: None) -> None:
    load_connectors(rows=ROWS, overwrite=False)


def test_the_list_shows_all_by_family_and_name(loaded: None, api: APIClient) -> None:
    page = api.get("/api/connectors?page_size=100").json()

    assert page["count"] == len(page["results"]) == len(ROWS)
    assert [row["code"] for row in page["results"]] == [
        row.code for row, _pins in sorted(ROWS, key=lambda each: (each[0].family, each[0].name.casefold()))
    ]
    assert next(row for row in page["results"] if row["code"] == "usb-c").keys() == {
        "id", "code", "name", "family", "shape", "is_wireless", "pin_count", "description",
    }  # fmt: skip
    assert {row["code"]: row["pin_count"] for row in page["results"]} == {
        code: len(pins) for code, pins in PINS.items()
    }


def test_the_list_is_paged_like_every_other(loaded: None, api: APIClient) -> None:
    first = api.get("/api/connectors").json()
    second = api.get(first["next"]).json()

    assert len(first["results"]) == 24
    assert first["previous"] is None
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


def test_one_connector_shows_its_pin_out(loaded: None, api: APIClient) -> None:
    by_code = api.get("/api/connectors/jack-3-5-trrs").json()

    assert by_code["pin_count"] == 4
    assert [(pin["pin"], pin["signal"]) for pin in by_code["pins"]] == [
        ("Tip", "L"),
        ("Ring 1", "R"),
        ("Ring 2", "GND"),
        ("Sleeve", "MIC"),
    ]
    assert api.get(f"/api/connectors/{by_code['id']}").json() == by_code


@pytest.mark.parametrize("path", ["nothing", "0", "9" * 30, "usb_c"])
def test_a_connector_that_is_not_there(loaded: None, api: APIClient, path: str) -> None:
    problem_in(api.get(f"/api/connectors/{path}"), 404, "not_found")


def test_unknown_parameters_are_refused(loaded: None, api: APIClient) -> None:
    problem_in(api.get("/api/connectors?family=usb"), 400, "invalid")
    problem_in(api.get("/api/connectors/usb-c?page=1"), 400, "invalid")


def test_queries_do_not_grow_with_the_rows(db: None, api: APIClient) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert api.get(path).status_code == 200
        return len(seen)

    paths = ("/api/connectors?page_size=100", "/api/connectors/usb-c")
    load_connectors(rows=[each for each in ROWS if each[0].code == "usb-c"], overwrite=False)
    api.get(paths[0])  # reads the window, which is no part of the comparison
    hot.store.clear()
    one = [queries(path) for path in paths]
    load_connectors(rows=ROWS, overwrite=False)
    api.get("/api/products")
    hot.store.clear()

    assert [queries(path) for path in paths] == one
    assert max(one) <= 4
