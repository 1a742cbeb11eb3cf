"""Kinds of connectors in the back office."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from catalog.models import Connector
from tests.admin.rows import make_connector

pytestmark = pytest.mark.django_db


def change(office: Client, connector: Connector, **changes: str) -> int:
    pins = list(connector.pins.all())
    form = {
        "name": connector.name, "code": connector.code, "family": connector.family, "shape": connector.shape,
        "description": "", "source": "", "pins-TOTAL_FORMS": str(len(pins)), "pins-INITIAL_FORMS": str(len(pins)),
    }  # fmt: skip
    for place, pin in enumerate(pins):
        values = {"id": pin.pk, "connector": connector.pk, "pin": pin.pin, "signal": pin.signal, "position": place}
        form |= {f"pins-{place}-{name}": str(value) for name, value in values.items()}
    return office.post(f"/admin/catalog/connector/{connector.pk}/change/", {**form, **changes}).status_code


def test_what_staff_change_is_in_the_next_answer(office: Client, api: APIClient) -> None:
    connector = make_connector()
    address = f"/api/connectors/{connector.code}"
    before = api.get(address)
    assert api.get(address, headers={"If-None-Match": before["ETag"]}).status_code == 304

    assert change(office, connector, name="Headset", **{"pins-1-signal": "MIC"}) == 302

    after = api.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["name"] == "Headset"
    assert [pin["signal"] for pin in after.json()["pins"]] == ["Tip", "MIC"]


def test_a_pin_stands_once(office: Client) -> None:
    connector = make_connector()

    assert change(office, connector, **{"pins-1-pin": "Tip"}) == 200

    assert [pin.pin for pin in connector.pins.all()] == ["Tip", "Sleeve"]


def test_a_connector_that_is_deleted_is_gone_from_the_next_answer(office: Client, api: APIClient) -> None:
    connector = make_connector()
    assert api.get(f"/api/connectors/{connector.code}").status_code == 200

    office.post(f"/admin/catalog/connector/{connector.pk}/delete/", {"post": "yes"})

    assert api.get(f"/api/connectors/{connector.code}").status_code == 404
