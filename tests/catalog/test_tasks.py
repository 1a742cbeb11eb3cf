"""Renditions of uploaded pictures."""

from __future__ import annotations

import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalog import tasks
from catalog.models import CatalogRevision, ProductImage, ProductListing
from catalog.tasks import make_renditions
from tests import factories
from tests.catalog.catalogue_files import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    target = BytesIO()
    Image.new(mode, (width, height), "crimson").save(target, "PNG")
    return target.getvalue()


def uploaded(data: bytes, name: str = "mine.png") -> ProductImage:
    stored = default_storage.save(f"products/original/{name}", ContentFile(data))
    return ProductImage.objects.create(
        product=factories.make_product(), original=stored, alt="Front", width=1, height=1
    )


def size(name: str) -> tuple[str | None, tuple[int, int]]:
    with Image.open(BytesIO(default_storage.open(name).read())) as image:
        return image.format, image.size


def test_both_renditions_are_made_and_the_listing_shows_them() -> None:
    image = uploaded(png(1600, 900))

    make_renditions(image.pk)

    image = ProductImage.objects.get()
    assert size(image.display.name) == ("WEBP", (1200, 675))
    assert size(image.thumbnail.name) == ("WEBP", (320, 180))
    card = ProductListing.objects.get().card
    assert image.display.url in card
    assert image.thumbnail.url in card


def test_small_picture_is_not_enlarged() -> None:
    image = uploaded(png(200, 100))

    make_renditions(image.pk)

    assert size(ProductImage.objects.get().display.name) == ("WEBP", (200, 100))


def test_second_run_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(png(400, 400))
    make_renditions(image.pk)
    before = everything()
    monkeypatch.setattr(tasks, "decode_upload", lambda _data: pytest.fail("decoded again"))

    make_renditions(image.pk)

    assert everything() == before


def test_lost_rendition_is_made_again() -> None:
    image = uploaded(png(400, 400))
    make_renditions(image.pk)
    thumbnail = ProductImage.objects.get().thumbnail.name
    default_storage.delete(thumbnail)

    make_renditions(image.pk)

    assert ProductImage.objects.get().thumbnail.name == thumbnail
    assert default_storage.exists(thumbnail)


def test_replaced_original_gets_new_renditions() -> None:
    image = uploaded(png(400, 400))
    make_renditions(image.pk)
    first = ProductImage.objects.get().display.name
    other = default_storage.save("products/original/other.png", ContentFile(png(500, 300)))
    ProductImage.objects.update(original=other)

    make_renditions(image.pk)

    second = ProductImage.objects.get().display.name
    assert second != first
    assert size(second) == ("WEBP", (500, 300))


def test_picture_that_is_replaced_meanwhile_is_left_to_its_own_job(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(png(400, 400))
    decode = tasks.decode_upload

    def replace(data: bytes) -> Image.Image:
        ProductImage.objects.update(original="products/original/newer.png")
        return decode(data)

    monkeypatch.setattr(tasks, "decode_upload", replace)
    revision = CatalogRevision.objects.get().number

    make_renditions(image.pk)

    assert (ProductImage.objects.get().display.name, CatalogRevision.objects.get().number) == ("", revision)


def test_missing_row_is_no_error() -> None:
    make_renditions(2**40)

    assert ProductImage.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no picture", "not_an_image"),
        (png(300, 300)[:60], "truncated"),
        (png(7000, 6000, "1"), "too_many_pixels"),
    ],
)
def test_what_is_no_picture_is_logged_and_left(data: bytes, code: str, caplog: pytest.LogCaptureFixture) -> None:
    image = uploaded(data)
    before = everything()

    with caplog.at_level(logging.WARNING, "catalog.tasks"):
        make_renditions(image.pk)

    assert [record.facts["code"] for record in caplog.records] == [code]  # type: ignore[attr-defined]
    assert everything() == before


def test_lost_original_is_logged_and_left(caplog: pytest.LogCaptureFixture) -> None:
    image = uploaded(png(10, 10))
    default_storage.delete(image.original.name)
    before = everything()

    with caplog.at_level(logging.WARNING, "catalog.tasks"):
        make_renditions(image.pk)

    assert [record.getMessage() for record in caplog.records] == ["picture lost"]
    assert everything() == before


def test_long_name_fits_its_column() -> None:
    image = uploaded(png(40, 40), name=f"{'n' * 70}.png")

    make_renditions(image.pk)

    assert len(ProductImage.objects.get().thumbnail.name) <= 100
