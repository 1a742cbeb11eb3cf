"""Change a product as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Model

from catalog.actions.refresh_listings import refresh_listings
from catalog.files.rows import KIND_COLUMNS, TYPED_COLUMNS
from catalog.models import Accessory, Product, SoundDevice
from catalog.staff_documents import read_product
from electroports.errors import FieldError, NoSuchRow
from electroports.history import CHANGE, record_change
from electroports.preconditions import Precondition
from electroports.transactions import in_transaction
from electroports.validation import complaints, refuse_if

MODELS: dict[str, type[Product]] = {
    Product.Kind.DEVICE: Product,
    Product.Kind.ACCESSORY: Accessory,
    Product.Kind.SOUND_DEVICE: SoundDevice,
}


def change_product(
    *,
    product_id: int,
    changes: Mapping[str, Any],
    expected: Precondition,
    acting_user: AbstractUser | None,
) -> dict[str, Any]:
    """Write these fields of a product, typed ones of its kind too, and return its staff document.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InvalidInput; then nothing is written.
    """
    return in_transaction(partial(_change, product_id, changes, expected, acting_user))


def _change(
    product_id: int, changes: Mapping[str, Any], expected: Precondition, acting_user: AbstractUser | None
) -> dict[str, Any]:
    lock_product(product_id)
    before = read_product(product_id)
    expected.check(before)
    refuse_if(foreign_traits(before["kind"], changes))
    row = MODELS[before["kind"]].objects.get(pk=product_id)
    changed = assign(row, changes)
    refuse_if(complaints(row, fields=changed))
    if not changed:
        return before
    row.save(update_fields=[*changed, "updated_at"])
    record_change(acting_user=acting_user, row=row, flag=CHANGE, message=f"Changed {', '.join(changed)}.")
    refresh_listings(product_ids=[product_id])
    return read_product(product_id)


def lock_product(product_id: int) -> None:
    """Lock a product's row until the end of the transaction; raises NoSuchRow.

    Whatever changes a product, its variants or its pictures does this first, and so one after the other.
    """
    rows = Product.objects.select_for_update(no_key=True).filter(pk=product_id).order_by()
    if not list(rows.values_list("pk")):
        raise NoSuchRow


def foreign_traits(kind: str, values: Mapping[str, Any]) -> list[FieldError]:
    """Return an error for each typed field that a product of this kind does not have."""
    return [
        FieldError(name, "not_allowed", f"A product of the kind {kind} has no such field.")
        for name in TYPED_COLUMNS
        if name in values and name not in KIND_COLUMNS[kind]
    ]


def assign(row: Model, changes: Mapping[str, Any]) -> list[str]:
    """Set these fields of a row, relations by their keys; return the names of those that had another value."""
    changed = []
    for name, value in changes.items():
        attribute = str(row._meta.get_field(name).attname)  # type: ignore[union-attr]
        if getattr(row, attribute) != value:
            setattr(row, attribute, value)
            changed.append(name)
    return changed
