"""Set the prices of many variants at once, each from the price that whoever sets it has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.actions.lock_product import lock_products, note_change
from catalog.actions.refresh_listings import refresh_listings
from catalog.bulk import chunks, overwrite
from catalog.errors import PriceMoved
from catalog.models import Variant
from catalog.pricing import money
from electroports.errors import FieldError
from electroports.history import CHANGE, record_changes
from electroports.snapshots import Changes, diff, snapshot
from electroports.texts import how_many
from electroports.validation import refuse_if

MAX_SHOWN = 1_000  # errors
UNSAID = object()
PRICES = ("price", "compare_at_price")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What a variant, named by its SKU or id, is to cost, and what it costs now; `compare_at_price` may be UNSAID."""

    named: str | int
    price: Decimal
    expected_price: Decimal
    compare_at_price: Any = UNSAID


class PricesSet(NamedTuple):
    """How many variants cost something else now, and how many what they did."""

    changed: int
    unchanged: int


def set_prices(*, rows: Sequence[PriceRow], acting_user: AbstractUser | None, at: datetime) -> PricesSet:
    """Write these prices, all or none of them, and return what that changed.

    Raises InvalidInput for a variant that is not there or named twice, or a price that is not below what it is compared
    with; and PriceMoved if any variant does not cost what its row expects. Then nothing is written.
    """
    with transaction.atomic():
        variants = _locked(rows)
        refuse_if(_unknown(rows, variants)[:MAX_SHOWN])
        _refuse_moved(rows, variants)
        changed: dict[int, Variant] = {}
        pairs: dict[int, Changes] = {}
        errors: list[FieldError] = []
        for index, (row, variant) in enumerate(zip(rows, map(variants.get, _names(rows)), strict=True)):
            if variant is not None and (pair := _reprice(variant, row)):
                changed[variant.pk], pairs[variant.pk] = variant, pair
                errors += _complaints(index, variant)
        refuse_if(errors[:MAX_SHOWN])
        if changed:
            _write([changed[pk] for pk in sorted(changed)], pairs, acting_user=acting_user, at=at)
        return PricesSet(len(changed), len(rows) - len(changed))


def _names(rows: Sequence[PriceRow]) -> list[str | int]:
    return [row.named for row in rows]


def _locked(rows: Sequence[PriceRow]) -> Mapping[str | int, Variant]:
    """Lock the products, as whoever changes a price does, and return the variants by what the rows call them."""
    found: dict[str | int, int] = {}
    product_ids: set[int] = set()
    for field in ("sku", "pk"):
        for names in chunks(row.named for row in rows if isinstance(row.named, str) == (field == "sku")):
            named = Variant.objects.filter(**{f"{field}__in": names}).order_by()
            for name, pk, product_id in named.values_list(field, "pk", "product_id"):
                found[name] = pk
                product_ids.add(product_id)
    lock_products(product_ids)
    variants: dict[int, Variant] = {}
    for ids in chunks(sorted(set(found.values()))):
        locked = Variant.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        variants.update((variant.pk, variant) for variant in locked)
    return {name: variants[pk] for name, pk in found.items() if pk in variants}


def _unknown(rows: Sequence[PriceRow], variants: Mapping[str | int, Variant]) -> list[FieldError]:
    errors: list[FieldError] = []
    first: dict[int, int] = {}
    for index, name in enumerate(_names(rows)):
        field, variant = f"{index}.{'sku' if isinstance(name, str) else 'variant'}", variants.get(name)
        if variant is None:
            errors.append(FieldError(field, "unknown", "There is no such variant."))
        elif first.setdefault(variant.pk, index) != index:
            errors.append(FieldError(field, "duplicate", f"Row {first[variant.pk]} is about the same variant."))
    return errors


def _refuse_moved(rows: Sequence[PriceRow], variants: Mapping[str | int, Variant]) -> None:
    moved = [
        FieldError(f"{index}.expected_price", PriceMoved.code, f"{variant.sku} costs {money(variant.price)}.")
        for index, (row, variant) in enumerate(zip(rows, map(variants.get, _names(rows)), strict=True))
        if variant is not None and variant.price != row.expected_price
    ]
    if moved:
        were = f"{how_many(len(moved), 'price')} {'is' if len(moved) == 1 else 'are'}"
        message = f"{were} not what was expected; nothing was written."
        raise PriceMoved(message, errors=moved[:MAX_SHOWN])


def _reprice(variant: Variant, row: PriceRow) -> Changes:
    before = snapshot(variant, PRICES)
    variant.price = row.price
    if row.compare_at_price is not UNSAID:
        variant.compare_at_price = row.compare_at_price
    return diff(before, snapshot(variant, PRICES))


def _complaints(index: int, variant: Variant) -> list[FieldError]:
    try:
        variant.clean()
    except ValidationError as refusal:
        return [
            FieldError(f"{index}.{name}", error.code or "invalid", " ".join(error.messages))
            for name, errors in refusal.error_dict.items()
            for error in errors
        ]
    return []


def _write(
    variants: Sequence[Variant], pairs: Mapping[int, Changes], *, acting_user: AbstractUser | None, at: datetime
) -> None:
    overwrite(variants, PRICES)
    record_changes(acting_user=acting_user, rows=variants, flag=CHANGE, message="Changed price.", changes=pairs)
    product_ids = {variant.product_id for variant in variants}
    note_change(product_ids)
    refresh_listings(product_ids=product_ids, at=at)
