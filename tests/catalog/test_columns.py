"""The columns of the shop window, alone: whatever was put, loaded and removed, they say what their rows say."""

from __future__ import annotations

import weakref
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.columns import ORDERINGS, BitKey, Columns, ListedRow, band_keys, bit_keys, slots_of
from catalog.numbers import bitmap_of

EXAMPLES = settings(max_examples=100, deadline=None, derandomize=True)


def row(product_id: int, **fields: Any) -> ListedRow:
    values: dict[str, Any] = {
        "kind": "device",
        "brand_id": 1,
        "category_id": 1,
        "name_key": "name",
        "price": 100,
        "newest_key": 19000,
        "rating": 0,
        "popularity": 0,
        "in_stock": True,
        "on_sale": False,
        "conditions": ("new",),
        "traits": {},
    }
    return ListedRow(product_id=product_id, **{**values, **fields})


rows = st.builds(
    row,
    st.integers(1, 60),
    brand_id=st.integers(1, 3),
    price=st.sampled_from([0, 1, 100, 10**12]),
    name_key=st.sampled_from(["a", "b", "ß"]),
    rating=st.sampled_from([0, 350]),
    popularity=st.integers(0, 2),
    in_stock=st.booleans(),
    traits=st.sampled_from([{}, {"watts": "65.0", "length_m": None}, {"connectivity": ["usb", "wired"]}]),
)
# Rows one by one, many at once (by id: the last one counts), or an id that goes.
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), rows),
        st.tuples(st.just("load"), st.lists(rows, max_size=30)),
        st.tuples(st.just("remove"), st.integers(1, 60)),
        st.tuples(st.just("order"), st.sampled_from(ORDERINGS)),
    ),
    max_size=25,
)
KEYS = {
    "newest": lambda each: (-each.newest_key, -each.product_id),
    "price": lambda each: (each.price, -each.product_id),
    "rating": lambda each: (-each.rating, -each.product_id),
    "name": lambda each: (each.name_key, -each.product_id),
    "popularity": lambda each: (-each.popularity, -each.product_id),
}


def keys_of(each: ListedRow) -> list[BitKey]:
    return [*bit_keys(each), *band_keys(each.price, each.rating)]


@EXAMPLES
@given(steps=steps)
def test_columns_say_what_their_rows_say(steps: list[tuple[str, Any]]) -> None:
    columns, kept = Columns(), {}
    for step, what in steps:
        if step == "put":
            slot = columns.put(what)
            kept[what.product_id] = what
            assert columns.ids[slot] == what.product_id
        elif step == "load":
            by_id = {each.product_id: each for each in what}
            slots = columns.load(list(by_id.values()))
            kept.update(by_id)
            assert [columns.ids[slot] for slot in slots] == list(by_id)
        elif step == "remove":
            slot = columns.remove(what)
            assert (slot is None) == (what not in kept)
            kept.pop(what, None)
        else:
            columns.order(what)

    assert len(columns) == len(kept) == columns.live.bit_count()
    answers = {key: {pk for pk, each in kept.items() if key in keys_of(each)} for key in columns.bits}
    for key, bits in columns.bits.items():
        assert {columns.ids[slot] for slot in slots_of(bits)} == answers[key]
    assert {key for each in kept.values() for key in keys_of(each)} <= columns.bits.keys()
    powerful = columns.numbers["watts"].between(65, 65) & columns.live
    assert {columns.ids[slot] for slot in slots_of(powerful)} == {
        pk for pk, each in kept.items() if "watts" in each.traits
    }
    for name in ORDERINGS:
        ordered = sorted(kept.values(), key=KEYS[name.removeprefix("-")], reverse=name.startswith("-"))
        expected = [each.product_id for each in ordered]
        assert [columns.ids[slot] for slot in columns.order(name)] == expected
        assert [columns.ids[slot] for slot in columns.ordered(columns.live, name)] == expected
        for wanted, bits in columns.bits.items():
            found = [columns.ids[slot] for slot in columns.ordered(bits, name)]
            assert found == [pk for pk in expected if pk in answers[wanted]]


@EXAMPLES
@given(slots=st.sets(st.integers(0, 5000), max_size=200))
def test_a_bitmap_has_exactly_its_slots(slots: set[int]) -> None:
    assert slots_of(bitmap_of(list(slots))) == sorted(slots)
    assert bitmap_of(list(slots)).bit_count() == len(slots)


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_a_small_and_a_large_share_of_many_rows_come_in_the_same_order(ordering: str) -> None:
    columns = Columns()
    columns.load([row(pk, price=pk * 7 % 5, brand_id=1 if pk % 40 == 0 else 2) for pk in range(1, 401)])
    few, most = columns.bits[("brand", 1)], columns.bits[("brand", 2)]
    whole = list(columns.ordered(columns.live, ordering))

    assert list(columns.ordered(few, ordering)) == [slot for slot in whole if few >> slot & 1]
    assert list(columns.ordered(most, ordering)) == [slot for slot in whole if most >> slot & 1]
    assert list(columns.ordered(0, ordering)) == []


def test_a_reverse_keeps_no_array_of_its_own() -> None:
    columns = Columns()
    columns.load([row(pk) for pk in range(1, 50)])

    reverse = columns.order("-name")

    assert list(reverse) == list(columns.order("name"))[::-1]
    assert list(columns._orders) == ["name"]


def test_a_removed_product_leaves_nothing_behind() -> None:
    columns = Columns()
    columns.put(row(1, traits={"watts": "65.0"}))

    columns.remove(1)

    assert columns.remove(1) is None
    assert not columns.live
    assert not any(columns.bits.values())
    assert not columns.numbers["watts"].between(0, inf) & columns.live
    assert not columns.slot_of


def test_columns_that_nobody_uses_any_more_free_their_memory_at_once() -> None:
    columns = Columns()
    columns.load([row(pk) for pk in range(1, 50)])
    columns.order("price")
    gone = weakref.ref(columns)

    del columns

    assert gone() is None  # no cycle keeps them until the garbage collector comes
