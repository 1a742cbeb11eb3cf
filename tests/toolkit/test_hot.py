"""Finished responses: given again while they hold, and never to the wrong caller."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from catalog.models import Variant
from electroports import hot
from electroports.hot import Finished, ResponseStore, etag_matches, keep_while
from tests.factories import make_product, refresh_now
from tests.toolkit.problem import problem_in

KEY = 100  # more characters than a key of these tests has
HELD = ["/api/products", "/api/accessories", "/api/sound-devices", "/api/brands", "/api/categories", "/api/schema"]


def entry(body: bytes = b"{}", *, version: int = 1, etag: str = '"a"') -> Finished:
    return Finished(body, {}, etag, lambda: 1, version)


def key(name: str) -> Any:
    return ("testserver", name, "", "", "http")


@pytest.mark.django_db
@pytest.mark.parametrize("path", HELD)
def test_public_reads_have_a_strong_etag_and_are_to_be_asked_for_again(api: APIClient, path: str) -> None:
    make_product()

    first, second = api.get(path), api.get(path)

    assert first["ETag"].startswith('"')
    assert first["Cache-Control"] == "public, no-cache"
    assert first["Content-Type"] == "application/json"
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]


@pytest.mark.django_db
def test_a_hit_runs_nothing_but_the_question_whether_it_holds(api: APIClient, django_assert_num_queries: Any) -> None:
    make_product()
    api.get("/api/products")

    with django_assert_num_queries(1):  # the revision: this process is deaf in tests
        assert api.get("/api/products").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '{}, "x"', '"x" , W/{} , "y"', "*", " * "])
def test_a_matching_tag_is_304_without_a_body(api: APIClient, method: str, form: str) -> None:
    make_product()
    whole = api.get("/api/products")

    response = getattr(api, method)("/api/products", headers={"If-None-Match": form.format(whole["ETag"])})

    assert (response.status_code, response.content) == (304, b"")
    for name in ("ETag", "Cache-Control"):  # RFC 9110, section 15.4.5
        assert response[name] == whole[name]
    assert response.headers.get("Vary") == whole.headers.get("Vary")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Type" not in response
    assert "Content-Length" not in response


@pytest.mark.django_db
@pytest.mark.parametrize("form", ['"x"', "", "{bare}", '"*"', "W/", '"{bare}x"', "w/{}", '"x", "y"'])
def test_another_tag_is_200(api: APIClient, form: str) -> None:
    make_product()
    etag = api.get("/api/products")["ETag"]

    response = api.get("/api/products", headers={"If-None-Match": form.format(etag, bare=etag.strip('"'))})

    assert response.status_code == 200
    assert response.content


def test_tags_are_compared_weakly() -> None:
    assert etag_matches('W/"a"', '"a"')
    assert etag_matches('"b","a"', '"a"')
    assert not etag_matches('"b"', '"a"')


@pytest.mark.django_db
def test_a_304_comes_from_a_process_that_kept_nothing_too(api: APIClient) -> None:
    make_product()
    etag = api.get("/api/products")["ETag"]
    hot.store.clear()

    assert api.get("/api/products", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/products", "/api/brands", "/healthz"])
def test_head_is_get_without_the_body(api: APIClient, path: str) -> None:
    make_product()

    for _ in range(2):
        head, get = api.head(path), api.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert {**head.headers, "X-Request-ID": ""} == {**get.headers, "X-Request-ID": ""}


@pytest.mark.django_db
def test_a_kept_answer_ends_with_its_version(api: APIClient) -> None:
    product = make_product(price="1000.00")
    before = api.get("/api/products")
    assert before.json()["results"][0]["price"] == "1000.00"

    Variant.objects.update(price="900.00")
    refresh_now([product.pk])

    after = api.get("/api/products", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["results"][0]["price"] == "900.00"
    assert after["ETag"] != before["ETag"]


@pytest.mark.django_db
def test_links_lead_to_the_host_that_was_asked(api: APIClient) -> None:
    for _ in range(2):
        make_product()

    for _ in range(2):
        for host, secure in (
            ("testserver", False),
            ("localhost:8000", False),
            ("127.0.0.1", False),
            ("testserver", True),
        ):
            response = api.get("/api/products?page_size=1", headers={"Host": host}, secure=secure)
            scheme = "https" if secure else "http"
            assert response.json()["next"].startswith(f"{scheme}://{host}/api/products?page_size=1&cursor=")


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_no_kept_answer(api: APIClient) -> None:
    assert api.get("/api/products").status_code == 200

    for host in ("evil.example", "testserver.evil.example", "testserver\x00"):
        problem_in(api.get("/api/products", headers={"Host": host}), 400, "bad_request")
    assert api.get("/api/products").status_code == 200


@pytest.mark.django_db
def test_queries_and_paths_are_kept_apart(api: APIClient) -> None:
    make_product(price="1000.00")
    make_product(price="2000.00")

    for _ in range(2):
        assert api.get("/api/products").json()["count"] == 2
        assert api.get("/api/products?min_price=1500").json()["count"] == 1
        assert api.get("/api/accessories").json()["count"] == 0


@pytest.mark.django_db
def test_refusals_are_not_kept(api: APIClient) -> None:
    problem_in(api.get("/api/products/charger"), 404, "not_found")
    make_product(slug="charger")

    assert api.get("/api/products/charger").status_code == 200


def test_an_answer_to_one_request_is_not_changed_by_another(api: APIClient) -> None:
    first = api.get("/api/schema")
    first["X-Mine"] = "1"
    second = api.get("/api/schema")

    assert "X-Mine" not in second
    assert "X-Mine" not in api.get("/api/schema")


def test_the_store_holds_no_more_bytes_than_it_may() -> None:
    size = 10_000
    store = ResponseStore(3 * (size + ResponseStore.OVERHEAD + KEY))

    for name in "abcd":
        store.put(key(name), entry(b"x" * size))

    assert [store.get(key(name)) is not None for name in "abcd"] == [False, True, True, True]


def test_the_store_counts_bytes_rightly_when_an_answer_is_replaced_or_too_large() -> None:
    size = 10_000
    store = ResponseStore(2 * (size + ResponseStore.OVERHEAD + KEY))

    for _ in range(100):
        store.put(key("a"), entry(b"x" * size))
    store.put(key("b"), entry(b"x" * size))
    assert store.get(key("a")) is not None
    assert store.get(key("b")) is not None

    store.put(key("c"), entry(b"x" * 10 * size))
    assert store.get(key("c")) is None
    store.put(key("a"), entry(b"x" * size))
    store.put(key("b"), entry(b"x" * size))
    assert store.get(key("a")) is not None


def test_an_answer_whose_freshness_cannot_be_told_is_not_given() -> None:
    def unknown() -> int:
        raise KeyError

    store = ResponseStore(10_000)
    store.put(key("a"), entry()._replace(freshness=unknown))

    with pytest.raises(KeyError):
        store.get(key("a"))


def test_what_is_asked_for_again_and_again_outlives_what_is_asked_for_once() -> None:
    store = ResponseStore(10 * (1_000 + ResponseStore.OVERHEAD + KEY))
    store.put(key("popular"), entry(b"x" * 1_000))
    store.put(key("once"), entry(b"x" * 1_000))

    for n in range(100):
        store.put(key(f"flood {n}"), entry(b"x" * 1_000))
        assert store.get(key("popular")) is not None

    assert store.get(key("once")) is None


def test_the_store_counts_its_keys() -> None:
    store = ResponseStore(100 * ResponseStore.OVERHEAD)

    for n in range(100):
        store.put(key(f"{n}" * 5_000), entry())

    assert len(store._entries) < 50


def test_the_store_gives_nothing_of_another_version() -> None:
    store = ResponseStore(10_000)

    store.put(key("a"), entry(version=2))
    store.put(key("b"), entry(version=1))

    assert store.get(key("a")) is None
    assert store.get(key("b")) is not None


def test_equal_bodies_have_equal_tags_and_others_others() -> None:
    def tag(body: bytes) -> str:
        response = keep_while(HttpResponse(body), freshness=lambda: 1, version=1)
        return str(response["ETag"])

    assert tag(b"a") == tag(b"a") != tag(b"b")
