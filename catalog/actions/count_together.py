"""Count which products are bought together, and show it on their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from catalog.models import BoughtTogether, ProductListing
from catalog.revision import next_revision

KEPT = 12  # twice what a page shows, since some will be out of stock
LEAST = 2  # orders: once may be chance
BATCH = 500
TABLE = "catalog_boughttogether"

Pair = tuple[int, int]
Item = TypeVar("Item")


def count_together(*, changes: Mapping[Pair, int], anew: bool = False) -> int:
    """Add how many more, or fewer, orders have both products of each pair; return how many pages show others now.

    With `anew` whatever was counted before is forgotten. A pair's products may stand in either order, each pair once.
    Only pages whose list has changed get a new revision. The caller sees to it that nothing is added twice, and that of
    two such transactions one waits for the other.
    """
    rows = sorted((*pair, n) for (one, other), n in changes.items() if n for pair in ((one, other), (other, one)))
    ids = {product_id for product_id, _other, _n in rows}
    with transaction.atomic():
        if anew:
            ids.update(BoughtTogether.objects.values_list("product_id", flat=True).distinct())
            BoughtTogether.objects.all().delete()
        for batch in _batches(rows):
            _add(batch)
        for some in _batches(sorted(ids)):
            BoughtTogether.objects.filter(product_id__in=some, count__lte=0).delete()
        changed = [row for some in _batches(sorted(ids)) for row in _changed(some)]
        if changed:
            _show(changed)
    return len(changed)


def _batches(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch


def _add(rows: Sequence[tuple[int, int, int]]) -> None:
    marks = ", ".join(["(%s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (product_id, other_id, count) VALUES {marks} "  # noqa: S608
            f"ON CONFLICT (product_id, other_id) DO UPDATE SET count = {TABLE}.count + excluded.count",
            list(chain.from_iterable(rows)),
        )


def _changed(ids: Collection[int]) -> list[tuple[int, str]]:
    """Return which of these products are to show another list than they do, with it."""
    ranked = (
        BoughtTogether.objects.filter(product_id__in=ids, count__gte=LEAST)
        .annotate(
            place=Window(RowNumber(), partition_by="product_id", order_by=[F("count").desc(), F("other_id").desc()])
        )
        .filter(place__lte=KEPT)
        .order_by("product_id", "place")
    )
    best: dict[int, list[str]] = {}
    for product_id, other_id in ranked.values_list("product_id", "other_id"):
        best.setdefault(product_id, []).append(str(other_id))
    shown = ProductListing.objects.filter(pk__in=ids).values_list("pk", "bought_together")
    wanted = [(pk, text, " ".join(best.get(pk, ()))) for pk, text in shown]
    return [(pk, new) for pk, text, new in wanted if new != text]


def _show(changed: Sequence[tuple[int, str]]) -> None:
    """Write the lists under a new revision; who rewrites the listings meanwhile leaves this column alone."""
    revision = next_revision()
    ProductListing.objects.bulk_update(
        [ProductListing(pk=pk, bought_together=text, revision=revision) for pk, text in changed],
        ["bought_together", "revision"],
        batch_size=BATCH,
    )
