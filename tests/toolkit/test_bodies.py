"""What may be sent as a body: strict JSON objects, bounded in size and depth. The rest is 4xx and writes nothing."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from catalog.models import ProductImage, Review
from orders.models import Cart, CartLine, Order
from tests.catalog.events import make_event
from tests.contract.document import operations
from tests.factories import make_product
from tests.staff import manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
OPEN = "/api/test/open"
ACCEPTED = [
    (operation.method, operation.path)
    for operation in operations()
    if "application/json" in operation.schema.get("requestBody", {}).get("content", {})
]
LISTS = ["/api/products/bulk", "/api/variants/prices"]  # of rows, each with its own fields
ANY = {"HTTP_IF_MATCH": "*"}  # which changes of the catalogue need, and others disregard


def post(client: APIClient, body: bytes, path: str = OPEN, content_type: str = "application/json", **extra: Any) -> Any:
    return client.generic("POST", path, body, content_type=content_type, **extra)


def chunked(client: APIClient, body: bytes, path: str = OPEN) -> Any:
    """Send a body in chunks: the server hands over a stream that ends, and no Content-Length."""
    extra = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return post(client, b"", path, **extra, CONTENT_LENGTH="", CONTENT_TYPE="application/json")


@pytest.fixture(scope="module")
def signed_in(opened: None) -> APIClient:
    """The client of somebody who may do everything."""
    return manager()


@pytest.fixture(scope="module")
def placed(signed_in: APIClient) -> Order:
    """An order of the signed-in member of staff, of a product with the same number as everything else."""
    variant = make_product(slug="charger").variants.get()
    response = signed_in.post("/api/orders/create", {"items": [{"variant": variant.pk, "quantity": 1}]})
    assert response.status_code == 201, response.content
    order: Order = Order.objects.get()
    said = {"rating": 5, "title": "Solid", "text": "Good.", "status": "published", "created_at": order.created_at}
    Review.objects.create(pk=order.pk, product=variant.product, author=order.user, **said)
    make_event(slug="charger", products=[variant.product], percent=10)
    ProductImage.objects.create(product=variant.product, alt="It")
    cart = Cart.objects.create(user=order.user, created_at=order.created_at, updated_at=order.created_at)
    line = {"variant": variant, "quantity": 1, "added_price": variant.price, "added_at": order.created_at}
    CartLine.objects.create(pk=order.pk, cart=cart, **line)
    return order


def address(path: str, placed: Order) -> str:
    """The path about what is there."""
    line = placed.lines.get()
    if path.startswith("/api/images"):
        return path.format(id=ProductImage.objects.get().pk)
    return path.format(id=line.variant_id if path.startswith("/api/variants") else placed.pk, id_or_slug="charger")


def rows() -> dict[str, int]:
    """How many rows every table has."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def test_there_are_operations_with_bodies() -> None:
    assert ("post", "/api/orders/create") in ACCEPTED
    assert ("patch", "/api/users/me") in ACCEPTED


BROKEN = {
    "malformed": b'{"items": [}',
    "unfinished": b'{"items": [',
    "two values": b"{} {}",
    "single quotes": b"{'items': 1}",
    "trailing comma": b'{"items": [1,]}',
    "NaN": b'{"quantity": NaN}',
    "Infinity": b'{"quantity": -Infinity}',
    "a huge exponent": b'{"quantity": 1e999999}',
    "5,000 digits": b'{"quantity": ' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"note": "\\ud800"}',
    "a lone low surrogate": b'{"note": "a\\udfffb"}',
    "a surrogate in a key": b'{"\\udc00": 1}',
    "U+0000": b'{"note": "a\\u0000b"}',
    "U+0000 in a key": b'{"a\\u0000": 1}',
    "a nested U+0000": b'{"items": [{"a": ["\\u0000"]}]}',
    "a raw control character": b'{"note": "\x00"}',
    "no UTF-8": b'{"note": "\xff"}',
    "an encoded surrogate": b'{"note": "\xed\xa0\x80"}',
    "UTF-16": '{"note": "é"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"note": "é"}'.encode("utf-16-le"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a key twice": b'{"quantity": 1, "quantity": 2}',
    "a nested key twice": b'{"items": [{"a": 1, "a": 1}]}',
    "blanks": b"   ",
    "21 levels": b"[" * 21 + b"]" * 21,
    "1,000 levels": b"[" * 1_000 + b"]" * 1_000,
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 openings": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_json(more_views: None, api: APIClient, body: bytes) -> None:
    problem_in(post(api, body), 400, "parse_error")


EVERYWHERE = ["malformed", "a lone surrogate", "U+0000", "no UTF-8", "a key twice", "1,000 levels"]
NO_OBJECTS = [b"[]", b"[{}]", b'"text"', b"1", b"1.5", b"true", b"null"]


@pytest.mark.parametrize(("method", "path"), ACCEPTED)
def test_what_is_no_json_object_is_refused_everywhere(
    placed: Order, signed_in: APIClient, method: str, path: str
) -> None:
    before = rows()

    for code, bodies in (("parse_error", [BROKEN[name] for name in EVERYWHERE]), ("invalid", NO_OBJECTS)):
        for body in bodies:
            url = address(path, placed)
            response = signed_in.generic(method.upper(), url, body, content_type="application/json", **ANY)
            problem_in(response, 400, code)

    assert rows() == before


@pytest.mark.parametrize(("method", "path"), [row for row in ACCEPTED if row[1] not in LISTS])
def test_an_unknown_field_is_named(placed: Order, signed_in: APIClient, method: str, path: str) -> None:
    before = rows()

    url = address(path, placed)
    response = getattr(signed_in, method)(url, {"is_superuser": True}, **ANY)

    assert response.status_code == 400
    body = problem_in(response, 400, response.json()["code"])
    assert ("is_superuser", "unknown_field") in {(error["field"], error["code"]) for error in body["errors"]}
    assert rows() == before


NO_JSON = [
    "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "json",
    "application/merge-patch+json", "application/jsonx", "application/json\x00", "\xff", "text/json",
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ACCEPTED)
def test_what_does_not_say_that_it_is_json(placed: Order, signed_in: APIClient, method: str, path: str) -> None:
    before = rows()

    for content_type in NO_JSON:
        url = address(path, placed)
        response = signed_in.generic(method.upper(), url, b'{"a": 1}', content_type=content_type, **ANY)
        problem_in(response, 415, "unsupported_media_type")

    assert rows() == before


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_what_is_compressed(more_views: None, api: APIClient, encoding: str) -> None:
    problem_in(post(api, b"{}", HTTP_CONTENT_ENCODING=encoding), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x=y"]
)
def test_what_says_that_it_is_json(more_views: None, api: APIClient, content_type: str) -> None:
    response = post(api, '{"note": "é 😀 \\u00e9"}'.encode(), content_type=content_type)

    assert (response.status_code, response.json()) == (200, {"received": {"note": "é 😀 é"}})


def test_numbers_and_twenty_levels_arrive(more_views: None, api: APIClient) -> None:
    deep: Any = 1.5
    for _ in range(19):
        deep = [deep]

    response = api.post(OPEN, {"a": deep, "b": 2**63, "c": -(2**31), "d": {"e": {}}})

    assert response.json()["received"] == {"a": deep, "b": 2**63, "c": -(2**31), "d": {"e": {}}}


def test_an_empty_body_is_an_empty_object(more_views: None, api: APIClient) -> None:
    assert post(api, b"").json() == {"received": {}}
    body = problem_in(post(api, b"", "/api/users/login"), 400, "invalid")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        ("username", "required"),
        ("password", "required"),
    }


def test_a_body_as_long_as_may_be(more_views: None, api: APIClient) -> None:
    body = b'{"a": "' + b"x" * (LIMIT - 9) + b'"}'

    assert len(body) == LIMIT
    assert post(api, body).status_code == 200
    assert chunked(api, body).status_code == 200


@pytest.mark.parametrize("size", [LIMIT + 1, 3 * LIMIT])
def test_a_body_that_is_too_long(more_views: None, api: APIClient, size: int) -> None:
    body = b'{"a": "' + b"x" * (size - 9) + b'"}'

    problem_in(post(api, body), 413, "too_large")
    problem_in(chunked(api, body), 413, "too_large")


def test_a_body_that_is_longer_than_its_length_says(more_views: None, api: APIClient) -> None:
    body = b'{"a": "' + b"x" * (2 * LIMIT) + b'"}'

    problem_in(post(api, body, CONTENT_LENGTH="12"), 400, "parse_error")


def test_a_body_that_is_shorter_than_its_length_says(more_views: None, api: APIClient) -> None:
    stream = {"wsgi.input": BytesIO(b'{"a": 1'), "CONTENT_LENGTH": str(10 * LIMIT)}

    problem_in(post(api, b"", **stream), 400, "parse_error")


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "٣", "99999999999999999999999"])
def test_a_length_that_is_no_length(more_views: None, api: APIClient, length: str) -> None:
    stream = {"wsgi.input": BytesIO(b'{"a": "' + b"x" * LIMIT + b'"}'), "CONTENT_LENGTH": length}

    assert post(api, b"", **stream).status_code in (200, 400, 413)


def test_a_body_in_chunks_arrives(more_views: None, api: APIClient) -> None:
    assert chunked(api, b'{"a": 1}').json() == {"received": {"a": 1}}
    problem_in(chunked(api, b'{"a": '), 400, "parse_error")


def test_a_body_in_chunks_is_left_alone_where_its_end_is_not_known(more_views: None, api: APIClient) -> None:
    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("this would hang")

    response = post(api, b"", **{"wsgi.input": Endless(), "CONTENT_LENGTH": ""}, CONTENT_TYPE="application/json")

    assert response.json() == {"received": {}}
