"""Tax classes: what they make of prices, on pages and in orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from rest_framework.test import APIClient

from catalog import tasks
from catalog.actions.save_tax_class import save_tax_class
from catalog.errors import InvalidCatalogueFile
from catalog.models import Product, TaxClass
from catalog.stored import product_rows
from tests import factories
from tests.catalog.catalogue_files import first, imported, make_shelves
from tests.orders import client_of, placed
from tests.staff import manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def tax_class(code: str) -> TaxClass:
    return TaxClass.objects.get(code=code)


def shown(api: APIClient, product: Any) -> tuple[str, str]:
    """What a page says of the VAT in a price."""
    variant = api.get(f"/api/products/{product.pk}").json()["variants"][0]
    return variant["price_excl_vat"], variant["vat_amount"]


def test_a_shop_begins_with_three_classes() -> None:
    rows = list(TaxClass.objects.values_list("code", "percent", "is_exempt", "is_default"))

    assert rows == [
        ("standard", None, False, True),
        ("zero", Decimal("0.00"), False, False),
        ("exempt", None, True, False),
    ]


@pytest.mark.parametrize(
    ("code", "parts", "rate"),
    [
        (None, ("1000.00", "160.00"), "16.00"),
        ("standard", ("1000.00", "160.00"), "16.00"),
        ("zero", ("1160.00", "0.00"), "0.00"),
        ("exempt", ("1160.00", "0.00"), None),
    ],
)
def test_the_class_of_a_product_says_what_of_its_price_is_vat(
    api: APIClient, code: str | None, parts: tuple[str, str], rate: str | None
) -> None:
    product = factories.make_product(price="1160.00", tax_class=tax_class(code) if code else None)

    order = placed(client_of(factories.make_user()), {"product": product.pk, "quantity": 1})

    assert shown(api, product) == parts
    assert [(line["vat"], line["tax_rate"]) for line in order["items"]] == [(parts[1], rate)]
    assert order["vat"] == parts[1]
    assert order["total"] == "1160.00"


def test_an_order_of_several_classes(api: APIClient) -> None:
    usual = factories.make_product(price="1160.00")
    reduced = factories.make_product(
        price="1080.00", tax_class=TaxClass.objects.create(code="reduced", name="Reduced", percent=8)
    )
    items = [{"product": usual.pk, "quantity": 1}, {"product": reduced.pk, "quantity": 2}]

    order = placed(client_of(factories.make_user()), *items)

    assert [(line["vat"], line["tax_rate"]) for line in order["items"]] == [("160.00", "16.00"), ("160.00", "8.00")]
    assert order["vat"] == "320.00"


def test_the_default_class_follows_the_setting_until_it_has_a_rate(api: APIClient, settings: Any) -> None:
    settings.VAT_PERCENT = Decimal(18)
    product = factories.make_product(price="1180.00")
    assert shown(api, product) == ("1000.00", "180.00")
    standard = tax_class("standard")

    standard.percent = Decimal(10)
    save_tax_class(row=standard)
    tasks.refresh_taxed_listings(standard.pk)

    assert shown(api, product) == ("1072.73", "107.27")


def test_an_order_keeps_the_rate_that_it_was_placed_with() -> None:
    client = client_of(factories.make_user())
    order = placed(client, {"product": factories.make_product(price="1160.00").pk, "quantity": 1})
    standard = tax_class("standard")

    standard.percent = Decimal(20)
    save_tax_class(row=standard)

    assert client.get(f"/api/orders/{order['id']}").json()["items"] == order["items"]
    later = placed(client, {"product": factories.make_product(price="1200.00").pk, "quantity": 1})
    assert (later["vat"], later["items"][0]["tax_rate"]) == ("200.00", "20.00")


def test_another_class_becomes_the_default(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "EVENT_BATCH", 2)
    without = [factories.make_product(price="1080.00") for _ in range(3)]
    own = factories.make_product(price="1160.00", tax_class=tax_class("standard"))
    reduced = TaxClass(code="reduced", name="Reduced", percent=Decimal(8), is_default=True)

    save_tax_class(row=reduced)
    tasks.refresh_taxed_listings(reduced.pk)
    tasks.refresh_taxed_listings(reduced.pk, without[1].pk)

    assert [shown(api, product) for product in without] == [("1000.00", "80.00")] * 3
    assert shown(api, own) == ("1000.00", "160.00")
    assert TaxClass.objects.get(is_default=True) == reduced
    assert tax_class("standard").percent == 16


def test_a_shop_that_is_not_registered_charges_none_whatever_the_class(api: APIClient, settings: Any) -> None:
    settings.VAT_REGISTERED = False
    product = factories.make_product(
        price="1080.00", tax_class=TaxClass.objects.create(code="reduced", name="Reduced", percent=8)
    )

    order = placed(client_of(factories.make_user()), {"product": product.pk, "quantity": 1})

    assert shown(api, product) == ("1080.00", "0.00")
    assert (order["vat"], order["items"][0]["tax_rate"]) == ("0.00", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"percent": None},
        {"percent": 8, "is_exempt": True},
        {"percent": 101},
        {"percent": -1},
        {"percent": 8, "is_default": True},
    ],
)
def test_classes_that_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxClass.objects.create(code="odd", name="Odd", **fields)


def test_a_class_with_products_stays() -> None:
    factories.make_product(tax_class=tax_class("zero"))

    with pytest.raises(ProtectedError):
        tax_class("zero").delete()


def test_files_name_the_class_of_a_product() -> None:
    make_shelves()
    imported(first(tax_class="zero"))
    (row,) = product_rows()
    assert (row.tax_class, Product.objects.get().tax_class) == ("zero", tax_class("zero"))

    assert imported(first(tax_class="zero")).products.unchanged == 1
    assert imported(first()).products.changed == 1

    assert Product.objects.get().tax_class is None
    assert [each.tax_class for each in product_rows()] == [""]


def test_a_file_with_a_class_that_nobody_has_is_refused() -> None:
    make_shelves()

    with pytest.raises(InvalidCatalogueFile) as refused:
        imported(first(tax_class="luxury"))

    assert [(error.field, error.code) for error in refused.value.errors] == [("line 2: tax_class", "unknown")]
    assert not Product.objects.exists()


def test_staff_set_the_class_and_the_page_follows(api: APIClient) -> None:
    product = factories.make_product(price="1160.00")
    client, path = manager(), f"/api/products/{product.pk}"

    response = client.patch(path, {"tax_class": "exempt"}, HTTP_IF_MATCH="*")

    assert (response.status_code, response.json()["tax_class"]) == (200, "exempt")
    assert shown(api, product) == ("1160.00", "0.00")
    for wrong, code in (("luxury", "does_not_exist"), (7, "invalid"), ("", "blank")):
        body = problem_in(client.patch(path, {"tax_class": wrong}, HTTP_IF_MATCH="*"), 400, "invalid")
        assert [(error["field"], error["code"]) for error in body["errors"]] == [("tax_class", code)]
    assert client.patch(path, {"tax_class": None}, HTTP_IF_MATCH="*").json()["tax_class"] is None
    assert shown(api, product) == ("1000.00", "160.00")


def test_bulk_calls_set_the_class() -> None:
    product = factories.make_product()
    client, sku = manager(), product.variants.get().sku

    for code in ("zero", None):
        response = client.post("/api/products/bulk", [{"sku": sku, "tax_class": code}])
        assert response.status_code == 200, response.content
        product.refresh_from_db()
        assert (product.tax_class.code if product.tax_class else None) == code
