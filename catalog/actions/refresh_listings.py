"""Bring the shop window up to date with what changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from catalog.actions.index_products import index_products, learn_words
from catalog.actions.lay_out_sales import Phase, lay_out_sales, record_prices
from catalog.actions.lock_product import lock_products
from catalog.actions.mark_due_notices import ask_to_look
from catalog.actions.store_layouts import store_layouts
from catalog.documents import ListingRow, ShopTerms, listing_row
from catalog.facts import load_facts, shop_terms
from catalog.models import ListingPhase, ProductListing
from catalog.offers import Offers
from catalog.revision import next_revision

BATCH = 500
COLUMNS = ("revision", *(name for name in ListingRow._fields if name != "product_id"))


class Finished(NamedTuple):
    """Listings made ready, what stands in their place while events lower prices, and words for search to learn."""

    rows: Sequence[ListingRow]
    phases: Sequence[ListingPhase]
    words: Collection[str]


def refresh_listings(
    *, product_ids: Collection[int], at: datetime, progress: Callable[[int], None] | None = None
) -> None:
    """Rewrite the listings of these products, write their prices down, and raise the catalogue's revision.

    Call it in the transaction of the change, as its last step: the revision's row stays locked until the commit.
    Products that are gone, unpublished or without an active variant are unlisted. No products, no new revision.

    The products are locked before they are read, in the order of their keys, and before the revision. So of two
    transactions that change one product in different tables, the second reads what the first has committed, and
    does not overwrite its listing with what was there before. A price that is another now than at the last refresh
    goes into the price history as of `at`, and the sales that are to come are laid out. Where there is more than one
    batch, `progress` is told how many products are done.
    """
    all_ids = sorted(set(product_ids))
    if not all_ids:
        return
    batches = list(_batches(all_ids))
    with transaction.atomic():
        lock_products(all_ids)
        ask_to_look(all_ids)
        fresh = _finished(batches[0], at)  # most refreshes are of one batch, made before everybody else has to wait
        revision = next_revision()
        done = 0
        for number, ids in enumerate(batches):
            _write(ids, _finished(ids, at) if number else fresh, revision)
            done += len(ids)
            if progress and len(batches) > 1:
                progress(done)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _finished(ids: Sequence[int], at: datetime) -> Finished:
    """Make the listings of `ids` ready, and bring the books of prices and the search index up to date with them."""
    terms = shop_terms()
    products = load_facts(ids)
    store_layouts(products=products)
    record_prices(product_ids=ids, at=at)
    offers = Offers(ids)
    for product in products:
        product.events = offers.events_of(product)
    outdated, _by_model = ListingPhase.objects.filter(product_id__in=ids).delete()
    phases = lay_out_sales(products=products, product_ids=ids, offers=offers, had_phases=bool(outdated), at=at)
    return Finished(
        [listing_row(product, terms) for product in products],
        [_phase_row(phase, terms) for phase in phases],
        index_products(product_ids=ids, facts=products),
    )


def _phase_row(phase: Phase, terms: ShopTerms) -> ListingPhase:
    row = listing_row(phase.facts, terms)
    return ListingPhase(
        product_id=row.product_id,
        since=phase.since,
        until=phase.until,
        price=row.price,
        on_sale=row.on_sale,
        card=row.card,
        detail=row.detail,
    )


def _write(ids: Sequence[int], fresh: Finished, revision: int) -> None:
    """Store the finished rows among `ids`, and take the others out of the window."""
    ListingPhase.objects.bulk_create(fresh.phases)
    ProductListing.objects.bulk_create(
        [ProductListing(revision=revision, **row._asdict()) for row in fresh.rows],
        update_conflicts=True,
        update_fields=COLUMNS,
        unique_fields=["product_id"],
    )
    gone = set(ids).difference(row.product_id for row in fresh.rows)
    ProductListing.objects.filter(pk__in=gone, is_listed=True).update(is_listed=False, revision=revision)
    learn_words(fresh.words, revision=revision)
