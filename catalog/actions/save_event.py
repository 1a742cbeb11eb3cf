"""Save and delete sale events, together with the prices that they make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from catalog.actions.refresh_listings import refresh_listings
from catalog.models import SaleEvent
from catalog.offers import covered_products
from catalog.revision import next_revision


def save_event(*, event_id: int | None, write: Callable[[], SaleEvent], at: datetime) -> SaleEvent:
    """Change what an event is by `write`, which returns it, and bring the prices that follow from it up to date.

    One transaction: lists, pages and orders change together, and nobody sees an event without its prices.
    """
    with transaction.atomic():
        before = covered_products([event_id]) if event_id is not None else set()
        event = write()
        _show(before | covered_products([event.pk]), at)
        return event


def delete_event(*, event: SaleEvent, at: datetime) -> None:
    """Delete an event; what it lowers costs its regular price from now on."""
    with transaction.atomic():
        covered = covered_products([event.pk])
        event.delete()
        _show(covered, at)


def _show(product_ids: set[int], at: datetime) -> None:
    if product_ids:
        refresh_listings(product_ids=product_ids, at=at)
    else:
        next_revision()
