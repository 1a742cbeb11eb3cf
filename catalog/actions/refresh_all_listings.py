"""Rewrite the whole shop window, after something changed that all listings depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction

from catalog.actions.refresh_listings import refresh_listings
from catalog.fingerprint import listing_fingerprint
from catalog.models import CatalogRevision, Product, ProductListing

BATCH = 500


def refresh_all_listings(*, always: bool, progress: Callable[[int], None], clock: Callable[[], datetime]) -> int | None:
    """Rewrite every listing and return how many products that took; None if nothing called for it.

    That is so, without `always`, when the code and the settings are those that wrote them last. Each batch is a
    transaction of its own, at the time that `clock` tells then; `progress` is told how many products are done.
    Interrupted, it begins again next time.
    """
    fingerprint = listing_fingerprint()
    listed_by = CatalogRevision.objects.values_list("listed_by", flat=True).first()
    if not always and listed_by == fingerprint:
        return None
    done = 0
    for ids in _batches():
        with transaction.atomic():
            refresh_listings(product_ids=ids, at=clock())
        done += len(ids)
        progress(done)
    CatalogRevision.objects.update_or_create(pk=1, defaults={"listed_by": fingerprint})
    return done


def _batches() -> Iterator[list[int]]:
    """Yield the ids of all products, and of those that are gone but still listed."""
    last = 0
    while ids := list(Product.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        yield ids
    gone = ProductListing.objects.filter(is_listed=True).exclude(product_id__in=Product.objects.values("pk"))
    while ids := list(gone.values_list("pk", flat=True)[:BATCH]):
        yield ids
