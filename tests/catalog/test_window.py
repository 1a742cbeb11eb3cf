"""The shop window against a plain computation: random catalogues, random queries, random changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from catalog import listed as listed_module
from catalog import window as window_module
from catalog.columns import ORDERINGS
from catalog.documents import ProductFacts
from catalog.filters import Filters, ListQuery, parse_list_query, resolvers_of
from catalog.pages import ProductPage
from catalog.related import Related
from catalog.window import ShopWindow
from tests.catalog.asked import ENDPOINTS, plain_answer, queries, shown
from tests.catalog.listed import facts_of, forgotten_afterwards, list_products, looks, make_taxonomy

pytestmark = pytest.mark.django_db
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
catalogues = st.lists(looks(), max_size=40).map(
    lambda found: {pk: facts_of(pk, look) for pk, look in enumerate(found, 1)}
)
# Per id what becomes of it: a new look (listed, or listed anew), or None (gone).
changes = st.lists(
    st.dictionaries(st.integers(1, 45), st.one_of(st.none(), looks()), min_size=1, max_size=8), min_size=1, max_size=3
)


@pytest.fixture(autouse=True)
def small_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make small catalogues meet what only large ones meet otherwise: chunks, bulk loads, reloads, evictions."""
    monkeypatch.setattr(listed_module, "CHUNK", 7)
    monkeypatch.setattr(window_module, "MANY", 4)
    monkeypatch.setattr(window_module, "REBUILD_AFTER", 10)
    monkeypatch.setattr(window_module, "SELECTED_SLOTS", 20 * window_module.SELECTION_OVERHEAD)


def fetch(api: APIClient, url: str, params: dict[str, str] | None = None) -> dict[str, Any]:
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def walk(api: APIClient, page: dict[str, Any], link: str) -> Iterator[dict[str, Any]]:
    """The pages from `page` on, by its `next` or `previous` links."""
    for _ in range(100):
        yield page
        if page[link] is None:
            return
        parts = urlsplit(page[link])
        page = fetch(api, f"{parts.path}?{parts.query}")
    raise AssertionError("the links lead nowhere")


def ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["results"]]


def apply_changes(products: dict[int, ProductFacts], change: dict[int, dict[str, Any] | None]) -> None:
    """Make one change of the catalogue, in the database and in `products`."""
    fresh = [facts_of(pk, look) for pk, look in change.items() if look is not None]
    gone = [pk for pk, look in change.items() if look is None]
    list_products(fresh, gone=gone)
    products.update({facts.id: facts for facts in fresh})
    for pk in gone:
        products.pop(pk, None)


@EXAMPLES
@given(products=catalogues, asked=st.lists(queries(), min_size=1, max_size=4))
def test_lists_are_what_a_plain_filter_and_sort_gives(
    products: dict[int, ProductFacts], asked: list[tuple[str, dict[str, str]]]
) -> None:
    with forgotten_afterwards():
        api = APIClient()
        make_taxonomy()
        list_products(products.values())

        for path, params in asked:
            expected = plain_answer(products.values(), path, params)
            size = int(params["page_size"])

            first = fetch(api, path, params)
            pages = list(walk(api, first, "next"))
            assert [pk for page in pages for pk in ids(page)] == expected
            assert [len(page["results"]) for page in pages[:-1]] == [size] * (len(pages) - 1)
            assert {page["count"] for page in pages} == {len(expected)}
            assert first["previous"] is None
            backwards = list(walk(api, pages[-1], "previous"))
            assert [pk for page in reversed(backwards) for pk in ids(page)] == expected
            assert backwards[-1]["previous"] is None
            numbers = range(1, max(1, -(-len(expected) // size)) + 1)
            numbered = [fetch(api, path, {**params, "page": str(number)}) for number in numbers]
            assert [pk for page in numbered for pk in ids(page)] == expected
            assert [page["next"] is None for page in numbered] == [number == numbers[-1] for number in numbers]
            assert [page["previous"] is None for page in numbered] == [number == 1 for number in numbers]
            past = api.get(path, {**params, "page": str(len(numbers) + 1)})
            assert (past.status_code, past.json()["code"]) == (404, "not_found")


@EXAMPLES
@given(products=catalogues, steps=changes, asked=st.lists(queries(), min_size=1, max_size=3))
def test_a_window_that_followed_changes_answers_like_a_new_one(
    products: dict[int, ProductFacts],
    steps: list[dict[int, dict[str, Any] | None]],
    asked: list[tuple[str, dict[str, str]]],
) -> None:
    with forgotten_afterwards():
        make_taxonomy()
        list_products(products.values())
        followed = ShopWindow()
        for change in [{}, *steps]:
            if change:
                apply_changes(products, change)
            whole = [ListQuery(Filters(), ordering=ordering, page_size=100) for ordering in ORDERINGS]
            followed.fresh()
            for query in whole:  # makes every ordering, so that the next change must mend it
                followed.page(query, typed=True)
            new = ShopWindow()
            _, taxonomy = new.fresh()
            resolvers = resolvers_of(taxonomy)
            parsed = [
                parse_list_query(params_of(params), kind=ENDPOINTS[path], resolvers=resolvers) for path, params in asked
            ]

            assert followed.fresh()[0] == new.fresh()[0]
            for query in [*whole, *parsed]:
                assert followed.page(query, typed=True) == new.page(query, typed=True)
            for name in ("kind", "brand", "category", "in_stock", "form_factor"):
                assert filled(followed.counts(name)) == filled(new.counts(name))
            for pk in range(1, 46):
                page = page_of(pk, products.get(pk), others=sorted(products)[:3])
                assert Related(followed).cards(page) == Related(new).cards(page)
            assert sorted(products) == sorted(followed.columns.slot_of)


def page_of(pk: int, facts: ProductFacts | None, others: list[int]) -> ProductPage:
    place = (facts.category.id, facts.kind, "", "", facts.layout_id) if facts else (1, "device", "", "", None)
    return ProductPage(pk, *place, " ".join(map(str, others)))


def params_of(params: dict[str, str]) -> QueryDict:
    found = QueryDict(mutable=True)
    found.update(params)
    return found


def filled(counts: dict[Any, int]) -> dict[Any, int]:
    return {value: count for value, count in counts.items() if count}


@EXAMPLES
@given(
    products=st.lists(looks(), min_size=6, max_size=25).map(
        lambda found: {pk: facts_of(pk, look) for pk, look in enumerate(found, 1)}
    ),
    steps=st.lists(
        st.dictionaries(st.integers(1, 30), st.one_of(st.none(), looks()), min_size=1, max_size=2),
        min_size=1,
        max_size=6,
    ),
    asked=queries(),
    link=st.sampled_from(["next", "previous"]),
)
def test_walking_while_products_come_go_and_change_loses_and_repeats_none_of_the_others(
    products: dict[int, ProductFacts],
    steps: list[dict[int, dict[str, Any] | None]],
    asked: tuple[str, dict[str, str]],
    link: str,
) -> None:
    with forgotten_afterwards():
        api = APIClient()
        make_taxonomy()
        list_products(products.values())
        path, params = asked
        touched = {pk for change in steps for pk in change}
        expected = [pk for pk in plain_answer(products.values(), path, params) if pk not in touched]

        begin = fetch(api, path, params)
        if link == "previous":
            *_, begin = walk(api, begin, "next")
        seen = []
        for step, page in enumerate(walk(api, begin, link)):
            seen.append(ids(page))
            now = plain_answer(products.values(), path, params)
            assert page["count"] == len(now)
            if seen[-1]:
                first = now.index(seen[-1][0])
                assert seen[-1] == now[first : first + len(seen[-1])]
                assert (page["previous"] is None) == (first == 0)
                assert (page["next"] is None) == (seen[-1][-1] == now[-1])
            if step < len(steps):
                apply_changes(products, steps[step])

        rows = [pk for page_ids in (seen if link == "next" else seen[::-1]) for pk in page_ids]
        assert [pk for pk in rows if pk not in touched] == expected


@EXAMPLES
@given(products=catalogues)
def test_a_card_shows_the_price_of_the_cheapest_purchasable_variant(products: dict[int, ProductFacts]) -> None:
    with forgotten_afterwards():
        list_products(products.values())

        rows = fetch(APIClient(), "/api/products", {"page_size": "100"})["results"]

        assert {row["id"]: row["price"] for row in rows} == {
            pk: f"{shown(facts).price:.2f}" for pk, facts in products.items()
        }


@pytest.mark.parametrize("room", [0, 2000])
@settings(EXAMPLES, max_examples=15)
@given(products=catalogues, steps=changes)
def test_cards_that_do_not_fit_into_memory_are_read_from_the_database(
    room: int, products: dict[int, ProductFacts], steps: list[dict[int, dict[str, Any] | None]]
) -> None:
    with forgotten_afterwards(), pytest.MonkeyPatch.context() as patch:
        list_products(products.values())
        patch.setattr(window_module.settings, "CARD_CACHE_BYTES", room)
        small = ShopWindow()
        small.fresh()
        for change in steps:
            apply_changes(products, change)
        small.fresh()
        patch.undo()
        large = ShopWindow()
        large.fresh()

        for ordering in ORDERINGS:
            query = ListQuery(Filters(), ordering=ordering, page_size=100)
            assert small.page(query, typed=True) == large.page(query, typed=True)
        assert sum(map(len, small._cards.values())) == small._card_bytes <= room + 1000
        assert small._cards.keys() <= set(small.columns.slot_of.values())
        assert small._traits.keys() <= set(small.columns.slot_of.values())
