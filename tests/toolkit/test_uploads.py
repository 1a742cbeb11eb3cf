"""How much a request may send to a page, by who sends it."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from PIL import Image

from catalog.models import ProductImage
from electroports import uploads
from tests import factories
from tests.admin.pages import save

pytestmark = pytest.mark.django_db
FILE = b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
SIGN_IN = "/admin/login/"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests whose files were read."""
    paths: list[str] = []
    parse = HttpRequest.parse_file_upload

    def record(request: HttpRequest, *args: Any) -> Any:
        paths.append(request.path)
        return parse(request, *args)

    monkeypatch.setattr(HttpRequest, "parse_file_upload", record)
    return paths


def upload(data: bytes = FILE, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def noise(side: int) -> bytes:
    """A picture that does not compress."""
    data = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize("is_customer", [False, True], ids=["nobody", "customer"])
@pytest.mark.parametrize("path", [SIGN_IN, "/admin/", "/"])
def test_only_staff_send_files(client: Client, parsed: list[str], path: str, is_customer: bool) -> None:
    if is_customer:
        client.force_login(factories.make_user())

    response = client.post(path, {"username": "boss", "password": "wrong", "file": upload()})

    assert response.status_code == 413
    assert response.json()["code"] == "too_large"
    assert parsed == []


def test_a_large_body_is_refused_before_forgery_is_looked_for(parsed: list[str]) -> None:
    response = Client(enforce_csrf_checks=True).post(SIGN_IN, {"file": upload()})

    assert response.status_code == 413
    assert parsed == []


def test_a_form_of_fields_is_read(client: Client, parsed: list[str]) -> None:
    response = client.post(SIGN_IN, {"username": "boss", "password": "wrong", "file": upload(b"x")})

    assert response.status_code == 200
    assert parsed == [SIGN_IN]


def test_a_length_that_is_none_counts_for_nothing(client: Client) -> None:
    assert client.post(SIGN_IN, {"username": "boss"}, CONTENT_LENGTH="x").status_code == 200


@pytest.mark.parametrize(("limit", "status", "pictures"), [(uploads.STAFF_MAX_BYTES, 302, 1), (2_000_000, 413, 0)])
def test_staff_send_pictures_up_to_a_bound(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, limit: int, status: int, pictures: int
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr(uploads, "STAFF_MAX_BYTES", limit)
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    picture = {
        "images-TOTAL_FORMS": "1",
        "images-0-original": upload(noise(900)),
        "images-0-position": "0",
        "images-0-alt": "It",
    }

    response = save(client, factories.make_product(), **picture)

    assert response.status_code == status
    assert ProductImage.objects.count() == pictures
