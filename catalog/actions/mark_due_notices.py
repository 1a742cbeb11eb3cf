"""Mark which notices have come due: the product is in stock again, or costs less."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from catalog.bulk import chunks
from catalog.models import Notice
from electroports.jobs import enqueue

LOOK_JOB = "catalog.tasks.look_at_notices"
BATCH = 500


def ask_to_look(product_ids: Collection[int]) -> None:
    """Have the notices on these products looked at once the current transaction is committed, if any wait."""
    for ids in chunks(sorted(product_ids), BATCH):
        waiting = Notice.objects.filter(status=Notice.Status.WAITING, product__in=ids)
        awaited = sorted(waiting.order_by().values_list("product_id", flat=True).distinct())
        if awaited:
            enqueue(LOOK_JOB, awaited)


def mark_due_notices(*, product_ids: Collection[int] | None, at: datetime) -> int:
    """Mark as due what customers wait for and what is so now, of these products or of all; return how many these are.

    One UPDATE a kind, which holds only for what still waits: of several at once each notice comes due in one.
    """
    waiting = Notice.objects.filter(status=Notice.Status.WAITING)
    if product_ids is not None:
        waiting = waiting.filter(product__in=product_ids)
    change = {"status": Notice.Status.DUE, "due_at": at, "next_attempt_at": at, "claimed_at": None, "attempts": 0}
    return sum(
        Notice.objects.filter(pk__in=holding.order_by().values("pk"), status=Notice.Status.WAITING).update(**change)
        for holding in (waiting.in_stock(), waiting.dropped(at=at))
    )
