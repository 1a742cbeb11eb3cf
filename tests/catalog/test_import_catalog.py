"""What an import makes of products, variants, stock and the shop window."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.actions import refresh_listings as refreshing
from catalog.management.progress import Progress
from catalog.models import (
    Accessory,
    Brand,
    CatalogRevision,
    Category,
    Product,
    ProductListing,
    SoundDevice,
    StockLevel,
    StockMovement,
    Variant,
)
from tests import factories
from tests.catalog.catalogue_files import (
    everything,
    file_of,
    first,
    further,
    imported,
    imported_bytes,
    make_shelves,
    run_import,
    sound,
)

pytestmark = pytest.mark.django_db


def test_new_products_are_made_whole_and_are_in_the_window_at_once(api: APIClient, tmp_path: Path) -> None:
    make_shelves()

    out, err, error = run_import(tmp_path, file_of(first(), further(), sound()))

    assert (err, error) == ("", "")
    assert out.splitlines() == [
        "Products: 2 created, 0 changed, 0 unchanged.",
        "Variants: 3 created, 0 changed, 0 unchanged, 0 deactivated.",
    ]
    charger = Accessory.objects.get(slug="anker-65w-charger")
    assert (charger.kind, charger.accessory_type, charger.watts, charger.length_m) == (
        "accessory",
        "charger",
        Decimal(65),
        None,
    )
    assert charger.specs == [["Ports", "2 x USB-C"], ["Power", "65 W"]]
    assert charger.in_the_box == ["Charger", "Manual"]
    assert (charger.warranty_months, charger.released_on, charger.popularity) == (18, date(2024, 3, 1), 50)
    assert [(v.sku, v.name, v.options, v.position) for v in charger.variants.all()] == [
        ("ANK-65-BLK", "Black", [["Colour", "Black"]], 0),
        ("ANK-65-WHT", "White", [["Colour", "White"]], 1),
    ]
    speaker = SoundDevice.objects.get(slug="jbl-go-4")
    assert (speaker.kind, speaker.connectivity, speaker.driver_mm, speaker.noise_cancelling) == (
        "sound_device",
        ["bluetooth", "usb"],
        Decimal("45.5"),
        False,
    )
    page = api.get("/api/products/anker-65w-charger").json()
    assert (page["price"], page["availability"], len(page["variants"])) == ("4500.00", "in_stock", 2)
    assert api.get("/api/products").json()["count"] == 2


def test_stock_comes_with_the_movements_that_explain_it() -> None:
    make_shelves()

    imported(first(stock="NBO: 12 | MSA: 0"))

    assert list(
        StockLevel.objects.order_by("location__code").values_list("location__code", "on_hand", "allocated")
    ) == [("MSA", 0, 0), ("NBO", 12, 0)]
    movement = StockMovement.objects.get()
    assert (movement.type, movement.on_hand_change, movement.allocated_change, movement.reference) == (
        "receipt",
        12,
        0,
        "catalogue import",
    )

    staff = factories.make_user()
    imported(first(stock="NBO: 7"), acting_user=staff)

    assert list(StockLevel.objects.order_by("location__code").values_list("on_hand", flat=True)) == [0, 7]
    correction = StockMovement.objects.exclude(pk=movement.pk).get()
    assert (correction.type, correction.on_hand_change, correction.acting_user_id) == ("adjustment", -5, staff.pk)


def test_empty_stock_leaves_stock_alone() -> None:
    make_shelves()
    imported(first())

    report = imported(first(stock=""))

    assert (report.products.unchanged, report.variants.unchanged) == (1, 1)
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 16


def test_same_file_again_changes_nothing_at_all() -> None:
    make_shelves()
    rows = [first(), further(), sound()]
    imported(*rows)
    before = everything()

    report = imported(*rows)

    assert (report.products, report.variants) == ((0, 0, 2), (0, 0, 3))
    assert everything() == before


def test_only_what_changed_is_refreshed() -> None:
    make_shelves()
    imported(first(), sound())
    at_first = CatalogRevision.objects.get().number

    report = imported(first(), sound(price="9000.00", compare_at_price="9500.00"))

    assert (report.changed, report.created) == (["jbl-go-4"], [])
    assert (report.products, report.variants) == ((0, 1, 1), (0, 1, 1))
    assert CatalogRevision.objects.get().number == at_first + 1
    assert dict(ProductListing.objects.values_list("slug", "revision")) == {
        "anker-65w-charger": at_first,
        "jbl-go-4": at_first + 1,
    }
    assert ProductListing.objects.get(slug="jbl-go-4").price == 9000


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("name", "Anker Prime 65 W", "name", "Anker Prime 65 W"),
        ("description", "", "description", ""),
        ("specs", "", "specs", []),
        ("in_the_box", "Charger", "in_the_box", ["Charger"]),
        ("warranty_months", "0", "warranty_months", 0),
        ("released_on", "", "released_on", None),
        ("popularity", "1000", "popularity", 1000),
        ("is_published", "FALSE", "is_published", False),
        ("accessory_type", "dock", "accessory_type", "dock"),
        ("length_m", "1.5", "length_m", Decimal("1.5")),
        ("watts", "", "watts", None),
    ],
)
def test_each_column_of_a_product_can_change(column: str, cell: str, field: str, value: object) -> None:
    make_shelves()
    imported(first())

    report = imported(first(**{column: cell}))

    assert report.products == (0, 1, 0)
    assert getattr(Accessory.objects.get(), field) == value
    assert imported(first(**{column: cell})).products == (0, 0, 1)


def test_product_can_move_to_another_brand_and_category() -> None:
    make_shelves()
    factories.make_brand("Belkin")
    factories.make_category("power")
    imported(first())

    report = imported(first(brand="Belkin", category="power"))

    product = Product.objects.get()
    assert report.products == (0, 1, 0)
    assert (product.brand.name, product.category.slug) == ("Belkin", "power")
    assert '"Belkin"' in ProductListing.objects.get().card


def test_variants_may_exchange_their_options_and_places() -> None:
    make_shelves()
    imported(first(), further())

    report = imported(
        first(sku="ANK-65-WHT", options="Colour: Black", price="4600.00", stock=""),
        further(sku="ANK-65-BLK", options="Colour: White", price="4500.00"),
    )

    assert report.variants == (0, 2, 0)
    assert list(Variant.objects.order_by("position").values_list("sku", "name", "position")) == [
        ("ANK-65-WHT", "Black", 0),
        ("ANK-65-BLK", "White", 1),
    ]


def test_variant_that_the_file_lacks_is_taken_off_the_shelf_and_can_come_back() -> None:
    make_shelves()
    imported(first(), further())

    report = imported(first())

    assert (report.products, report.variants, report.deactivated) == ((0, 1, 0), (0, 0, 1), 1)
    assert dict(Variant.objects.values_list("sku", "is_active")) == {"ANK-65-BLK": True, "ANK-65-WHT": False}
    assert imported(first()).deactivated == 0
    assert imported(first(), further()).variants == (0, 1, 1)
    assert Variant.objects.get(sku="ANK-65-WHT").is_active


def test_products_that_are_not_in_the_file_are_left_alone() -> None:
    make_shelves()
    imported(first())
    before = everything()

    imported(sound())

    after = everything()
    for table in ("catalog.Accessory", "catalog.Brand", "catalog.Category"):
        assert after[table] == before[table]
    for table in ("catalog.Product", "catalog.Variant", "catalog.StockLevel", "catalog.ProductListing"):
        assert after[table][: len(before[table])] == before[table]
        assert len(after[table]) > len(before[table])


def test_name_made_by_hand_survives_until_the_options_change() -> None:
    make_shelves()
    imported(first())
    Variant.objects.update(name="Midnight")

    assert imported(first()).variants == (0, 0, 1)
    assert Variant.objects.get().name == "Midnight"
    assert imported(first(options="Colour: Red")).variants == (0, 1, 0)
    assert Variant.objects.get().name == "Red"


def test_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    make_shelves()
    imported(first(), further())
    before = everything()

    out, err, error = run_import(
        tmp_path, file_of(first(price="1.00"), sound(brand="JBL")), "--dry-run", "--create-missing", "-v2"
    )

    assert (err, error) == ("", "")
    assert out.splitlines() == [
        "New brands: JBL",
        "created: jbl-go-4",
        "changed: anker-65w-charger",
        "Products: 1 created, 1 changed, 0 unchanged.",
        "Variants: 1 created, 1 changed, 0 unchanged, 1 deactivated.",
        "Dry run: nothing was written.",
    ]
    assert everything() == before


def test_it_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "BATCH", 1)
    make_shelves()
    factories.make_brand("JBL")

    _out, err, error = run_import(tmp_path, file_of(first(), sound(brand="JBL")))

    assert error == ""
    assert [line.partition(",")[0] for line in err.splitlines()] == ["1 of 2 products", "2 of 2 products"]
    assert run_import(tmp_path, file_of(first(price="1")), "-v0")[1] == ""


def test_interrupted_it_says_so_in_a_line_and_has_written_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "BATCH", 1)
    make_shelves()
    factories.make_brand("JBL")
    before = everything()

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "show", interrupt)
    _out, _err, error = run_import(tmp_path, file_of(first(), sound(brand="JBL")))

    assert error == "Interrupted. Nothing was written."
    assert everything() == before


def test_missing_brands_and_categories_are_made_when_that_is_asked_for() -> None:
    make_shelves()

    report = imported(
        first(brand="Bang & Olufsen", category="usb-hubs"), sound(brand="Bang & Olufsen"), create_missing=True
    )

    assert (report.brands, report.categories) == (["Bang & Olufsen"], ["usb-hubs"])
    assert Brand.objects.get(name="Bang & Olufsen").slug == "bang-olufsen"
    assert Category.objects.values_list("name", "parent_id").get(slug="usb-hubs") == ("Usb hubs", None)
    assert Product.objects.filter(brand__slug="bang-olufsen").count() == 2


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_mark_line_ends_and_empty_lines_do_not_matter(mark: bytes, end: bytes) -> None:
    make_shelves()

    report = imported_bytes(mark + file_of(first(), further()).replace(b"\n", end) + end + b"," * 27 + end)

    assert report.variants == (2, 0, 0)


def test_columns_may_stand_in_any_order() -> None:
    make_shelves()
    columns = sorted({*file_of().decode().strip().split(",")})

    assert imported_bytes(file_of(first(), columns=columns)).products == (1, 0, 0)


@pytest.mark.parametrize("text", ["=1+1", "+254", "-5 to 40 C", "@home", "'=quoted", "''", "'til later"])
def test_formulas_are_data(text: str) -> None:
    make_shelves()

    imported(first(name=text, description=text))

    product = Product.objects.get()
    unguarded = text[1:] if text == "'=quoted" else text
    assert (product.name, product.description) == (unguarded, unguarded)


def test_number_of_queries_does_not_grow_with_the_rows() -> None:
    make_shelves()

    def queries(count: int, price: str) -> int:
        rows = [
            each
            for n in range(count)
            for each in (
                first(product=f"charger-{n}", name=f"Charger {n}", sku=f"C-{n}-1", price=price),
                further(product=f"charger-{n}", sku=f"C-{n}-2", price=price),
            )
        ]
        data = file_of(*rows)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            imported_bytes(data)
        return len(captured)

    create, change, leave = queries(150, "5.00"), queries(150, "6.00"), queries(150, "6.00")

    # SQLite takes 999 values a statement, so a statement a few dozen rows.
    most = {"postgresql": 40, "sqlite": 110}[connection.vendor]
    assert max(create, change) <= most
    assert leave <= 16


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_turns() -> None:
    make_shelves()
    data = file_of(*(first(product=f"c-{n}", name=f"C {n}", sku=f"C-{n}") for n in range(40)))

    def import_all() -> tuple[int, int, int]:
        try:
            return imported_bytes(data).products
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(import_all) for _ in range(2)]

    assert sorted(run.result() for run in runs) == [(0, 0, 40), (40, 0, 0)]
    assert StockMovement.objects.count() == 80
