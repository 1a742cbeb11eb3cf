"""Pictures that staff add, change, order and delete over the API."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ
from PIL import Image
from rest_framework.test import APIClient

from catalog import tasks
from catalog.models import Product, ProductImage
from catalog.pictures import MAX_BYTES
from tests import factories
from tests.staff import if_match, manager, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

IMAGES = "/api/products/nano/images"


@pytest.fixture
def product() -> Product:
    made: Product = factories.make_product(slug="nano", name="Nano")
    return made


def picture(format_: str = "PNG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, (15, 118, 110)).save(stream, format_, **more)
    return stream.getvalue()


def send(data: bytes, *, client: APIClient | None = None, name: str = "a.png", key: str = "", **fields: Any) -> Any:
    body = {"file": SimpleUploadedFile(name, data, "image/png"), "alt": "Front", **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return (client or manager()).post(IMAGES, body, format="multipart", headers=headers)


def added(**fields: Any) -> dict[str, Any]:
    response = send(picture(), **fields)
    assert response.status_code == 201, response.content
    return dict(response.json())


def kept() -> set[str]:
    """The names of all files of pictures."""
    found = set()
    for folder in ("original", "display", "thumbnail"):
        if default_storage.exists(f"products/{folder}"):
            found |= {f"products/{folder}/{name}" for name in default_storage.listdir(f"products/{folder}")[1]}
    return found


def run_jobs() -> None:
    """Do what is waiting to be done."""
    for job in OrmQ.objects.order_by("pk"):
        getattr(tasks, job.func().rpartition(".")[2])(*job.args())
        job.delete()


def test_a_picture_is_on_the_page_at_once_and_rendered_soon(product: Product) -> None:
    response = send(picture("JPEG", (1600, 1200)), client=staff("catalog.add_productimage"), name="x.svg")

    assert response.status_code == 201
    document = response.json()
    assert (document["alt"], document["position"], document["width"], document["is_rendered"]) == (
        "Front", 0, 1600, False,
    )  # fmt: skip
    assert document["url"].endswith(".jpg")
    page = APIClient().get("/api/products/nano").json()
    assert page["image"]["alt"] == "Front"
    run_jobs()
    page = APIClient().get("/api/products/nano").json()
    assert page["image"]["thumbnail"].endswith(".webp")
    with Image.open(default_storage.open(str(ProductImage.objects.get().display))) as rendition:
        assert rendition.format == "WEBP"


def exif() -> bytes:
    data = Image.Exif()
    data[0x010E] = "Taken by Wanjiku"
    data[0x0112] = 6  # lies on its side
    return data.tobytes()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_only_the_pixels_are_kept(product: Product, format_: str) -> None:
    polyglot = picture(format_, (60, 40), exif=exif()) + b"<script>alert(1)</script>PK\x03\x04 a zip begins here"

    assert send(polyglot).status_code == 201

    image = ProductImage.objects.get()
    data = default_storage.open(str(image.original)).read()
    for trace in (b"Wanjiku", b"script", b"PK\x03\x04", b"Exif"):
        assert trace not in data
    assert (image.width, image.height) == (40, 60)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes whose header is true: unpacked it has that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width // 8 + 1)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def moving(format_: str) -> bytes:
    stream = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    frames[0].save(stream, format_, save_all=True, append_images=frames[1:], duration=100)
    return stream.getvalue()


REFUSED = {
    "a decompression bomb": (lambda: bomb(30_000, 30_000), "too_many_pixels"),
    "a long edge": (lambda: bomb(12_001, 8), "too_many_pixels"),
    "an SVG": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>',
        "unsupported_format",
    ),
    "an SVG with a prologue": (lambda: b'<?xml version="1.0"?><svg/>', "unsupported_format"),
    "a GIF": (lambda: picture("GIF"), "unsupported_format"),
    "a TIFF": (lambda: picture("TIFF"), "unsupported_format"),
    "a page": (lambda: b"<html><img src=x onerror=alert(1)></html>", "not_an_image"),
    "an archive": (lambda: b"PK\x03\x04" + b"x" * 100, "not_an_image"),
    "cut short": (lambda: picture("JPEG", (600, 400))[:700], "truncated"),
    "a moving WebP": (lambda: moving("WEBP"), "animated"),
    "a moving PNG": (lambda: moving("PNG"), "animated"),
    "too many bytes": (lambda: picture() + b"x" * MAX_BYTES, "too_large"),
}


@pytest.mark.parametrize(("make", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_for_the_shop(product: Product, make: Any, code: str) -> None:
    files, before = kept(), stored()

    body = problem_in(send(make()), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("file", code)]
    assert (kept(), stored()) == (files, before)
    assert not OrmQ.objects.exists()


def test_a_form_that_is_longer_than_any_picture(product: Product) -> None:
    problem_in(send(os.urandom(17 * 1024 * 1024)), 413, "too_large")


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"alt": ""}, "alt", "blank"),
        ({"alt": "x" * 201}, "alt", "max_length"),
        ({"alt": "a\x00b"}, "alt", "invalid"),
        ({"variant": 10**9}, "variant", "does_not_exist"),
        ({"position": -1}, "position", "min_value"),
        ({"url": "x"}, "url", "unknown_field"),
        ({"file": ""}, "file", "invalid"),
    ],
)
def test_a_form_that_is_wrong(product: Product, fields: Any, field: str, code: str) -> None:
    files, before = kept(), stored()

    body = problem_in(send(picture(), **fields), 400, "unknown_field" if code == "unknown_field" else "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert (kept(), stored()) == (files, before)


def test_words_are_needed(product: Product) -> None:
    response = manager().post(IMAGES, {"file": SimpleUploadedFile("a.png", picture())}, format="multipart")

    assert [error["field"] for error in problem_in(response, 400, "invalid")["errors"]] == ["alt"]


def test_the_same_key_adds_once(product: Product) -> None:
    client = manager()

    first, again = send(picture(), client=client, key="k"), send(picture(), client=client, key="k")

    assert (first.content, first["ETag"]) == (again.content, again["ETag"])
    assert ProductImage.objects.count() == 1
    problem_in(send(picture("JPEG"), client=client, key="k"), 422, "idempotency_key_reused")


def test_a_picture_is_changed(product: Product) -> None:
    document = added()
    path, variant = f"/api/images/{document['id']}", product.variants.get().pk
    client = staff("catalog.change_productimage")
    tag = client.get(path)

    changed = client.patch(path, {"alt": "Back", "variant": variant}, headers=if_match(tag))

    assert changed.json() == {**document, "alt": "Back", "variant": variant}
    page = APIClient().get("/api/products/nano").json()
    assert [row["alt"] for row in page["variants"][0]["images"]] == ["Back"]
    before = stored()
    problem_in(client.patch(path, {"alt": "Side"}, headers=if_match(tag)), 412, "precondition_failed")
    foreign = factories.make_product(slug="other")
    before = stored()
    for changes, code in (
        ({"alt": " "}, "invalid"),
        ({"variant": foreign.variants.get().pk}, "invalid"),
        ({"file": "x"}, "unknown_field"),
    ):
        problem_in(client.patch(path, changes, headers=if_match("*")), 400, code)
    assert stored() == before


def test_pictures_are_put_in_order(product: Product) -> None:
    ids = [added(alt=f"Picture {number}")["id"] for number in range(3)]
    client = staff("catalog.change_productimage", "catalog.view_product")
    tag = client.get("/api/staff/products/nano")

    response = client.put(f"{IMAGES}/order", {"images": ids[::-1]}, headers=if_match(tag))

    assert [row["id"] for row in response.json()["images"]] == ids[::-1]
    assert APIClient().get("/api/products/nano").json()["image"]["alt"] == "Picture 2"
    before = stored()
    problem_in(client.put(f"{IMAGES}/order", {"images": ids}, headers=if_match(tag)), 412, "precondition_failed")
    for wrong in (ids[:2], [*ids, ids[0]], [*ids[:2], 10**9], []):
        body = problem_in(client.put(f"{IMAGES}/order", {"images": wrong}, headers=if_match("*")), 400, "invalid")
        assert {error["field"] for error in body["errors"]} == {"images"}
    assert stored() == before


def test_a_deleted_pictures_files_go_with_it(product: Product) -> None:
    stays = kept()
    document = added()
    run_jobs()
    assert len(kept() - stays) == 3

    response = staff("catalog.delete_productimage").delete(f"/api/images/{document['id']}", headers=if_match("*"))

    assert response.status_code == 204
    assert len(kept() - stays) == 3  # until the job has run, which is there exactly if the deletion was committed
    run_jobs()
    assert kept() == stays
    assert APIClient().get("/api/products/nano").json()["images"] == []


def test_a_deleted_products_files_go_with_it() -> None:
    stays = kept()
    factories.make_product(slug="nano", stock=None)
    added()
    run_jobs()

    assert manager().delete("/api/products/nano", headers=if_match("*")).status_code == 204
    run_jobs()

    assert kept() == stays


def test_a_file_that_another_picture_shows_stays(product: Product) -> None:
    added()
    image = ProductImage.objects.get()
    ProductImage.objects.bulk_create([ProductImage(product=product, original=str(image.original), alt="Twin")])

    manager().delete(f"/api/images/{image.pk}", headers=if_match("*"))
    run_jobs()

    assert default_storage.exists(str(image.original))
