"""How many of a variant one customer may buy: where it is entered, kept and read."""

from __future__ import annotations

import pytest
from django.utils import timezone

from catalog.errors import InvalidCatalogueFile
from catalog.models import Variant
from catalog.stock import read_shelf
from catalog.stored import product_rows
from tests.catalog.catalogue_files import first, imported, make_shelves
from tests.factories import add_variant, make_product
from tests.staff import manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def test_the_shelf_has_it() -> None:
    product = make_product()
    add_variant(product, max_per_customer=2)

    shelf = read_shelf(product_ids=[product.pk], variant_ids=[], at=timezone.now())

    assert [item.max_per_customer for item in shelf] == [None, 2]


def test_files_have_it() -> None:
    make_shelves()
    imported(first(max_per_customer="3"))

    (row,) = product_rows()
    assert row.variants[0].max_per_customer == 3

    report = imported(first(max_per_customer=""))

    assert report.variants.changed == 1
    assert Variant.objects.get().max_per_customer is None


@pytest.mark.parametrize("cell", ["0", "1.5", "-1", "two", "100001"])
def test_a_file_with_no_limit_is_refused(cell: str) -> None:
    make_shelves()
    with pytest.raises(InvalidCatalogueFile) as refused:
        imported(first(max_per_customer=cell))

    assert [error.field for error in refused.value.errors] == ["line 2: max_per_customer"]
    assert not Variant.objects.exists()


def test_staff_set_it_and_read_it() -> None:
    variant = make_product().variants.get()
    client, path = manager(), f"/api/variants/{variant.pk}"

    response = client.patch(path, {"max_per_customer": 2}, HTTP_IF_MATCH="*")

    assert (response.status_code, response.json()["max_per_customer"]) == (200, 2)
    for wrong in (0, -1, 1.5, "2", 100_001, True):
        body = problem_in(client.patch(path, {"max_per_customer": wrong}, HTTP_IF_MATCH="*"), 400, "invalid")
        assert [error["field"] for error in body["errors"]] == ["max_per_customer"]
    variant.refresh_from_db()
    assert variant.max_per_customer == 2

    assert client.patch(path, {"max_per_customer": None}, HTTP_IF_MATCH="*").json()["max_per_customer"] is None
