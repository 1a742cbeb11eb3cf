"""The data files themselves: enough, true to their format, and well written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from statistics import mean

import pytest
from django.core.management import call_command

from catalog.actions.seed_catalog import DATA
from catalog.files import COLUMNS, ProductRow, parse_products, read_rows, write_products
from catalog.files.taxonomy import read_brands, read_categories, read_locations
from catalog.models import Brand, Product, ProductListing, Variant
from tests.catalog.catalogue_files import everything, run

FILES = sorted((DATA / "products").glob("*.csv"))
PRODUCTS: list[ProductRow] = []
for file in FILES:
    PRODUCTS += parse_products(read_rows(file.read_bytes()))[0]
CATEGORIES = {row.slug: row for row in read_categories((DATA / "categories.csv").read_bytes())}


def depth(slug: str) -> int:
    parent = CATEGORIES[slug].parent
    return 1 if parent is None else 1 + depth(parent)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_has_the_format_to_the_letter(file: Path) -> None:
    data = file.read_bytes()

    products, errors = parse_products(read_rows(data))

    assert errors == []
    assert data.decode().splitlines()[0] == ",".join(COLUMNS)
    assert "".join(write_products(products)).encode() == data


def test_there_is_enough_of_everything() -> None:
    assert len(PRODUCTS) >= 240
    assert len({product.brand for product in PRODUCTS}) >= 25
    assert {product.kind for product in PRODUCTS} == {"device", "accessory", "sound_device"}
    assert max(map(depth, CATEGORIES)) == 3
    assert {product.category for product in PRODUCTS} == {slug for slug in CATEGORIES if depth(slug) == 3}
    assert {code for product in PRODUCTS for variant in product.variants for code in variant.stock} == {"NBO", "MSA"}


def test_nothing_stands_twice_over_all_files() -> None:
    for values in (
        [product.slug for product in PRODUCTS],
        [product.name for product in PRODUCTS],
        [product.description for product in PRODUCTS],
        [variant.sku for product in PRODUCTS for variant in product.variants],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_products_name_the_brands_and_locations_that_there_are() -> None:
    brands = read_brands((DATA / "brands.csv").read_bytes())

    assert {brand.name for brand in brands} == {product.brand for product in PRODUCTS}
    assert all(40 <= len(brand.description) <= 200 and brand.description.endswith(".") for brand in brands)
    assert [row.code for row in read_locations((DATA / "locations.csv").read_bytes())] == ["NBO", "MSA"]


RULES: dict[str, Callable[[ProductRow], bool]] = {
    "description": lambda product: 200 <= len(product.description) <= 500,
    "specs": lambda product: 7 <= len({name for name, _value in product.specs}) == len(product.specs) <= 14,
    "in_the_box": lambda product: bool(product.in_the_box),
    "released_on": lambda product: product.released_on is not None and 1980 < product.released_on.year <= 2026,
    "popularity": lambda product: product.popularity <= 1000,
    "is_published": lambda product: product.is_published,
    "stock": lambda product: all(variant.stock for variant in product.variants),
    "options": lambda product: len({tuple(name for name, _ in each.options) for each in product.variants}) == 1,
}


@pytest.mark.parametrize("rule", RULES)
def test_every_product_keeps_the_rule(rule: str) -> None:
    assert [product.slug for product in PRODUCTS if not RULES[rule](product)] == []


def test_stock_prices_and_conditions_are_mixed() -> None:
    variants = [variant for product in PRODUCTS for variant in product.variants]
    units = [sum(variant.stock.values()) for variant in variants]

    assert 0.04 < mean(total == 0 for total in units) < 0.15
    assert 0.06 < mean(1 <= total <= 5 for total in units) < 0.25
    assert 0.08 < mean(any(v.compare_at_price for v in product.variants) for product in PRODUCTS) < 0.30
    assert {variant.condition for variant in variants} == {"new", "open_box", "refurbished", "used"}


@pytest.mark.django_db
def test_seed_loads_them_all_and_exports_them_again(tmp_path: Path) -> None:
    call_command("seed_catalog", no_pictures=True, stdout=StringIO())

    assert Product.objects.count() == len(PRODUCTS) == ProductListing.objects.filter(is_listed=True).count()
    assert Variant.objects.count() == sum(len(product.variants) for product in PRODUCTS)
    assert Brand.objects.filter(products=None).count() == 0
    newest = ProductListing.objects.order_by("-newest_key", "-product_id")[:24]
    assert len({listing.kind for listing in newest}) == 3
    assert len({listing.brand_id for listing in newest}) >= 8
    before = everything()
    path = tmp_path / "all.csv"

    run("export_catalog", str(path))
    out, err, error = run("import_catalog", str(path))

    assert (err, error) == ("", "")
    assert out.startswith(f"Products: 0 created, 0 changed, {len(PRODUCTS)} unchanged.\n")
    assert everything() == before
