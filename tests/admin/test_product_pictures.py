"""Pictures of products in the back office: kept, rendered, replaced and refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_q.models import OrmQ
from PIL import ExifTags, Image

from catalog.admin import fields
from catalog.models import Product, ProductImage
from catalog.pictures import decode_upload
from catalog.tasks import make_renditions
from tests import factories
from tests.admin.pages import errors_on, save, shown
from tests.admin.rows import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


def png(width: int = 40, height: int = 30) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, height), (15, 118, 110)).save(stream, "PNG")
    return stream.getvalue()


def test_new_picture_is_kept_and_its_renditions_ordered(office: Client, product: Product) -> None:
    upload = SimpleUploadedFile("charger.png", png(), "image/png")

    response = save(
        office,
        product,
        **{"images-TOTAL_FORMS": "1", "images-0-original": upload, "images-0-position": "0", "images-0-alt": "It"},
    )

    assert response.status_code == 302, errors_on(response)
    image = ProductImage.objects.get()
    assert (image.width, image.height) == (40, 30)
    job = OrmQ.objects.get()
    assert (job.func(), job.args()) == ("catalog.tasks.make_renditions", (image.pk,))
    make_renditions(image.pk)
    assert shown(product)["images"][0]["thumbnail"].endswith(".webp")


def photograph(kind: str) -> bytes:
    """A file of a phone lying on its side: its upper half red, its place in the EXIF, and something hidden behind."""
    image = Image.new("RGB", (64, 48), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 32, 48))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "Wanjiku Kamau"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "S", 2: (1.0, 17.0, 11.4), 3: "E", 4: (36.0, 49.0, 2.1)})
    stream = BytesIO()
    image.save(stream, kind, exif=exif)
    return stream.getvalue() + b"hidden behind it"


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [("p.jpg", "JPEG", "JPEG"), ("p.JPEG", "JPEG", "JPEG"), ("p.png", "PNG", "PNG"), ("p.webp", "WEBP", "WEBP"),
     ("p.png", "JPEG", "PNG")],
)  # fmt: skip
def test_of_a_photograph_only_the_pixels_are_kept(
    office: Client, product: Product, name: str, sent: str, kept: str
) -> None:
    data = photograph(sent)
    with Image.open(BytesIO(data)) as original:
        assert dict(original.getexif().get_ifd(ExifTags.IFD.GPSInfo))[2] == (1.0, 17.0, 11.4)
    upload = SimpleUploadedFile(name, data, "image/jpeg")

    response = save(
        office,
        product,
        **{"images-TOTAL_FORMS": "1", "images-0-original": upload, "images-0-position": "0", "images-0-alt": "It"},
    )

    assert response.status_code == 302, errors_on(response)
    image = ProductImage.objects.get()
    stored = default_storage.open(str(image.original)).read()
    assert b"Wanjiku" not in stored
    assert b"hidden" not in stored
    with Image.open(BytesIO(stored)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == (kept, (48, 64), {})
        assert not {"exif", "comment", "icc_profile", "xmp"} & picture.info.keys()
        red, blue = picture.convert("RGB").getpixel((24, 8)), picture.convert("RGB").getpixel((24, 56))
    assert (red[0] > 200, red[2] < 50, blue[0] < 50, blue[2] > 200) == (True, True, True, True)
    assert (image.width, image.height) == (48, 64)


def test_an_upload_is_decoded_once(office: Client, product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[bytes] = []
    monkeypatch.setattr(fields, "decode_upload", lambda data: decoded.append(data) or decode_upload(data))
    upload = SimpleUploadedFile("charger.png", png(), "image/png")

    save(
        office,
        product,
        **{"images-TOTAL_FORMS": "1", "images-0-original": upload, "images-0-position": "0", "images-0-alt": "It"},
    )

    assert decoded == [png()]


def test_replaced_picture_loses_its_old_renditions(office: Client, product: Product) -> None:
    image = make_picture(product)
    upload = SimpleUploadedFile("new.png", png(50, 50), "image/png")

    response = save(office, product, **{"images-0-original": upload})

    assert response.status_code == 302, errors_on(response)
    image.refresh_from_db()
    assert image.thumbnail == ""
    assert image.width == 50
    jobs = {job.func(): job.args() for job in OrmQ.objects.all()}
    assert jobs["catalog.tasks.make_renditions"] == (image.pk,)
    assert len(jobs) == 2  # the files before go by another


def test_caption_alone_orders_no_renditions(office: Client, product: Product) -> None:
    make_picture(product)

    response = save(office, product, **{"images-0-alt": "From above"})

    assert response.status_code == 302
    assert ProductImage.objects.get().alt == "From above"
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("charger.png", b"<script>alert(1)</script>", "The file is not a picture."),
        ("charger.png", png()[:60], "cut short or damaged"),
        ("charger.html", png(), "File extension “html” is not allowed."),
        ("charger.png", b"GIF89a" + b"\x00" * 40, "Only JPEG, PNG and WebP"),
        ("charger.png", b"", "The submitted file is empty."),
        ("charger", png(), "File extension “” is not allowed."),
    ],
)
def test_what_is_no_picture_is_refused(
    office: Client, product: Product, name: str, data: bytes, complaint: str
) -> None:
    upload = SimpleUploadedFile(name, data, "image/png")

    response = save(
        office,
        product,
        **{"images-TOTAL_FORMS": "1", "images-0-original": upload, "images-0-position": "0", "images-0-alt": "It"},
    )

    assert complaint in errors_on(response)
    assert not ProductImage.objects.exists()
    assert not OrmQ.objects.exists()


def test_picture_belongs_to_a_variant_of_its_own_product(office: Client, product: Product) -> None:
    make_picture(product)
    stranger = factories.make_product().variants.get()

    response = save(office, product, **{"images-0-variant": stranger.pk})

    assert "Select a valid choice" in errors_on(response)
    assert ProductImage.objects.get().variant is None
