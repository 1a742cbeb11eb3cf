"""The history of a row in the back office, whoever changed it and in whatever way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from accounts.models import User
from catalog.admin import products
from catalog.models import Accessory, Product, SoundDevice
from tests import factories
from tests.admin.pages import change_page, save
from tests.admin.rows import make_connector
from tests.staff import client_of

pytestmark = pytest.mark.django_db


def history_of(office: Client, row: Any, query: str = "") -> Any:
    """What the page of a row's history is made of."""
    address = change_page(row).replace("/change/", f"/history/{query}")
    response: Any = office.get(address)
    assert response.status_code == 200
    return response.context_data


def lines(office: Client, row: Any, query: str = "") -> list[str]:
    return [entry.get_change_message() for entry in history_of(office, row, query)["action_list"]]


@pytest.mark.parametrize("kind", [Product, Accessory, SoundDevice])
def test_changes_over_the_api_and_in_the_back_office_are_one_history(
    office: Client, boss: User, kind: type[Product]
) -> None:
    product, other = factories.make_product(model=kind), factories.make_product(model=kind)
    client = client_of(boss)
    ports = {"ports": [{"name": "USB-C", "connector": make_connector().code, "gender": "receptacle"}]}

    for each in (product, other):
        response = client.put(f"/api/products/{each.pk}/ports", ports, headers={"If-Match": "*"})
        assert response.status_code == 200, response.content
    change = {"warranty_months": 24}
    client.patch(f"/api/products/{product.pk}", change, headers={"If-Match": "*"})
    save(office, product, popularity="7")

    assert lines(office, product) == ["Changed ports.", "Changed warranty_months.", "Changed Popularity."]
    assert lines(office, Product.objects.get(pk=product.pk)) == lines(office, product)
    assert lines(office, other) == ["Changed ports."]


def test_a_long_history_has_pages(
    office: Client, boss: User, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "HISTORY_PAGE", 2)
    for word in ("One.", "Two.", "Three."):
        LogEntry.objects.log_actions(boss.pk, [product], CHANGE, word)

    assert lines(office, product) == ["One.", "Two."]
    assert lines(office, product, "?p=2") == ["Three."]
    assert history_of(office, product)["pagination_required"]


def test_a_wide_page_names_its_columns_once(office: Client, boss: User, product: Product) -> None:
    LogEntry.objects.log_actions(boss.pk, [product], CHANGE, "Changed.")

    page = office.get(change_page(product).replace("/change/", "/history/")).content.decode()

    cells = re.findall(r'<t[hd] class="([^"]*)" data-label="([^"]*)"', page)
    assert [label for _classes, label in cells] == ["Date/time", "User", "Action"]
    assert all("lg:before:hidden" in classes.split() for classes, _label in cells)
