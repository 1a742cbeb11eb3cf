"""Reading the listings into the shop window: those that changed since a revision, or with the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

from catalog.columns import NO_SPECS, ListedRow, Specs
from catalog.layouts import LayoutStore

CHUNK = 5_000
# After the first two in the order of ListedRow's fields. SQLite's 0 and 1 are as good as False and True for a key.
COLUMN_NAMES = (
    "is_listed, coalesce(phase.card, listing.card), listing.product_id, kind, brand_id, category_id, name_key, "
    "CAST(round(coalesce(phase.price, listing.price) * 100) AS bigint), newest_key, "
    "CAST(round(rating * 100) AS bigint), popularity, in_stock, coalesce(phase.on_sale, listing.on_sale), conditions, "
    "CAST(traits AS text), event_ids, CAST(spec_values AS text), layout_id"
)
# Each listing as it is in one second, which the statement is given twice.
AT_ONE_SECOND = (
    "catalog_productlisting listing LEFT JOIN catalog_listingphase phase "
    "ON phase.product_id = listing.product_id AND phase.since <= %s AND phase.until > %s"
)
# The products whose phase is another in the second of two seconds than in the first; given as first and second, twice.
TURNED = (
    "SELECT product_id FROM catalog_listingphase WHERE since > %s AND since <= %s "
    "UNION SELECT product_id FROM catalog_listingphase WHERE until > %s AND until <= %s"
)


def changed_rows(
    since: int, layouts: LayoutStore, *, listed_only: bool, second: int
) -> Iterator[tuple[list[tuple[ListedRow, str]], list[int]]]:
    """Yield, in chunks, the listings changed after revision `since` and the ids of those that are gone."""
    listed = "AND is_listed" if listed_only else ""
    for rows in listing_rows(f"revision > %s {listed}", [since], second):
        layouts.need({row[17] for row in rows})
        yield [read_row(row, layouts) for row in rows if row[0]], [row[2] for row in rows if not row[0]]


def turned_rows(before: int, second: int, layouts: LayoutStore) -> Iterator[list[tuple[ListedRow, str]]]:
    """Yield, in chunks, the listings whose phase is another in `second` than in the second `before`."""
    span = sorted((before, second))
    for rows in listing_rows(f"listing.product_id IN ({TURNED}) AND is_listed", [*span, *span], second):
        layouts.need({row[17] for row in rows})
        yield [read_row(row, layouts) for row in rows]


def count_turned(before: int, second: int) -> int:
    """Return of how many products the phase is another in `second` than in the second `before`."""
    span = sorted((before, second))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({TURNED}) turned", [*span, *span])  # noqa: S608
        count: int = cursor.fetchone()[0]
    return count


def listing_rows(condition: str, values: Sequence[Any], second: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield, in chunks and by id, the listings that meet a condition, as they are in that second."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {COLUMN_NAMES} FROM {AT_ONE_SECOND} "  # noqa: S608
                f"WHERE {condition} AND listing.product_id > %s ORDER BY listing.product_id LIMIT {CHUNK}",
                [second, second, *values, last],
            )
            rows = cursor.fetchall()
        if rows:
            last = rows[-1][2]
            yield rows
        if len(rows) < CHUNK:
            return


def read_cards(product_ids: Sequence[int], second: int) -> dict[int, str]:
    """Return the cards of products, by id, as they are in that second."""
    marks = ",".join(["%s"] * len(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT listing.product_id, coalesce(phase.card, listing.card) FROM {AT_ONE_SECOND} "  # noqa: S608
            f"WHERE listing.product_id IN ({marks})",
            [second, second, *product_ids],
        )
        return dict(cursor.fetchall())


def read_edges() -> list[int]:
    """Return the seconds in which sale events begin or end, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT starts_at, ends_at FROM catalog_saleevent WHERE is_published")
        rows = cursor.fetchall()
    return sorted({second_of(moment) for row in rows for moment in row})


def second_of(moment: datetime) -> int:
    """Return the seconds since 1970 of a moment as a cursor gives it: SQLite's are in UTC, and do not say so."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def read_row(row: Sequence[Any], layouts: LayoutStore) -> tuple[ListedRow, str]:
    """Return a listing's columns, read as COLUMN_NAMES lists them, and its card."""
    words, traits, events, specs, layout_id = row[13:18]
    connectors = () if layout_id is None else layouts[layout_id].connectors
    return ListedRow._make(
        (
            *(*row[2:13], read_words(words), read_traits(traits), read_ids(events), read_specs(specs)),
            *(layout_id, connectors),
        )
    ), row[1]


@lru_cache(maxsize=10_000)
def read_specs(text: str) -> Specs:
    """Return the specifications that `text` spells; equal texts share one object."""
    values: dict[str, Any] = orjson.loads(text)
    return Specs(values) if values else NO_SPECS


@lru_cache(maxsize=1_000)
def read_ids(text: str) -> tuple[int, ...]:
    """Return the ids that `text` lists; equal texts share one tuple."""
    return tuple(int(word.partition(":")[0]) for word in text.split())


@lru_cache(maxsize=1_000)
def read_words(text: str) -> tuple[str, ...]:
    """Return the words of `text`; equal texts share one tuple."""
    return tuple(text.split())


@lru_cache(maxsize=10_000)
def read_traits(text: str) -> dict[str, Any]:
    """Return the typed fields that `text` spells; equal texts share one dictionary, which nobody changes."""
    traits: dict[str, Any] = orjson.loads(text)
    return traits
