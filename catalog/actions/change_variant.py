"""Change what is bought of a product, its price too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError

from catalog.actions.create_variant import named_by
from catalog.actions.lock_product import lock_product, note_change
from catalog.actions.refresh_listings import refresh_listings
from catalog.models import Variant
from catalog.staff_documents import variant_document
from electroports.errors import NoSuchRow
from electroports.history import CHANGE, record_change
from electroports.preconditions import Precondition
from electroports.transactions import in_transaction
from electroports.validation import assign, complaints, refuse_if


def change_variant(
    *,
    variant_id: int,
    changes: Mapping[str, Any],
    expected: Precondition,
    acting_user: AbstractUser | None,
    at: datetime,
) -> dict[str, Any]:
    """Write these fields of a variant and return its staff document. A name that was made of its options follows them.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InvalidInput; then nothing is written.
    """
    work = partial(_change, variant_id, changes, expected, acting_user, at)
    return in_transaction(work, again_after=(IntegrityError,))


def _change(
    variant_id: int, changes: Mapping[str, Any], expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    variant = locked_variant(variant_id)
    before = variant_document(variant)
    expected.check(before)
    if "options" in changes and variant.name == named_by(variant.options):
        changes = {"name": named_by(changes["options"]), **changes}
    changed = assign(variant, changes)
    refuse_if(complaints(variant, fields={*changed, "product", "name", "condition"} if changed else ()))
    if not changed:
        return before
    variant.save(update_fields=changed)
    told = f"Changed {', '.join(changed)}."
    record_change(acting_user=acting_user, row=variant, flag=CHANGE, message=told, changes=changed)
    note_change([variant.product_id])
    refresh_listings(product_ids=[variant.product_id], at=at)
    return variant_document(variant)


def locked_variant(variant_id: int) -> Variant:
    """Return a variant whose product and whose own row are locked until the end of the transaction, in this order.

    Raises NoSuchRow.
    """
    product_id = Variant.objects.filter(pk=variant_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise NoSuchRow
    lock_product(product_id)
    variant: Variant | None = Variant.objects.select_for_update(of=("self",)).filter(pk=variant_id).first()
    if variant is None:
        raise NoSuchRow
    return variant
