"""How many products there would be with each further choice: counts per value, under the filters of a list.

Each facet counts under all filters but its own, so that its other values show what they would give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from catalog.columns import BANDS, Columns, slots_of
from catalog.filters import Filters
from catalog.pricing import money
from catalog.taxonomy import Taxonomy

FACETS = ("kind", "brand", "category", "condition", "price", "rating", "connector")
SCARCE = 200  # where fewer than one product in so many answers, they are looked through one by one
MaskOf = Callable[[Filters], int]


def facet_document(columns: Columns, taxonomy: Taxonomy, filters: Filters, mask_of: MaskOf) -> dict[str, Any]:
    """Return the counts of every facet. `mask_of` finds the slots that answer to filters; equal ones are asked once."""
    names_by_others: dict[Filters, list[str]] = {}
    for name in FACETS:
        names_by_others.setdefault(without(filters, name), []).append(name)
    mask_by_name: dict[str, int] = {}
    counts: dict[str, dict[Any, int]] = {}
    for others, names in names_by_others.items():
        mask = mask_of(others)
        mask_by_name |= dict.fromkeys(names, mask)
        counts |= counted(columns, mask, names)
    return {
        "kind": words(counts["kind"]),
        "brand": named(counts["brand"], taxonomy.brand_names),
        "category": categories(counts["category"], taxonomy),
        "condition": words(counts["condition"]),
        "price": prices(columns, mask_by_name["price"]),
        "rating": ratings(columns, mask_by_name["rating"]),
        "connector": named(counts["connector"], taxonomy.connector_names),
    }


def counted(columns: Columns, mask: int, names: Iterable[str]) -> dict[str, dict[Any, int]]:
    """Return how many of the slots in a mask have each value of these filters: by its bitmap, or slot by slot."""
    counts: dict[str, dict[Any, int]] = {name: {} for name in names}
    if mask.bit_count() * SCARCE > len(columns.ids):
        for (name, value), bits in columns.bits.items():
            if name in counts and (count := (bits & mask).bit_count()):
                counts[name][value] = count
        return counts
    rows = [columns.rows[slot] or () for slot in slots_of(mask)]
    one_of_alike = {id(row): row for row in rows}  # rows with equal values share one tuple
    for alike, count in Counter(map(id, rows)).items():
        for name, value in one_of_alike[alike]:
            if name in counts:
                counts[name][value] = counts[name].get(value, 0) + count
    return counts


def without(filters: Filters, name: str) -> Filters:
    """Return the filters but for those of one facet."""
    if name == "price":
        return filters.without_price
    if name == "rating":
        return replace(filters, min_rating=0)
    return replace(filters, any_of=tuple(each for each in filters.any_of if each[0] != name))


def words(counts: dict[Any, int]) -> list[dict[str, Any]]:
    """Return counts of words, those with most products first."""
    return [
        {"value": value, "count": counts[value]} for value in sorted(counts, key=lambda word: (-counts[word], word))
    ]


def named(counts: dict[Any, int], names: dict[Any, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return counts with what their values are called, those with most products first."""
    rows = [{**names[value], "count": count} for value, count in counts.items() if value in names]
    return sorted(rows, key=lambda row: (-row["count"], row["name"].casefold(), row["id"]))


def categories(counts: dict[Any, int], taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return the counts of categories with their sub-trees; a product hangs on one category, so they add up."""
    names = taxonomy.category_names
    whole = {pk: sum(counts.get(below, 0) for below in taxonomy.categories[str(pk)]) for pk in names}
    return named({pk: count for pk, count in whole.items() if count}, names)


def prices(columns: Columns, mask: int) -> list[dict[str, Any]]:
    """Return the counts of price bands: as `min_price` and `max_price` take them, which is both ends included."""
    starts = BANDS["price"]
    rows = []
    for band, start in enumerate(starts):
        count = (columns.bits.get(("price_band", band), 0) & mask).bit_count()
        end = money(Decimal(starts[band + 1] - 1) / 100) if band + 1 < len(starts) else None
        if count:
            rows.append({"min": money(Decimal(start) / 100), "max": end, "count": count})
    return rows


def ratings(columns: Columns, mask: int) -> list[dict[str, Any]]:
    """Return how many products are rated so or better, from 4 stars down, as `rating` takes them."""
    rows: list[dict[str, Any]] = []
    total = 0
    for stars in range(len(BANDS["rating"]) - 1, 0, -1):
        total += (columns.bits.get(("rating_band", stars), 0) & mask).bit_count()
        if total:
            rows.append({"value": stars, "count": total})
    return rows
