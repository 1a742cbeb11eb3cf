"""Photos of reviews: re-encoded without what they tell, moderated with the review, and bounded."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django_q.models import OrmQ
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product, Review, ReviewPhoto
from catalog.tasks import delete_files
from electroports import uploads
from tests.catalog.reviewing import address, everything, moderate, reviewed
from tests.concurrency import at_once, tally
from tests.factories import make_product, make_user
from tests.staff import client_of, manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def author() -> User:
    return make_user(first_name="Wanjiku")


@pytest.fixture
def client(author: User) -> APIClient:
    return client_of(author)


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 900)) -> bytes:
    """A picture that says where it was taken."""
    target = BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (1.0, 17.0, 0.0)}
    exif[0x010F] = "Secret Camera"
    Image.new("RGB", size, (200, 30, 30)).save(target, kind, exif=exif)
    return target.getvalue()


def send(client: APIClient, review: Review, data: bytes, content_type: str = "image/jpeg") -> Any:
    return client.generic("POST", f"/api/reviews/{review.pk}/photos", data, content_type=content_type)


def files() -> list[str]:
    return sorted(
        name
        for folder in ("display", "thumbnail")
        if default_storage.exists(f"reviews/{folder}")
        for name in default_storage.listdir(f"reviews/{folder}")[1]
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_without_what_it_tells(client: APIClient, author: User, kind: str) -> None:
    review = reviewed(make_product(), author=author, is_published=False)

    response = send(client, review, picture(kind), f"image/{kind.lower()}")

    assert response.status_code == 201, response.content
    photo = ReviewPhoto.objects.get()
    for name, edge in (("display", 1200), ("thumbnail", 320)):
        with default_storage.open(str(getattr(photo, name))) as stream:
            data = stream.read()
        kept = Image.open(BytesIO(data))
        assert (kept.format, max(kept.size)) == ("WEBP", edge)
        assert not kept.getexif()
        assert b"Secret" not in data
    assert response.json()["url"] == photo.display.url


def test_a_new_photo_sends_the_review_back_to_moderation(client: APIClient, author: User, api: APIClient) -> None:
    product = make_product()
    review = reviewed(product, 5, author=author)

    assert send(client, review, picture()).status_code == 201

    assert api.get(address(product)).json()["summary"]["count"] == 0
    assert client.get(f"/api/reviews/{review.pk}").json()["status"] == "pending"
    moderate(manager(), review.pk, {"status": "published"})
    assert len(api.get(address(product)).json()["results"][0]["photos"]) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_an_image"),
        (b"hello", "not_an_image"),
        (b"GIF89a" + b"\x00" * 50, "unsupported_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
        (picture()[:400], "truncated"),
    ],
)
def test_what_is_no_picture_is_refused(client: APIClient, author: User, data: bytes, code: str) -> None:
    review = reviewed(make_product(), author=author)
    before = everything()

    body = problem_in(send(client, review, data), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("photo", code)]
    assert everything() == before
    assert files() == []


def test_a_bomb_is_refused_before_it_is_decoded(client: APIClient, author: User) -> None:
    review = reviewed(make_product(), author=author)

    body = problem_in(send(client, review, picture("PNG", (12_001, 10)), "image/png"), 400, "invalid")

    assert body["errors"][0]["code"] == "too_many_pixels"


def test_bodies_of_another_kind_or_size(client: APIClient, author: User, monkeypatch: pytest.MonkeyPatch) -> None:
    review = reviewed(make_product(), author=author)
    before = everything()

    for content_type in ("application/json", "image/gif", "multipart/form-data; boundary=x", "text/plain"):
        body = problem_in(send(client, review, picture(), content_type), 415, "unsupported_media_type")
        sent = content_type.partition(";")[0]
        assert body["detail"] == f"The body is {sent}; this call takes image/jpeg or image/png or image/webp."
    monkeypatch.setattr(uploads, "PICTURE_MAX_BYTES", 100)
    problem_in(send(client, review, picture()), 413, "too_large")

    assert everything() == before


def test_whose_photos_they_are(client: APIClient, author: User, api: APIClient) -> None:
    review = reviewed(make_product(), author=author)
    photo = send(client, review, picture()).json()
    before = everything()

    for stranger in (client_of(make_user()), manager()):
        problem_in(send(stranger, review, picture()), 404, "not_found")
        problem_in(stranger.delete(f"/api/review-photos/{photo['id']}"), 404, "not_found")
    problem_in(send(api, review, picture()), 401, "not_authenticated")
    problem_in(api.delete(f"/api/review-photos/{photo['id']}"), 401, "not_authenticated")

    assert everything() == before


def run_delete_jobs() -> None:
    for queued in list(OrmQ.objects.all()):
        if queued.task["func"] == "catalog.tasks.delete_files":
            delete_files(*queued.task["args"])
        queued.delete()


def test_photos_go_with_their_files(client: APIClient, author: User) -> None:
    product: Product = make_product()
    review = reviewed(product, author=author)
    first, _second = (send(client, review, picture()).json() for _ in range(2))
    assert len(files()) == 4

    assert client.delete(f"/api/review-photos/{first['id']}").status_code == 204
    run_delete_jobs()
    assert len(files()) == 2
    assert client.delete(f"/api/reviews/{review.pk}").status_code == 204
    run_delete_jobs()

    assert files() == []


@pytest.mark.django_db(transaction=True)
def test_at_once_there_are_no_more_than_five(author: User, client: APIClient) -> None:
    review = reviewed(make_product(), author=author)

    answers = at_once(*[partial(send, client, review, picture(size=(60, 40)))] * 8)

    assert tally([answer.status_code for answer in answers]) == {201: 5, 409: 3}
    assert ReviewPhoto.objects.count() == 5
    assert len(files()) == 10


def test_a_photo_that_is_sent_again_is_added_once(client: APIClient, author: User) -> None:
    review = reviewed(make_product(), author=author)
    address, headers = f"/api/reviews/{review.pk}/photos", {"Idempotency-Key": "photo-1"}
    add = partial(client.generic, "POST", address, content_type="image/jpeg", headers=headers)

    first, again = add(data=picture()), add(data=picture())

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")
    assert "no-store" in again["Cache-Control"]
    kept = everything()
    problem_in(add(data=picture(size=(60, 40))), 422, "idempotency_key_reused")
    assert everything() == kept
    assert (ReviewPhoto.objects.count(), len(files())) == (1, 2)


def test_the_key_of_a_photo_that_was_refused_is_free_again(client: APIClient, author: User) -> None:
    review = reviewed(make_product(), author=author)
    address, headers = f"/api/reviews/{review.pk}/photos", {"Idempotency-Key": "photo-1"}
    add = partial(client.generic, "POST", address, content_type="image/jpeg", headers=headers)
    photos = [send(client, review, picture(size=(60, 40))).json() for _ in range(5)]

    problem_in(add(data=picture()), 409, "too_many_photos")
    assert len(files()) == 10
    client.delete(f"/api/review-photos/{photos[0]['id']}")

    assert add(data=picture()).status_code == 201
