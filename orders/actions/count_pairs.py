"""Count which products are bought together, from the timelines of orders, and tell the catalogue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations, takewhile
from typing import NamedTuple

from catalog.actions.count_together import count_together
from electroports.transactions import in_transaction
from orders.models import Order, OrderEvent, OrderLine, PairCount

# Entries are written in the order of their ids and committed in any: by then none that is older can still appear.
SETTLED = timedelta(minutes=15)
BATCH = 2_000  # entries
MOST = 30  # products of an order; a larger one is a shop's, and would have hundreds of pairs

Pairs = Counter[tuple[int, int]]


class Counted(NamedTuple):
    """What some entries of timelines say: how many they are, the last one, and what they change of which pair."""

    entries: int
    last: int
    pairs: Pairs


def count_pairs(*, at: datetime) -> int:
    """Count what became of orders since the last time, at most BATCH entries; return how many were read.

    An order counts while it is in one of Order.BOUGHT. The mark moves on in the transaction of the counts, and only
    from where it was when the entries were read: of two that count at once, one gets through, and the other returns 0.
    """
    mark = PairCount.objects.get_or_create(pk=1)[0].event_id
    counted = _count(mark, at)
    if not counted.entries or not in_transaction(partial(_move_on, mark, counted)):
        return 0
    return counted.entries


def recount_pairs(*, at: datetime) -> int:
    """Count all orders anew, in place of what was counted; return how many entries were read.

    What is written is what the timelines say up to the mark, whoever has moved it meanwhile.
    """
    PairCount.objects.get_or_create(pk=1)
    entries, last, pairs = 0, 0, Pairs()
    while (counted := _count(last, at)).entries:
        entries, last = entries + counted.entries, counted.last
        pairs.update(counted.pairs)
    in_transaction(partial(_begin_anew, last, pairs))
    return entries


def _move_on(mark: int, counted: Counted) -> bool:
    moved = PairCount.objects.filter(pk=1, event_id=mark).update(event_id=counted.last)
    if moved:
        count_together(changes=counted.pairs)
    return bool(moved)


def _begin_anew(last: int, pairs: Pairs) -> None:
    PairCount.objects.filter(pk=1).update(event_id=last)
    count_together(changes=pairs, anew=True)


def _count(mark: int, at: datetime) -> Counted:
    """Read the entries behind the mark, up to the first that is not settled."""
    rows = OrderEvent.objects.filter(pk__gt=mark).order_by("pk")
    found = rows.values_list("pk", "created_at", "order_id", "from_status", "to_status")[:BATCH]
    entries = list(takewhile(lambda entry: entry[1] <= at - SETTLED, found))
    orders: Counter[int] = Counter()
    for _pk, _created_at, order_id, before, after in entries:
        orders[order_id] += (after in Order.BOUGHT) - (before in Order.BOUGHT)
    pairs = Pairs()
    for order_id, products in _products({order_id for order_id, step in orders.items() if step}):
        for pair in combinations(sorted(products), 2):
            pairs[pair] += orders[order_id]
    return Counted(len(entries), entries[-1][0] if entries else mark, pairs)


def _products(order_ids: Collection[int]) -> Iterator[tuple[int, set[int]]]:
    """Yield the products of those of the orders that do not have too many."""
    bought: dict[int, set[int]] = defaultdict(set)
    for order_id, product_id in OrderLine.objects.filter(order__in=order_ids).values_list("order_id", "product_id"):
        bought[order_id].add(product_id)
    return ((order_id, products) for order_id, products in bought.items() if len(products) <= MOST)
