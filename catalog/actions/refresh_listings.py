"""Bring the shop window up to date with what changed."""

from collections.abc import Collection

from django.db import transaction

from catalog.documents import ListingRow, listing_row
from catalog.facts import load_facts, shop_terms
from catalog.models import ProductListing
from catalog.revision import next_revision

BATCH = 500
COLUMNS = ("revision", *(name for name in ListingRow._fields if name != "product_id"))


def refresh_listings(*, product_ids: Collection[int]) -> None:
    """Rewrite the listings of these products and raise the catalogue's revision.

    Call it in the transaction of the change, as its last step: the revision's row stays locked until the commit.
    Products that are gone, unpublished or without an active variant are unlisted. No products, no new revision.
    """
    ids = sorted(set(product_ids))
    if not ids:
        return
    terms = shop_terms()
    with transaction.atomic():
        fresh: list[ProductListing] = []
        for start in range(0, len(ids), BATCH):
            facts = load_facts(ids[start : start + BATCH])
            fresh += [ProductListing(revision=0, **listing_row(row, terms)._asdict()) for row in facts]
        revision = next_revision()
        for listing in fresh:
            listing.revision = revision
        ProductListing.objects.bulk_create(
            fresh,
            batch_size=BATCH,
            update_conflicts=True,
            update_fields=COLUMNS,
            unique_fields=["product_id"],
        )
        listed = {listing.product_id for listing in fresh}
        gone = [pk for pk in ids if pk not in listed]
        for start in range(0, len(gone), BATCH):
            ProductListing.objects.filter(pk__in=gone[start : start + BATCH]).update(is_listed=False, revision=revision)
