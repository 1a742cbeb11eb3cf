"""Make, change and delete sale events, together with the prices that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Model

from catalog.actions.lock_product import lock_products
from catalog.actions.refresh_listings import refresh_listings
from catalog.clock import whole_second
from catalog.errors import EventHasBegun
from catalog.event_documents import staff_document
from catalog.event_rules import MOST_AT_ONCE, EventTerms, event_errors, terms_of, too_soon
from catalog.models import Brand, Category, EventPrice, Product, SaleEvent, Variant
from catalog.offers import covered_products
from catalog.revision import next_revision
from electroports.errors import DOES_NOT_EXIST, FieldError, NoSuchRow
from electroports.history import ADDITION, CHANGE, DELETION, record_change
from electroports.jobs import enqueue
from electroports.preconditions import Precondition
from electroports.snapshots import diff
from electroports.transactions import in_transaction
from electroports.validation import complaints, refuse_if

PLAIN = ("name", "slug", "text", "banner_alt", "starts_at", "ends_at", "percent", "fixed_price", "is_published")
LINKS = ("products", "categories", "brands")


def create_event(*, values: Mapping[str, Any], acting_user: AbstractUser | None, at: datetime) -> dict[str, Any]:
    """Make an event and return its staff document; raises InvalidInput, and then nothing is written."""
    with transaction.atomic():
        event = save_event(event_id=None, write=lambda: _assign(SaleEvent(), values), at=at)
        document = staff_document(event)
        changes = diff(None, document)
        record_change(acting_user=acting_user, row=event, flag=ADDITION, message="Created.", changes=changes)
        return document


def change_event(
    *,
    event_id: int,
    changes: Mapping[str, Any],
    expected: Precondition,
    acting_user: AbstractUser | None,
    at: datetime,
) -> dict[str, Any]:
    """Change what is given of an event and return its staff document; nothing happens if nothing would change.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InvalidInput; then nothing is written.
    """

    def work() -> dict[str, Any]:
        event = _locked(event_id)
        before = staff_document(event)
        expected.check(before)
        changed = _changed(event, changes)
        if not changed:
            return before
        event = save_event(event_id=event_id, write=partial(_assign, event, changed), at=at)
        after = staff_document(event)
        told, pairs = f"Changed {', '.join(changed)}.", diff(before, after)
        record_change(acting_user=acting_user, row=event, flag=CHANGE, message=told, changes=pairs)
        return after

    return in_transaction(work)


def delete_event(*, event_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    """Delete an event that has not begun.

    Raises NoSuchRow, PreconditionFailed, EventHasBegun for one of which shoppers have had prices, and InvalidInput for
    a large one that is about to begin.
    """

    def work() -> None:
        event = _locked(event_id)
        document = staff_document(event)
        expected.check(document)
        before = terms_of(event)
        if before.begun(at):
            raise EventHasBegun("The event has begun, and its prices are history. Let it end earlier, or unpublish it.")
        covered = covered_products([event_id]) if before.is_published else set()
        refuse_if(_listed(too_soon(before, None, count=len(covered), at=at)))
        lock_products(covered)
        gone = diff(document, None)
        record_change(acting_user=acting_user, row=event, flag=DELETION, message="Deleted.", changes=gone)
        event.delete()
        show_event(covered, at=at)

    in_transaction(work)


def save_event(*, event_id: int | None, write: Callable[[], SaleEvent], at: datetime) -> SaleEvent:
    """Change what an event is by `write`, which returns it, and bring the prices that follow from it up to date.

    One transaction: lists, pages and orders change together, and nobody sees an event without its prices. Of an event
    over more than MOST_AT_ONCE products they are written by a job, before anything of it takes effect. Raises
    InvalidInput for what `catalog.event_rules` forbids.
    """
    with transaction.atomic():
        before: EventTerms | None = None
        version = 1
        covered: set[int] = set()
        if event_id is not None:
            stored = _locked(event_id)
            before, version = terms_of(stored), stored.version + 1
            covered = covered_products([event_id]) if before.is_published else set()
            if len(covered) <= MOST_AT_ONCE:
                lock_products(covered)
        event = write()
        event.refresh_from_db()
        after = terms_of(event)
        refuse_if(event_errors(before, after, at=at))
        if after.is_published:
            covered |= covered_products([event.pk])
        refuse_if(_listed(too_soon(before, after, count=len(covered), at=at)))
        SaleEvent.objects.filter(pk=event.pk).update(version=version, starts_at=after.starts_at, ends_at=after.ends_at)
        show_event(covered, at=at)
        event.refresh_from_db()
        return event


def show_event(product_ids: set[int], *, at: datetime) -> None:
    """Bring the listings of an event's products up to date: few of them now, many by a job."""
    if product_ids and len(product_ids) <= MOST_AT_ONCE:
        refresh_listings(product_ids=product_ids, at=at)
        return
    next_revision()
    if product_ids:
        enqueue("catalog.tasks.refresh_late_listings")


def _changed(event: SaleEvent, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the changes that give the event another value than it has."""
    terms = terms_of(event)
    scope = {name: {pk for kind, pk in terms.scope if kind == name} for name in LINKS}
    changed: dict[str, Any] = {}
    for name, value in changes.items():
        if name in scope:
            is_same = set(value) == scope[name]
        elif name == "prices":
            is_same = {(row["variant"], row["price"]) for row in value} == terms.prices
        else:
            is_same = (whole_second(value) if isinstance(value, datetime) else value) == getattr(event, name)
        if not is_same:
            changed[name] = value
    return changed


def _assign(event: SaleEvent, values: Mapping[str, Any]) -> SaleEvent:
    for name in PLAIN:
        if name in values:
            value = values[name]
            setattr(event, name, whole_second(value) if isinstance(value, datetime) else value)
    _refuse_impossible(event)
    refuse_if(complaints(event, fields=[name for name in PLAIN if name in values]))
    refuse_if(_unknown_rows(values))
    event.save()
    for name in LINKS:
        if name in values:
            getattr(event, name).set(values[name])
    if "prices" in values:
        event.prices.all().delete()
        EventPrice.objects.bulk_create(
            [EventPrice(event=event, variant_id=row["variant"], price=row["price"]) for row in values["prices"]]
        )
    return event


def _unknown_rows(values: Mapping[str, Any]) -> list[FieldError]:
    """Return an error for each list that names a row which is not there."""
    named: list[tuple[str, type[Model], set[int]]] = [
        (name, model, set(values.get(name, ())))
        for name, model in (("products", Product), ("categories", Category), ("brands", Brand))
    ]
    named.append(("prices", Variant, {row["variant"] for row in values.get("prices", ())}))
    errors: list[FieldError] = []
    for name, model, wanted in named:
        found = set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
        if missing := sorted(wanted - found):
            errors.append(FieldError(name, DOES_NOT_EXIST, f"There is no {missing[0]}."))
    return errors


def _refuse_impossible(event: SaleEvent) -> None:
    """Say what the table's constraints would only answer by an error."""
    fields = (event.starts_at, event.ends_at, event.percent, event.fixed_price, event.is_published)
    shape = EventTerms(*fields, scope=frozenset({("any", 0)}), prices=frozenset())
    constrained = {"not_after_beginning", "one_way_only", "out_of_range", "not_positive"}
    refuse_if([error for error in event_errors(None, shape, at=event.starts_at) if error.code in constrained])


def _locked(event_id: int) -> SaleEvent:
    """Return an event, locked until the end of the transaction; raises NoSuchRow."""
    event: SaleEvent | None = SaleEvent.objects.select_for_update(no_key=True).filter(pk=event_id).first()
    if event is None:
        raise NoSuchRow
    return event


def _listed(error: Any) -> list[Any]:
    return [] if error is None else [error]
