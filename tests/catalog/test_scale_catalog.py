"""Synthetic products: as good as real ones to the shop, made in batches that stand by themselves."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from catalog import bulk
from catalog.actions.scale_catalog import scale_catalog
from catalog.errors import NothingToModel
from catalog.management.progress import Progress
from catalog.models import (
    Accessory,
    CatalogRevision,
    Product,
    ProductListing,
    SoundDevice,
    StockLevel,
    StockMovement,
    Variant,
)
from tests import factories
from tests.catalog.catalogue_files import Screen, everything, first, further, imported, make_shelves, sound
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db

AWKWARD = 'A "quoted" \\back\\slash, 100 % {curly}\ttab'
ONE_LINE = AWKWARD.replace("\t", " ")


@pytest.fixture
def models() -> None:
    """Real products of each kind, for synthetic ones to be modelled on."""
    make_shelves()
    for brand in ("Samsung", "HP"):
        factories.make_brand(brand)
    for category in ("phones", "speakers"):
        factories.make_category(category)
    imported(
        first(specs=f"Power: {ONE_LINE}", description=AWKWARD),
        further(),
        sound(category="speakers"),
        *(
            first(
                product=f"phone-{n}",
                name=f"Phone {n}",
                kind="device",
                accessory_type="",
                watts="",
                sku=f"P-{n}",
                options=f"Colour: {ONE_LINE}",
                category="phones",
                brand="Samsung" if n % 3 else "HP",
            )
            for n in range(6)
        ),
    )


def scale(count: int, batch: int = 50, **options: Any) -> list[int]:
    """Add products; return what the progress was told."""
    told: list[int] = []
    scale_catalog(count=count, at=timezone.now(), progress=told.append, batch=batch, **options)
    return told


def synthetic() -> list[Product]:
    return list(Product.objects.filter(slug__startswith="synthetic-").order_by("pk"))


def assert_stock_adds_up() -> None:
    for level in StockLevel.objects.annotate(moved=Sum("movements__on_hand_change", default=0)):
        assert (level.on_hand, level.allocated) == (level.moved, 0)


def test_products_come_in_batches_with_a_revision_each(models: None) -> None:
    before = CatalogRevision.objects.get().number

    assert scale(120) == [50, 100, 120]

    products = synthetic()
    assert len(products) == 120
    assert len({product.name for product in products}) == len({product.slug for product in products}) == 120
    assert CatalogRevision.objects.get().number == before + 3
    revisions = Counter(ProductListing.objects.filter(slug__startswith="synthetic-").values_list("revision", flat=True))
    assert revisions == {before + 1: 50, before + 2: 50, before + 3: 20}
    assert_stock_adds_up()


def test_listings_are_what_a_refresh_would_make_of_them(models: None) -> None:
    scale(200)
    columns = [field.attname for field in ProductListing._meta.fields if field.name != "revision"]
    before = list(ProductListing.objects.order_by("pk").values_list(*columns))

    refresh_now(Product.objects.values_list("pk", flat=True))

    assert list(ProductListing.objects.order_by("pk").values_list(*columns)) == before
    assert len(before) == 208


def test_products_are_like_their_models(models: None) -> None:
    scale(400, batch=400)

    products = synthetic()
    kinds = Counter(product.kind for product in products)
    assert set(kinds) == {"device", "accessory", "sound_device"}
    assert kinds["device"] > kinds["sound_device"]  # of phones there are six models, of these one
    assert (
        Accessory.objects.filter(slug__startswith="synthetic-", accessory_type="charger").count()
        == (kinds["accessory"])
    )
    speakers = SoundDevice.objects.filter(slug__startswith="synthetic-")
    assert {(row.form_factor, tuple(row.connectivity), row.battery_hours, row.microphone) for row in speakers} == {
        ("portable_speaker", ("bluetooth", "usb"), 7, False)
    }
    phones = [product for product in products if product.kind == "device"]
    assert {product.specs[0][0] for product in phones} == {"Ports"}
    counts = Counter(product.variants.count() for product in products)
    assert set(counts) == {1, 2, 3}
    assert counts[1] > counts[2] > counts[3]
    assert len({variant.price for variant in Variant.objects.all()}) > 20
    popularity = sorted(product.popularity for product in products)
    assert popularity[200] < 10 < popularity[-1]
    levels = StockLevel.objects.filter(variant__sku__startswith="SYN-")
    assert levels.filter(on_hand=0).exists()
    assert levels.filter(on_hand__range=(1, 5)).exists()
    assert levels.filter(on_hand__gt=5).count() > levels.count() / 2


def test_rows_that_are_written_later_get_keys_of_their_own(models: None) -> None:
    scale(60)

    later = factories.make_product()

    assert later.pk > synthetic()[-1].pk
    assert later.variants.get().pk > Variant.objects.filter(sku__startswith="SYN-").latest("pk").pk
    imported(first(product="after", name="After", sku="AFTER"))


def test_second_run_adds_more(models: None) -> None:
    scale(30)
    before = everything()

    scale(30)

    assert len(synthetic()) == 60
    after = everything()
    assert after["catalog.Product"][: len(before["catalog.Product"])] == before["catalog.Product"]


def test_interrupted_run_leaves_whole_batches_and_can_be_repeated(models: None) -> None:
    def interrupt(done: int) -> None:
        if done == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scale_catalog(count=500, at=timezone.now(), progress=interrupt, batch=50)

    assert len(synthetic()) == 100 == ProductListing.objects.filter(slug__startswith="synthetic-").count()
    assert_stock_adds_up()
    scale(20)
    assert len(synthetic()) == 120


def test_batch_that_fails_leaves_nothing_of_itself(models: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scale(50)
    before = everything()
    monkeypatch.setattr("catalog.actions.scale_catalog.next_revision", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        scale(50)

    assert everything() == before


def test_shop_without_products_has_nothing_to_model_on() -> None:
    make_shelves()

    with pytest.raises(NothingToModel):
        scale(10)

    assert Product.objects.count() == 0


def test_keys_are_reserved_once() -> None:
    blocks = [bulk.reserve_ids(Product, count) for count in (3, 0, 5, 1)]

    keys = [key for block in blocks for key in block]
    assert [len(block) for block in blocks] == [3, 0, 5, 1]
    assert all(earlier < later for earlier, later in pairwise(keys))
    assert factories.make_product().pk == keys[-1] + 1


def test_block_is_taken_anew_when_another_session_took_a_key_out_of_it() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite a block is reserved by one UPDATE.")
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE catalog_product_id_seq INCREMENT BY 2")
        cursor.execute("SELECT nextval('catalog_product_id_seq')")
    calls: list[str] = []

    def heal(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        calls.append(sql)
        found = execute(sql, params, many, context)
        if len(calls) == 1:
            context["cursor"].connection.cursor().execute("ALTER SEQUENCE catalog_product_id_seq INCREMENT BY 1")
        return found

    with connection.execute_wrapper(heal):
        block = bulk.reserve_ids(Product, 4)

    assert (len(calls), len(block), block[-1] - block[0]) == (2, 4, 3)


def test_movements_of_synthetic_stock_are_receipts(models: None) -> None:
    scale(40)

    movements = StockMovement.objects.filter(level__variant__sku__startswith="SYN-")
    assert set(movements.values_list("type", "reference", "allocated_change")) == {("receipt", "synthetic stock", 0)}
    assert not movements.filter(on_hand_change__lte=0).exists()


@pytest.mark.parametrize("number", ["0", "-5", "many"])
def test_scale_takes_a_number_of_products(number: str) -> None:
    with pytest.raises(CommandError):
        call_command("seed_catalog", "--scale", number, stdout=StringIO())


def test_progress_is_a_line_in_a_log_and_a_bar_on_a_terminal() -> None:
    log, terminal = Screen(is_terminal=False), Screen(is_terminal=True)
    for screen in (log, terminal):
        progress = Progress(screen, "products")
        progress.show(50, 200)
        progress.show(200, 200)

    assert [line.split(",")[0] for line in log.getvalue().splitlines()] == [
        "50 of 200 products",
        "200 of 200 products",
    ]
    assert terminal.getvalue().count("\r") == 2
    assert terminal.getvalue().count("\n") == 1
    assert "█" * 30 in terminal.getvalue()
