"""Find the products whose listings do not have the sale events that they are in, and write them, batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from catalog.actions.refresh_listings import refresh_listings
from catalog.models import ProductListing, SaleEvent
from catalog.offers import covered_by_event

BATCH = 500


def products_behind(*, at: datetime) -> list[int]:
    """Return the listed products that have not taken in an event as it is now, ascending.

    Such are those of a large event that was just saved, and the odd one that came into a category in the very moment
    in which an event over that was saved by somebody else.
    """
    published = dict(SaleEvent.objects.filter(is_published=True).values_list("pk", "version"))
    running = list(SaleEvent.objects.filter(is_published=True, ends_at__gt=at).values_list("pk", flat=True))
    listed = dict(ProductListing.objects.filter(is_listed=True).values_list("pk", "event_ids"))
    wanted: dict[int, set[str]] = {pk: set() for pk, text in listed.items() if text}
    for event_id, covered in covered_by_event(running).items():
        for product_id in covered & listed.keys():
            wanted.setdefault(product_id, set()).add(f"{event_id}:{published[event_id]}")
    over = {str(pk) for pk in published.keys() - set(running)}
    return sorted(
        pk
        for pk, tokens in wanted.items()
        if {word for word in listed[pk].split() if word.partition(":")[0] not in over} != tokens
    )


def refresh_late_listings(*, clock: Callable[[], datetime], limit: int) -> bool:
    """Write the listings of products that are behind; tell if any are left.

    Each batch is a transaction of its own, at the time that `clock` tells then.
    """
    behind = products_behind(at=clock())
    for start in range(0, min(len(behind), limit), BATCH):
        refresh_listings(product_ids=behind[start : start + BATCH], at=clock())
    return len(behind) > limit
