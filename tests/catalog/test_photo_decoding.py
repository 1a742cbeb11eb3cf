"""Customers' photos are decoded at about the size that is shown, one at a time, and only so large."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps

from catalog.actions.add_photo import photo_renditions
from catalog.pictures import MAX_MEGAPIXELS, PictureRefused, decode_photo, photos, uploads
from electroports.errors import InvalidInput

REVIEWS = (Path(__file__).parents[2] / "docs" / "reviews.md").read_text()
COLOURS = ((250, 0, 0), (0, 200, 0), (0, 0, 250), (240, 240, 0))


def quarters(size: tuple[int, int] = (960, 480)) -> Image.Image:
    """A picture that looks another way however it is turned."""
    width, height = size
    picture = Image.new("RGB", size)
    for number, colour in enumerate(COLOURS):
        picture.paste(colour, (number % 2 * width // 2, number // 2 * height // 2, width, height))
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def jpeg_of(width: int, height: int, **options: Any) -> bytes:
    """A JPEG that says it is so large, and holds little."""
    data = saved(Image.new("RGB", (16, 16)), "JPEG", **options)
    return re.sub(
        rb"(\xff[\xc0\xc2]\x00\x11\x08)....", lambda m: m[1] + struct.pack(">HH", height, width), data, count=1
    )


def png_of(width: int, height: int) -> bytes:
    data = saved(Image.new("RGB", (16, 16)), "PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


LARGE: dict[str, Callable[[int, int], bytes]] = {
    "JPEG": jpeg_of,
    "progressive JPEG": partial(jpeg_of, progressive=True),
    "PNG": png_of,
    "WEBP": lambda width, height: saved(Image.new("RGB", (width, height)), "WEBP", method=0),
}


@pytest.mark.parametrize("kind", MAX_MEGAPIXELS)
def test_a_larger_picture_than_phones_make_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "load_upload", lambda _picture: pytest.fail("decoded"))
    data = LARGE[kind](4_001, MAX_MEGAPIXELS[kind] * 250)

    with pytest.raises(InvalidInput) as refusal:
        photo_renditions(data)

    assert [(error.field, error.code) for error in refusal.value.errors] == [("photo", "too_many_pixels")]
    assert f"at most {MAX_MEGAPIXELS[kind]} megapixels" in refusal.value.errors[0].message
    assert f"{MAX_MEGAPIXELS[kind]} megapixels" in REVIEWS


def test_a_jpeg_as_large_as_phones_make_is_no_reason_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    load = photos.load_upload
    monkeypatch.setattr(photos, "load_upload", lambda picture: (asked.append(picture.size), load(picture)))

    shown = decode_photo(jpeg_of(8_160, 6_120), edge=1_200)  # 49.9 megapixels

    assert shown.size == (1_200, 900)
    assert asked == [(4_080, 3_060)]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_large_jpeg_is_decoded_small_and_shown_upright(
    orientation: int, progressive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[tuple[int, int]] = []
    load = photos.load_upload
    monkeypatch.setattr(photos, "load_upload", lambda picture: (load(picture), decoded.append(picture.size)))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Secret Camera"
    data = saved(quarters(), "JPEG", exif=exif, quality=95, progressive=progressive)

    shown = decode_photo(data, edge=60)

    assert decoded == [(120, 60)]
    expected = ImageOps.exif_transpose(Image.open(BytesIO(data))).resize(shown.size, Image.Resampling.LANCZOS)
    assert shown.size == ((60, 30) if orientation < 5 else (30, 60))
    inside = [(x, y) for x in (0.25, 0.75) for y in (0.25, 0.75)]
    for x, y in inside:
        place = (round(shown.width * x), round(shown.height * y))
        got, meant = shown.getpixel(place), expected.getpixel(place)
        assert isinstance(got, tuple) and isinstance(meant, tuple)  # noqa: PT018  # RGB both
        assert all(abs(one - other) <= 8 for one, other in zip(got, meant, strict=True))
    assert not shown.getexif()
    assert shown.info == {}


def test_a_photograph_with_a_second_picture_is_decoded_small() -> None:
    target = BytesIO()
    quarters().save(target, "MPO", save_all=True, append_images=[Image.new("RGB", (960, 480))], quality=95)

    shown = decode_photo(target.getvalue(), edge=60)

    assert shown.size == (60, 30)
    assert shown.getpixel((15, 7)) == pytest.approx(COLOURS[0], abs=8)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "LA", "L", "1"])
def test_what_cannot_be_decoded_small_is_reduced_strip_by_strip(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[int] = []
    on_white = photos.on_white
    monkeypatch.setattr(photos, "on_white", lambda strip: copied.append(strip.height) or on_white(strip))
    sent = quarters((900, 1_801))
    if mode == "RGBA":
        sent.putalpha(Image.linear_gradient("L").resize(sent.size))
    data = saved(sent.convert(mode), "PNG")

    shown = decode_photo(data, edge=150)

    assert (max(copied), sum(copied)) == (6 * photos.STRIP_ROWS, 1_801)
    expected = uploads.fit_inside(uploads.decode_upload(data), edge=150)
    assert shown.size == expected.size == (75, 150)
    apart = ImageChops.difference(shown, expected).convert("L")
    assert sum(apart.tobytes()) / (75 * 150) < 3


def test_one_picture_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most, guard = 0, 0, Lock()
    data = saved(quarters(), "JPEG")

    def load(picture: Image.Image) -> None:
        nonlocal now, most
        with guard:
            now, most = now + 1, max(most, now + 1)
        sleep(0.02)
        picture.load()
        with guard:
            now -= 1

    monkeypatch.setattr(photos, "load_upload", load)
    monkeypatch.setattr(uploads, "load_upload", load)

    calls: list[Callable[[], Any]] = [partial(decode_photo, data, edge=60), partial(uploads.decode_upload, data)] * 3

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(lambda call: call(), calls))

    assert most == 1


def test_a_jpeg_that_is_drawn_over_and_over_is_refused() -> None:
    data = saved(quarters((64, 64)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    often = data[:last] + data[last:-2] * photos.MAX_SCANS + data[-2:]

    with pytest.raises(PictureRefused) as refusal:
        decode_photo(often, edge=60)

    assert refusal.value.code == "too_many_scans"
    assert decode_photo(data + data[last:-2] * photos.MAX_SCANS, edge=60).size == (
        60,
        60,
    )  # after its end: no part of it


@pytest.mark.parametrize("marker", [b"\xff\x01", b"\xff\x02\x00\x02"])
def test_a_jpeg_of_markers_without_end_is_refused(marker: bytes) -> None:
    data = saved(quarters((64, 64)), "JPEG")
    endless = data[:-2] + marker * (photos.MAX_MARKERS + 1) + data[-2:]

    with pytest.raises(PictureRefused) as refusal:
        decode_photo(endless, edge=60)

    assert refusal.value.code == "too_many_scans"
