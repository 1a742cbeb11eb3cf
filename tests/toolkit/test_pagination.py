"""Walking through a list: every row once, in either direction, whatever comes and goes meanwhile."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from catalog.models import Brand
from electroports import pagination
from electroports.pagination import BoundedPagination, KeysetPagination, bounded_int, decode_cursor, encode_cursor

pytestmark = pytest.mark.django_db
ASK = 1  # query a page


def page(query: str = "", how: type[KeysetPagination] = KeysetPagination) -> dict[str, Any]:
    """One page of the brands."""
    paginator = how()
    request = Request(APIRequestFactory().get(f"/brands?{query}"))
    rows = paginator.paginate_queryset(Brand.objects.all(), request)
    return dict(paginator.get_paginated_response([row.pk for row in rows]).data)


def follow(link: str, how: type[KeysetPagination] = KeysetPagination) -> dict[str, Any]:
    return page(urlsplit(link).query, how)


@pytest.fixture
def brands() -> list[int]:
    """The ids of seven brands, newest first."""
    made = Brand.objects.bulk_create([Brand(name=f"Brand {n}", slug=f"brand-{n}") for n in range(7)])
    return sorted((brand.pk for brand in made), reverse=True)


@pytest.mark.parametrize("how", [KeysetPagination, BoundedPagination])
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 100])
def test_walking_there_and_back_meets_every_row_once(brands: list[int], size: int, how: type[KeysetPagination]) -> None:
    there = [page(f"page_size={size}", how)]
    while there[-1]["next"]:
        there.append(follow(there[-1]["next"], how))
    back = [there[-1]]
    while back[-1]["previous"]:
        back.append(follow(back[-1]["previous"], how))

    assert [row for part in there for row in part["results"]] == brands
    assert [part["results"] for part in reversed(back)] == [part["results"] for part in there]
    assert {part["count"] for part in there + back} == {7}
    assert (there[0]["previous"], there[-1]["next"]) == (None, None)


def test_jumping_to_a_page(brands: list[int]) -> None:
    assert page("page=2&page_size=3")["results"] == brands[3:6]
    assert page("page=3&page_size=3")["results"] == brands[6:]
    assert follow(page("page=2&page_size=3")["next"])["results"] == brands[6:]
    assert follow(page("page=2&page_size=3")["previous"])["results"] == brands[:3]
    with pytest.raises(NotFound):
        page("page=4&page_size=3")


def test_rows_that_come_and_go_shift_nothing(brands: list[int]) -> None:
    first = page("page_size=3")
    Brand.objects.filter(pk__in=brands[1:4]).delete()
    Brand.objects.create(name="Newest", slug="newest")

    second = follow(first["next"])

    assert second["results"] == brands[4:]
    assert second["count"] == 5


def test_a_place_behind_which_everything_is_gone(brands: list[int]) -> None:
    following = page("page_size=3")["next"]
    Brand.objects.filter(pk__in=brands[3:]).delete()

    assert follow(following) == {"count": 3, "next": None, "previous": None, "results": []}


def test_an_empty_list() -> None:
    assert page() == {"count": 0, "next": None, "previous": None, "results": []}


def test_links_keep_the_other_parameters(brands: list[int]) -> None:
    link = urlsplit(page("page_size=2&page=2")["next"])

    assert (link.scheme, link.netloc, link.path) == ("http", "testserver", "/brands")
    assert set(parse_qs(link.query)) == {"page_size", "cursor"}


@pytest.mark.parametrize("query", ["page_size=2", "page_size=2&page=3", ""])
def test_a_page_is_one_query(brands: list[int], django_assert_num_queries: Any, query: str) -> None:
    with django_assert_num_queries(ASK):
        page(query)


def test_a_table_that_grows_is_counted_and_numbered_so_far(brands: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_COUNT", 4)

    first = page("page_size=3", BoundedPagination)
    second = follow(first["next"], BoundedPagination)
    third = follow(second["next"], BoundedPagination)

    assert first["results"] + second["results"] + third["results"] == brands
    assert [part["count"] for part in (first, second, third)] == [4, 4, 4]
    assert page("page=2&page_size=3", BoundedPagination)["results"] == brands[3:6]
    with pytest.raises(NotFound):
        page("page=3&page_size=3", BoundedPagination)
    assert page("page=3&page_size=3")["results"] == brands[6:]


def test_no_more_than_so_many_are_looked_at(brands: list[int]) -> None:
    with CaptureQueriesContext(connection) as queries:
        page("page_size=2", BoundedPagination)

    counting, reading = sorted((query["sql"] for query in queries), key=lambda sql: "COUNT" not in sql)
    assert re.search(r"SELECT COUNT\(\*\) FROM \(SELECT .* LIMIT 10000\)", counting)
    assert "COUNT" not in reading


@pytest.mark.parametrize(
    "parts",
    [["after"], ["after", "1"], ["after", 1.5], ["after", True], ["after", -1], ["after", 2**63], ["sideways", 1],
     [1, 2], ["after", 1, 2], [["after"], 1], [None, None]],
)  # fmt: skip
def test_forged_cursors(brands: list[int], parts: list[Any]) -> None:
    with pytest.raises(ValidationError):
        page(f"cursor={encode_cursor(*parts)}")


def test_cursors_come_back_as_they_went() -> None:
    for parts in (["after", 1], ["name", "Müller & Söhne 電器", 2**62, 0], [""]):
        assert decode_cursor(encode_cursor(*parts)) == parts


@pytest.mark.parametrize("text", ["", "a", "YQ", "====", "WyJhIl0=", "W 10", "W10\n", "W1\x00", "Wé10", "-" * 1001])
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(ValidationError):
        decode_cursor(text)


def test_numbers_within_bounds() -> None:
    assert [bounded_int("n", text, low=1, high=100) for text in ("1", "100", "007")] == [1, 100, 7]
    for text in ("0", "101", "-1", "+1", "1.0", "1e1", "", " 1", "1_0", "٣", "²", "9" * 5000):
        with pytest.raises(ValidationError):
            bounded_int("n", text, low=1, high=100)
