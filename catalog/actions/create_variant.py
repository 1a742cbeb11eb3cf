"""Add what is bought of a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max

from catalog.actions.lock_product import lock_product, note_change
from catalog.actions.refresh_listings import refresh_listings
from catalog.models import Product, Variant
from catalog.staff_documents import variant_document
from electroports.errors import FieldError
from electroports.history import ADDITION, record_change
from electroports.validation import assign, complaints, refuse_if


def create_variant(
    *, product_id: int, values: Mapping[str, Any], acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    """Add a variant to a product, after its others unless `values` say where, and return its staff document.

    Raises NoSuchRow and InvalidInput; then nothing is written.
    """
    with transaction.atomic():
        lock_product(product_id)
        last = Variant.objects.filter(product=product_id).aggregate(last=Max("position"))["last"]
        place = {"position": 0 if last is None else last + 1}
        refuse_if(add_variants(product=Product.objects.get(pk=product_id), variants=[{**place, **values}]))
        variant = Variant.objects.get(sku=values["sku"])
        record_change(acting_user=acting_user, row=variant, flag=ADDITION, message="Created.")
        note_change([product_id])
        refresh_listings(product_ids=[product_id], at=at)
        return variant_document(variant)


def named_by(options: Iterable[Sequence[str]]) -> str:
    """Return what a variant is called that has no name of its own: `Black / 256 GB`."""
    return " / ".join(value for _name, value in options)


def add_variants(*, product: Product, variants: Sequence[Mapping[str, Any]], path: str = "") -> list[FieldError]:
    """Write new variants of a product in the caller's transaction; return what is wrong with those that cannot be.

    With any error the caller has to roll back. A variant is called by its options unless it has a name of its own.
    """
    errors: list[FieldError] = []
    for number, values in enumerate(variants):
        row = Variant(product=product)
        assign(row, {"name": named_by(values.get("options", ())), "position": number, **values})
        fields = {field.name for field in row._meta.fields if not field.primary_key}
        found = complaints(row, fields=fields, path=f"{path}.{number}" if path else "")
        if not found:
            row.save(force_insert=True)
        errors += found
    return errors
