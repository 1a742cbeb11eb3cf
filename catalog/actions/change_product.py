"""Change a product as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError

from catalog.actions.lock_product import lock_product
from catalog.actions.plan_specs import parse_specs
from catalog.actions.refresh_listings import refresh_listings
from catalog.kinds import MODELS, foreign_traits
from catalog.staff_documents import product_document
from electroports.history import CHANGE, record_change
from electroports.preconditions import Precondition
from electroports.transactions import in_transaction
from electroports.validation import assign, complaints, refuse_if


def change_product(
    *,
    product_id: int,
    changes: Mapping[str, Any],
    expected: Precondition,
    acting_user: AbstractUser | None,
    at: datetime,
) -> dict[str, Any]:
    """Write these fields of a product, typed ones of its kind too, and return its staff document.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InvalidInput; then nothing is written.
    """
    work = partial(_change, product_id, changes, expected, acting_user, at)
    return in_transaction(work, again_after=(IntegrityError,))


def _change(
    product_id: int, changes: Mapping[str, Any], expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    lock_product(product_id)
    before = product_document(product_id)
    expected.check(before)
    refuse_if(foreign_traits(before["kind"], changes))
    row = MODELS[before["kind"]].objects.get(pk=product_id)
    if "typed_specs" in changes:
        category_id = changes.get("category", row.category_id)
        values, errors = parse_specs(changes["typed_specs"], category_id=category_id, stored=row.typed_specs)
        refuse_if(errors)
        changes = {**changes, "typed_specs": values}
    changed = assign(row, changes)
    refuse_if(complaints(row, fields=changed))
    if not changed:
        return before
    row.save(update_fields=[*changed, "updated_at"])
    refresh_listings(product_ids=[product_id], at=at)
    after = product_document(product_id)
    pairs = {name: (before.get(name, pair[0]), after.get(name, pair[1])) for name, pair in changed.items()}
    told = f"Changed {', '.join(changed)}."
    record_change(acting_user=acting_user, row=row, flag=CHANGE, message=told, changes=pairs)
    return after
