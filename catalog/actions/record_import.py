"""Write into the audit trail what an import, or a bulk call, did to each product and variant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth.models import AbstractUser

from catalog.actions.plan_import import PlannedProduct, PlannedVariant
from electroports.history import ADDED, CHANGED, Deed, write
from electroports.snapshots import Changes, diff, snapshot


def record_import(*, products: Sequence[PlannedProduct], acting_user: AbstractUser | None, reference: str) -> None:
    """Write an entry for each product and variant of a plan that is written; without a user nothing.

    In the caller's transaction. Stock is under the SKU, as `stock` and the location's code.
    """
    if acting_user is not None:
        write([deed for each in products for deed in _deeds(each, acting_user, reference)])


def _deeds(each: PlannedProduct, user: AbstractUser, reference: str) -> Iterator[Deed]:
    product = each.product
    if each.is_new:
        yield Deed(user, ADDED, product, diff(None, {**snapshot(product), **each.row.traits}), reference)
    elif each.is_changed or each.are_traits_changed:
        yield Deed(user, CHANGED, product, each.changes, reference)
    for variant in each.variants:
        if changes := _changes(variant):
            yield Deed(user, ADDED if variant.is_new else CHANGED, variant.variant, changes, reference)
    for dropped in each.dropped:
        yield Deed(user, CHANGED, dropped, {"is_active": (True, False)}, reference)


def _changes(each: PlannedVariant) -> Changes:
    stock = {
        f"stock {level.code}": (level.level.on_hand if level.level is not None else None, level.figure)
        for level in each.levels
    }
    return {**(diff(None, snapshot(each.variant)) if each.is_new else each.changes), **stock}
