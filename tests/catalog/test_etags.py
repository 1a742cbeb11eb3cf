"""What an answer says of itself: ETags, 304, and by what caches keep it."""

from __future__ import annotations

import itertools

import pytest
from rest_framework.test import APIClient

from catalog.models import Accessory
from electroports import hot
from tests import factories
from tests.catalog.processes import LISTS, like_a_new_process, reprice
from tests.factories import refresh_now


@pytest.mark.django_db
def test_an_answer_has_a_strong_etag_that_another_process_gives_too(api: APIClient) -> None:
    product = factories.make_product(model=Accessory, accessory_type="cable", length_m="1.00", watts="60.0")
    factories.make_product()
    urls = [*LISTS, f"/api/products/{product.pk}", f"/api/accessories/{product.slug}", "/api/products?page_size=1"]

    for url in urls:
        first = api.get(url)
        again = api.get(url)
        like_a_new_process()
        other = api.get(url)
        assert first["ETag"] == again["ETag"] == other["ETag"]
        assert first["ETag"].startswith('"')
        assert first.content == again.content == other.content
        assert first["Cache-Control"] == "public, no-cache"
        assert first["Content-Type"] == "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["{}", "W/{}", '"other", {}', "*", '"a","b",W/{}'])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("is_hot", [True, False])
def test_a_matching_etag_is_answered_without_a_body(api: APIClient, header: str, method: str, is_hot: bool) -> None:
    factories.make_product()
    tag = api.get("/api/products")["ETag"]
    if not is_hot:
        like_a_new_process()

    response = getattr(api, method)("/api/products", headers={"if-none-match": header.format(tag)})

    assert (response.status_code, response.content) == (304, b"")
    assert (response["ETag"], response["Cache-Control"]) == (tag, "public, no-cache")
    assert "Content-Type" not in response
    assert response["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ['"other"', "", "nonsense"])
def test_another_etag_gets_the_whole_answer(api: APIClient, header: str) -> None:
    factories.make_product()
    whole = api.get("/api/products")

    response = api.get("/api/products", headers={"if-none-match": header})

    assert (response.status_code, response.content) == (200, whole.content)


@pytest.mark.django_db
def test_a_change_gives_new_etags_to_what_it_changes_alone(api: APIClient) -> None:
    product, other = factories.make_product(), factories.make_product(category=factories.make_category("cables"))
    urls = ["/api/products", f"/api/products/{product.pk}", f"/api/products/{other.pk}", "/api/brands"]
    tags = {url: api.get(url)["ETag"] for url in urls}

    reprice(product, "5.00")

    responses = [api.get(url, headers={"if-none-match": tags[url]}) for url in urls]
    assert [response.status_code for response in responses] == [200, 200, 304, 304]
    assert responses[0].json()["results"][1]["price"] == responses[1].json()["price"] == "5.00"


@pytest.mark.django_db
def test_a_refresh_that_changes_nothing_keeps_the_etag(api: APIClient) -> None:
    product = factories.make_product()
    tag = api.get("/api/products")["ETag"]

    refresh_now([product.pk])

    assert api.get("/api/products", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.django_db
def test_refusals_are_kept_by_nobody(api: APIClient) -> None:
    for url in ("/api/products?page=2", "/api/products/1", "/api/products?colour=red"):
        response = api.get(url)
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response
    assert not hot.store._entries

    product = factories.make_product()

    assert api.get(f"/api/products/{product.pk}").status_code == 200


@pytest.mark.django_db
def test_answers_are_kept_by_address_and_query(api: APIClient) -> None:
    factories.make_product()
    factories.make_product()
    bodies = {
        (host, query): api.get(f"/api/products?page_size=1{query}", headers={"host": host}).json()["next"]
        for host, query in itertools.product(("testserver", "127.0.0.1"), ("", "&ordering=name"))
    }

    for (host, query), link in bodies.items():
        assert link.startswith(f"http://{host}/api/products?page_size=1{query}&cursor=")
        assert api.get(f"/api/products?page_size=1{query}", headers={"host": host}).json()["next"] == link
