"""Filling the shop from data files: idempotent, restorable, and going on where it was interrupted."""

from __future__ import annotations

import io
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from catalog import drawing
from catalog.actions import draw_pictures as drawing_action
from catalog.actions import seed_catalog as action
from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.import_catalog import import_catalog
from catalog.actions.seed_catalog import seed_catalog
from catalog.drawing import PictureOrder, draw_all
from catalog.errors import InvalidCatalogueFile
from catalog.management.commands import seed_catalog as command
from catalog.models import (
    Brand,
    CatalogRevision,
    Category,
    Product,
    ProductImage,
    ProductListing,
    StockLevel,
    StockLocation,
    StockMovement,
    Variant,
)
from tests import factories
from tests.catalog.catalogue_files import Screen, everything, file_of, first, further, run, sound

pytestmark = pytest.mark.django_db
SPEC_FIELDS = """\
code,name,group,categories,type,unit,decimals,minimum,maximum,choices,is_multiple,is_filterable,better,trait
weight,Weight,Build,,number,g,1,1,,,false,true,lower,
usb_c_ports,USB-C ports,Ports,charging,number,,0,,,,false,true,higher,
"""


@pytest.fixture
def data(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder of data files, which the command seeds from."""
    folder = tmp_path / "data"
    (folder / "products").mkdir(parents=True)
    (folder / "brands.csv").write_text("slug,name,description\nanker,Anker,Chargers.\njbl,JBL,Speakers.\n")
    (folder / "categories.csv").write_text(
        "slug,parent,name,position\naccessories,,Accessories,1\ncharging,accessories,Charging,1\n"
        "chargers,charging,Chargers,1\n"
    )
    (folder / "locations.csv").write_text("code,name,county,priority\nNBO,Nairobi,Nairobi,1\nMSA,Mombasa,Mombasa,2\n")
    (folder / "connectors.csv").write_text(
        "code,name,family,shape,pin_count,is_wireless,source,description\nrca,RCA,audio,gendered,2,false,IEC,A plug.\n"
    )
    (folder / "connector_pins.csv").write_text(
        "connector,pin,signal,description\nrca,Centre,Signal,\nrca,Shell,Ground,\n"
    )
    (folder / "spec_fields.csv").write_text(SPEC_FIELDS)
    (folder / "synonyms.csv").write_text("term,means,both_ways\nchaja,charger | power adapter,false\nya,,false\n")
    (folder / "products" / "chargers.csv").write_bytes(file_of(first(), further()))
    (folder / "products" / "sound.csv").write_bytes(file_of(sound(brand="JBL")))
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(command, "seed_catalog", partial(seed_catalog, folder=folder))
    return folder


def seed(*arguments: str) -> tuple[str, str, str]:
    return run("seed_catalog", *arguments)


def test_seed_makes_products_with_stock_and_pictures(data: Path, api: APIClient) -> None:
    out, _err, error = seed()

    assert error == ""
    assert out.splitlines() == ["Products: 2 created, 0 changed.", "Pictures: 2 drawn."]
    assert Category.objects.get(slug="chargers").parent.parent.slug == "accessories"
    assert list(StockLocation.objects.values_list("code", "priority")) == [("NBO", 1), ("MSA", 2)]
    card = api.get("/api/products?kind=accessory").json()["results"][0]
    assert card["image"]["alt"] == "Anker 65 W charger"
    picture = ProductImage.objects.get(product__slug="anker-65w-charger")
    assert card["image"]["url"] == picture.display.url
    assert card["image"]["thumbnail"] == picture.thumbnail.url
    for file, edge in ((picture.original, 640), (picture.display, 640), (picture.thumbnail, 320)):
        with Image.open(BytesIO(default_storage.open(file.name).read())) as image:
            assert (image.format, image.size) == ("WEBP", (edge, edge))
    assert (picture.width, picture.height) == (640, 640)


def test_quiet_seed_prints_nothing(data: Path) -> None:
    assert seed("-v0") == ("", "", "")


def test_seed_again_changes_nothing(data: Path) -> None:
    seed()
    before = everything()

    out, err, error = seed()

    assert (err, error) == ("", "")
    assert out == "The shop has the products of the data files already; --reset restores them.\n"
    assert everything() == before


def test_seed_leaves_what_staff_changed_even_when_the_files_grow(data: Path) -> None:
    (data / "products" / "sound.csv").write_bytes(file_of(sound(brand="JBL", stock="")))
    seed("--no-pictures")
    Variant.objects.filter(sku="ANK-65-BLK").update(price=1)
    Brand.objects.filter(slug="anker").update(name="Anker Innovations")
    Product.objects.get(slug="jbl-go-4").delete()
    assert "already" in seed("--no-pictures")[0]
    assert not Product.objects.filter(slug="jbl-go-4").exists()
    (data / "products" / "more.csv").write_bytes(
        file_of(first(product="anker-2", name="Anker 2", sku="ANK-2", brand="JBL"))
    )

    out, _err, error = seed("--no-pictures")

    assert (out, error) == ("Products: 2 created, 0 changed.\n", "")
    assert Variant.objects.get(sku="ANK-65-BLK").price == 1
    assert Brand.objects.get(slug="anker").name == "Anker Innovations"


def test_reset_restores_the_seeded_products_and_keeps_the_others(data: Path) -> None:
    seed("--no-pictures")
    others = factories.make_product(slug="staff-product", name="Staff product")
    Variant.objects.filter(sku="ANK-65-BLK").update(price=1, is_active=False)
    Brand.objects.filter(slug="anker").update(name="Ankr")
    Category.objects.filter(slug="chargers").update(name="?", parent=None)
    StockLevel.objects.filter(variant__sku="ANK-65-BLK", location__code="NBO").update(allocated=12)
    StockLevel.objects.filter(variant__sku="ANK-65-BLK", location__code="MSA").update(on_hand=7, allocated=6)
    extra = factories.add_variant(Product.objects.get(slug="jbl-go-4"), sku="JBL-EXTRA", stock=None)

    out, _err, error = seed("--reset", "--no-input", "--force", "--no-pictures")

    assert (out, error) == ("Products: 0 created, 2 changed.\n", "")
    restored = Variant.objects.get(sku="ANK-65-BLK")
    assert (restored.price, restored.is_active) == (4500, True)
    assert Brand.objects.get(slug="anker").name == "Anker"
    assert Category.objects.get(slug="chargers").parent.slug == "charging"
    # Of Mombasa's 4 units 6 are spoken for: those stay.
    assert dict(restored.stock_levels.values_list("location__code", "on_hand")) == {"NBO": 12, "MSA": 6}
    extra.refresh_from_db()
    assert not extra.is_active
    assert Product.objects.filter(pk=others.pk).exists()
    assert '"Anker"' in ProductListing.objects.get(slug="anker-65w-charger").card


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody at a terminal, who says yes to everything, is asked."""
    questions: list[str] = []
    monkeypatch.setattr("sys.stdin", Screen(is_terminal=True))
    monkeypatch.setattr("builtins.input", lambda question: questions.append(question) or "yes")
    return questions


@pytest.mark.parametrize(
    ("arguments", "answer", "refusal"),
    [
        (["--reset"], "yes", "Outside DEBUG it needs --force."),
        (["--reset", "--no-input"], "yes", "Outside DEBUG it needs --force."),
        (["--reset", "--force"], "no", "Nothing was changed."),
        (["--reset", "--force"], "", "Nothing was changed."),
        (["--scale", "5"], "no", "Nothing was changed."),
        (["--scale", "5"], "", "Nothing was changed."),
        (["--reset", "--force", "--scale", "5"], "y", "Nothing was changed."),
    ],
)
def test_a_real_shop_is_not_changed_by_accident(
    data: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], arguments: list[str], answer: str, refusal: str
) -> None:
    seed("--no-pictures")
    Variant.objects.filter(sku="ANK-65-BLK").update(price=1)
    before = everything()
    monkeypatch.setattr("builtins.input", lambda _question: answer)

    _out, _err, error = seed("--no-pictures", *arguments)

    assert error.endswith(refusal)
    assert everything() == before


@pytest.mark.parametrize("arguments", [["--reset", "--force"], ["--scale", "5"]])
def test_where_nobody_can_be_asked_nothing_is_changed(
    data: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    seed("--no-pictures")
    Variant.objects.filter(sku="ANK-65-BLK").update(price=1)
    before = everything()
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))

    _out, _err, error = seed("--no-pictures", *arguments)

    assert error.startswith("There is nobody to ask")
    assert everything() == before


def test_reset_asks_and_takes_yes(data: Path, asked: list[str]) -> None:
    seed("--no-pictures")
    Variant.objects.filter(sku="ANK-65-BLK").update(price=1)

    assert seed("--reset", "--force", "--no-pictures")[0] == "Products: 0 created, 1 changed.\n"
    assert asked == ["This overwrites what staff changed of the seeded products. Type yes to go on: "]


def test_scale_asks_and_takes_yes(data: Path, asked: list[str]) -> None:
    out, _err, error = seed("--no-pictures", "--scale", "5")

    assert (out.splitlines()[-1], error) == ("Synthetic products: 5 added, 5 in all.", "")
    assert asked == ["This puts 5 synthetic products into the shop window. Type yes to go on: "]


@pytest.mark.parametrize(("debug", "arguments"), [(True, []), (False, ["--no-input"])])
def test_scale_does_not_ask_a_developer_or_who_waived_it(
    data: Path, asked: list[str], settings: Any, debug: bool, arguments: list[str]
) -> None:
    settings.DEBUG = debug

    out, _err, error = seed("--no-pictures", "--scale", "5", *arguments)

    assert (out.splitlines()[-1], error) == ("Synthetic products: 5 added, 5 in all.", "")
    assert asked == []


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("products/sound.csv", file_of(sound(brand="JBL", price="free")).decode(), "line 2: price"),
        ("brands.csv", "slug,name,description\nanker,Anker,Chargers.\nanker,Anker 2,x\n", "slug: anker"),
        ("brands.csv", "slug,name,description\nanker,,Chargers.\n", "line 2: name is empty."),
        ("brands.csv", "slug,name\nanker,Anker\n", "line 1: description is missing."),
        ("categories.csv", "slug,parent,name,position\na,b,A,1\nb,,B,1\n", "parent of a"),
        ("locations.csv", "code,name,county,priority\nNBO,Nairobi,,first\n", "line 2: priority"),
        ("connector_pins.csv", "connector,pin,signal,description\nrca,Centre,Signal,\n", "rca says that it has 2 pins"),
    ],
)
def test_broken_data_file_is_named_and_nothing_is_written(data: Path, file: str, content: str, reason: str) -> None:
    (data / file).write_text(content)
    before = everything()

    out, err, error = seed("--no-pictures")

    assert out == ""
    assert reason in err + error
    assert everything() == before


def test_error_of_a_product_file_carries_its_name(data: Path) -> None:
    (data / "products" / "sound.csv").write_bytes(file_of(sound(brand="Nobody")))

    with pytest.raises(InvalidCatalogueFile, match=r"^sound\.csv cannot be taken; "):
        seed_catalog(reset=False, at=timezone.now(), folder=data)


def test_interrupted_drawing_goes_on_where_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_action, "BATCH", 1)
    real = command.Progress.show

    def interrupt(_progress: object, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.Progress, "show", interrupt)
    _out, _err, error = seed()
    assert error.startswith("Interrupted.")
    kept = ProductImage.objects.get()
    monkeypatch.setattr(command.Progress, "show", real)

    out, _err, error = seed()

    assert error == ""
    assert out.splitlines()[-1] == "Pictures: 1 drawn."
    assert ProductImage.objects.count() == 2
    assert ProductImage.objects.filter(pk=kept.pk).exists()


def test_lost_picture_is_drawn_again_under_the_same_name(data: Path) -> None:
    seed()
    lost = ProductImage.objects.get(product__slug="jbl-go-4")
    Path(lost.thumbnail.path).unlink()

    out, _err, _error = seed()

    assert out.splitlines()[-1] == "Pictures: 1 drawn."
    again = ProductImage.objects.get(product__slug="jbl-go-4")
    assert again.thumbnail.name == lost.thumbnail.name
    assert Path(again.thumbnail.path).exists()


def test_product_with_an_uploaded_picture_gets_no_drawn_one(data: Path) -> None:
    seed("--no-pictures")
    product = Product.objects.get(slug="jbl-go-4")
    ProductImage.objects.create(product=product, original="products/original/mine.jpg", width=10, height=10)

    out, _err, _error = seed()

    assert out.splitlines()[-1] == "Pictures: 1 drawn."
    assert product.images.get().original.name == "products/original/mine.jpg"


def test_several_processes_draw_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [
        PictureOrder(f"p-{n}", f"Product {n}", "Anker", category, "Black")
        for n, category in enumerate(["wall-chargers", "iphones", "ultrabooks"])
    ]
    alone = list(draw_all(orders, processes=1))
    monkeypatch.setattr(drawing, "WORTH_A_PROCESS", 1)

    together = list(draw_all(orders, processes=2))

    assert together == alone
    assert len({picture.display for picture in alone}) == 3


def test_seeding_raises_the_revision_and_remembers_the_files(data: Path) -> None:
    seed("--no-pictures")

    revision = CatalogRevision.objects.get()
    assert revision.number > 0
    assert len(revision.seeded_from) == 64


def test_after_the_first_seed_there_is_nothing_to_refresh(data: Path) -> None:
    seed()
    before = everything()

    assert run("refresh_listings") == ("The listings are up to date.\n", "", "")
    assert everything() == before


def test_listings_from_before_the_seed_are_still_to_be_refreshed(data: Path) -> None:
    factories.make_product()

    seed("--no-pictures")

    assert CatalogRevision.objects.get().listed_by == ""
    assert run("refresh_listings")[0] == "3 products refreshed.\n"


@pytest.mark.django_db(transaction=True)
def test_orders_and_staff_wait_for_one_file_at_most(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed("--no-pictures")
    Brand.objects.update(name=Concat("name", Value("?")))  # so that a reset has to refresh listings first
    Variant.objects.update(price=1)
    level, *rest = StockLevel.objects.filter(variant__sku="JBL-GO4-BLK").order_by("location__priority")
    StockLevel.objects.filter(pk__in=[row.pk for row in rest]).update(on_hand=0)
    others: list[Thread] = []

    def sell_nearly_all() -> None:
        try:
            change = 1 - level.on_hand if len(others) % 2 else level.on_hand - 1
            adjust_stock(level=level, change=change, reason="counted", acting_user=None, at=timezone.now())
        finally:
            connection.close()

    def load(**options: Any) -> Any:
        others.append(Thread(target=sell_nearly_all, daemon=True))
        others[-1].start()
        others[-1].join(3)  # a word changes: levels, products and the revision are all wanted
        assert not others[-1].is_alive()
        return import_catalog(**options)

    monkeypatch.setattr(action, "import_catalog", load)
    out, _err, error = seed("--reset", "--no-input", "--force", "--no-pictures")

    assert (out, error, len(others)) == ("Products: 0 created, 2 changed.\n", "", 2)
    assert StockMovement.objects.filter(reference="counted").count() == 2


def test_what_a_later_file_refuses_leaves_the_files_before_it(data: Path) -> None:
    (data / "products" / "sound.csv").write_bytes(file_of(sound(brand="Nobody")))
    refusal = "".join(seed("--no-pictures"))
    assert "Nobody" in refusal
    assert "sound.csv cannot be taken; nothing of it was written, and what was before it stays." in refusal
    assert list(Product.objects.values_list("slug", flat=True)) == ["anker-65w-charger"]
    (data / "products" / "sound.csv").write_bytes(file_of(sound(brand="JBL")))

    out, _err, error = seed("--no-pictures")

    assert (out, error) == ("Products: 1 created, 0 changed.\n", "")
