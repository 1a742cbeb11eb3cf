"""Filtering lists by specification fields, and the index behind it."""

from __future__ import annotations

from math import inf
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from catalog import numbers
from catalog.columns import slots_of
from catalog.models import Accessory, Product, SpecField
from catalog.numbers import NumberIndex
from catalog.revision import next_revision
from electroports import hot
from tests import factories
from tests.factories import refresh_now
from tests.toolkit.problem import problem_in

EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)
figures = st.sampled_from([0.0, 0.5, 1.0, 6.1, 6.7, 100.0, 1e9])


# The index.


@EXAMPLES
@given(batches=st.lists(st.lists(figures, max_size=40), max_size=4), low=figures, high=st.one_of(figures, st.just(inf)))
def test_a_range_finds_the_slots_with_a_figure_in_it(batches: list[list[float]], low: float, high: float) -> None:
    index, held, slot = NumberIndex(), [], 0
    original, numbers.UNSORTED = numbers.UNSORTED, 3
    try:
        for batch in batches:
            for figure in batch:
                index.add((slot // 2,), figure)  # two figures a slot
                held.append((slot // 2, figure))
                slot += 1

            found = slots_of(index.between(low, high))

            assert found == sorted({each for each, figure in held if low <= figure <= high})
    finally:
        numbers.UNSORTED = original


@pytest.mark.parametrize("each", [1, 2])
def test_blocks_cover_every_place_of_a_large_index(each: int) -> None:
    index = NumberIndex()
    for number in range(1000):
        index.add((number // each,), number * 7 % 1000)

    for low, high in ((0, 999), (0, 0), (999, 999), (15, 16), (100, 900), (500, 499), (1000, 2000)):
        wanted = {number // each for number in range(1000) if low <= number * 7 % 1000 <= high}
        assert slots_of(index.between(low, high)) == sorted(wanted)


# Lists.


@pytest.fixture
@factories.listed_together()
def shelf(db: None) -> dict[str, Product]:
    """Two phones, a charger, and a product of which nothing is known."""
    make: dict[str, Any] = {"is_filterable": True}
    factories.make_spec_field("screen_size", unit="in", decimals=2, **make)
    factories.make_spec_field("storage", unit="GB", is_multiple=True, **make)
    factories.make_spec_field("screen_panel", type="choice", choices=["IPS LCD", "OLED", "AMOLED"], **make)
    factories.make_spec_field("codecs", type="choice", choices=["SBC", "AAC"], is_multiple=True, **make)
    factories.make_spec_field("nfc", type="boolean", **make)
    factories.make_spec_field("output_power", unit="W", trait="watts", **make)
    factories.make_spec_field("processor", type="text")
    factories.make_spec_field("cover_size", unit="in")
    specs = {
        "small": {"screen_size": 6.1, "storage": [128, 256], "screen_panel": "OLED", "nfc": True, "processor": "A15"},
        "large": {"screen_size": 6.7, "storage": [512], "screen_panel": "AMOLED", "nfc": False, "codecs": ["SBC"]},
        "unknown": {},
    }
    made = {name: factories.make_product(name=name, typed_specs=values) for name, values in specs.items()}
    made["charger"] = factories.make_product(name="charger", model=Accessory, watts="65.0")
    return made


def names(api: APIClient, conditions: str, path: str = "/api/products") -> set[str]:
    response = api.get(f"{path}?spec={quote(conditions)}")
    assert response.status_code == 200, response.content
    return {row["name"] for row in response.json()["results"]}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ("screen_size:6.1", {"small"}),
        ("screen_size:6.10", {"small"}),
        ("screen_size:6..7", {"small", "large"}),
        ("screen_size:6.1..6.7", {"small", "large"}),
        ("screen_size:6.11..", {"large"}),
        ("screen_size:..6.5", {"small"}),
        ("screen_size:7..6", set()),
        ("storage:256", {"small"}),
        ("storage:256..", {"small", "large"}),
        ("storage:129..255", set()),
        ("screen_panel:OLED", {"small"}),
        ("screen_panel:OLED|AMOLED", {"small", "large"}),
        ("screen_panel:IPS LCD", set()),
        ("codecs:SBC|AAC", {"large"}),
        ("nfc:true", {"small"}),
        ("nfc:false", {"large"}),
        ("output_power:60..70", {"charger"}),
        ("nfc:true,storage:128", {"small"}),
        ("nfc:true,storage:512", set()),
    ],
)
def test_conditions_keep_what_answers_to_all_of_them(
    shelf: dict[str, Product], api: APIClient, conditions: str, expected: set[str]
) -> None:
    assert names(api, conditions) == expected


def test_conditions_go_together_with_other_filters_and_pages(shelf: dict[str, Product], api: APIClient) -> None:
    page = api.get("/api/products?spec=screen_size:6..&max_price=2000&ordering=-newest&page_size=1").json()

    assert (page["count"], len(page["results"])) == (2, 1)
    assert api.get(page["next"]).json()["results"][0]["name"] != page["results"][0]["name"]
    assert names(api, "output_power:65", "/api/accessories") == {"charger"}
    assert names(api, "output_power:65", "/api/sound-devices") == set()


@pytest.mark.parametrize(
    ("conditions", "code", "words"),
    [
        ("screen_siz:6", "does_not_exist", "'screen_siz'"),
        (":6", "does_not_exist", "''"),
        ("processor:A15", "not_filterable", "processor"),
        ("cover_size:3", "not_filterable", "cover_size"),
        ("screen_size", "invalid", "conditions such as"),
        ("", "invalid", "conditions such as"),
        ("screen_size:6,", "invalid", "conditions such as"),
        ("screen_size:", "invalid", "screen_size"),
        ("screen_size:..", "invalid", "screen_size"),
        ("screen_size:-1", "invalid", "screen_size"),
        ("screen_size:1e1", "invalid", "screen_size"),
        ("screen_size:6...7", "invalid", "screen_size"),
        ("screen_size:٦", "invalid", "screen_size"),
        ("screen_size:6 ", "invalid", "screen_size"),
        ("screen_size:6\n", "invalid", "screen_size"),
        ("screen_size:6,screen_size:7", "invalid", "one condition on screen_size"),
        ("screen_panel:oled", "invalid", "IPS LCD, OLED, AMOLED"),
        ("screen_panel:OLED|", "invalid", "screen_panel"),
        ("nfc:yes", "invalid", "true or false"),
        ("a:1," * 21, "invalid", "at most 20"),
    ],
)
def test_conditions_that_are_none_are_refused_and_named(
    shelf: dict[str, Product], api: APIClient, conditions: str, code: str, words: str
) -> None:
    body = problem_in(api.get(f"/api/products?spec={quote(conditions)}"), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("spec", code)]
    assert words in body["errors"][0]["message"]


def test_a_changed_product_is_found_by_its_new_value(shelf: dict[str, Product], api: APIClient) -> None:
    assert names(api, "screen_size:6.1") == {"small"}

    Product.objects.filter(pk=shelf["small"].pk).update(typed_specs={"screen_size": 6.3})
    refresh_now([shelf["small"].pk])

    assert names(api, "screen_size:6.1") == set()
    assert names(api, "screen_size:6..6.5") == {"small"}


def test_a_field_that_filters_no_more_is_refused_at_once(shelf: dict[str, Product], api: APIClient) -> None:
    assert names(api, "nfc:true") == {"small"}

    SpecField.objects.filter(code="nfc").update(is_filterable=False)
    next_revision()  # as the back office does

    problem_in(api.get("/api/products?spec=nfc:true"), 400, "invalid")


def test_fields_are_read_once_a_revision(shelf: dict[str, Product], api: APIClient) -> None:
    def queries(conditions: str) -> list[str]:
        hot.store.clear()
        with CaptureQueriesContext(connection) as seen:
            names(api, conditions)
        return [query["sql"] for query in seen]

    queries("nfc:true")

    assert not any("specfield" in sql for sql in queries("screen_size:6..,nfc:false"))
    assert len(queries("screen_size:..7")) <= 1  # what the revision is
