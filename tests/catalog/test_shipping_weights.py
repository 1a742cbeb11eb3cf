"""What a unit weighs as it is sent: where it is entered, kept and read."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from catalog.errors import InvalidCatalogueFile
from catalog.models import Product, Variant
from catalog.stock import read_shelf
from catalog.stored import product_rows
from tests.catalog.catalogue_files import first, imported, make_shelves
from tests.factories import add_variant, make_product
from tests.staff import manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def weights(product: Product) -> list[int]:
    """What the shelf says that the product's variants weigh."""
    return [item.shipping_grams for item in read_shelf(product_ids=[product.pk], variant_ids=[], at=timezone.now())]


@pytest.mark.parametrize(
    ("own", "specs", "grams"),
    [
        (None, {}, 750),
        (None, {"weight": 1290}, 1290),
        (None, {"weight": 6.2}, 7),
        (350, {"weight": 1290}, 350),
        (None, {"weight": "heavy"}, 750),
        (None, {"weight": [1, 2]}, 750),
        (None, {"weight": 0}, 750),
        (None, {"weight": 10**12}, 750),
    ],
)
def test_what_staff_entered_comes_before_the_specification_and_that_before_what_is_usual(
    settings: Any, own: int | None, specs: dict[str, Any], grams: int
) -> None:
    settings.DEFAULT_SHIPPING_GRAMS = 750
    product = make_product(typed_specs=specs)
    Variant.objects.filter(product=product).update(shipping_grams=own)

    assert weights(product) == [grams]


def test_variants_of_one_product_weigh_what_each_weighs() -> None:
    product = make_product(typed_specs={"weight": 1000})
    add_variant(product, shipping_grams=1200)

    assert weights(product) == [1000, 1200]


def test_files_have_it() -> None:
    make_shelves()
    imported(first(shipping_grams="420"))

    (row,) = product_rows()
    assert row.variants[0].shipping_grams == 420

    report = imported(first(shipping_grams=""))

    assert report.variants.changed == 1
    assert Variant.objects.get().shipping_grams is None


@pytest.mark.parametrize("cell", ["0", "1.5", "-1", "heavy", "1000001"])
def test_a_file_with_no_weight_is_refused(cell: str) -> None:
    make_shelves()
    with pytest.raises(InvalidCatalogueFile) as refused:
        imported(first(shipping_grams=cell))

    assert [error.field for error in refused.value.errors] == ["line 2: shipping_grams"]
    assert not Variant.objects.exists()


def test_staff_set_it_and_read_it() -> None:
    variant = make_product().variants.get()
    client, path = manager(), f"/api/variants/{variant.pk}"

    response = client.patch(path, {"shipping_grams": 420}, HTTP_IF_MATCH="*")

    assert (response.status_code, response.json()["shipping_grams"]) == (200, 420)
    for wrong in (0, -1, 1.5, "420", 1_000_001, True):
        body = problem_in(client.patch(path, {"shipping_grams": wrong}, HTTP_IF_MATCH="*"), 400, "invalid")
        assert [error["field"] for error in body["errors"]] == ["shipping_grams"]
    variant.refresh_from_db()
    assert variant.shipping_grams == 420

    assert client.patch(path, {"shipping_grams": None}, HTTP_IF_MATCH="*").json()["shipping_grams"] is None
