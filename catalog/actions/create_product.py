"""Put a new product into the shop, with what of it is bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.text import slugify

from catalog.actions.create_variant import add_variants
from catalog.actions.plan_specs import parse_specs
from catalog.actions.refresh_listings import refresh_listings
from catalog.kinds import MODELS, foreign_traits
from catalog.staff_documents import product_document
from electroports.history import ADDITION, record_change
from electroports.snapshots import diff
from electroports.validation import assign, complaints, refuse_if


def create_product(
    *,
    kind: str,
    values: Mapping[str, Any],
    variants: Sequence[Mapping[str, Any]],
    acting_user: AbstractUser | None,
    at: datetime,
) -> dict[str, Any]:
    """Create a product of this kind with its variants, and return its staff document.

    Without a slug it gets that of its name. Raises InvalidInput, with the field of each error; then nothing is written.
    """
    refuse_if(foreign_traits(kind, values))
    row = MODELS[kind](created_at=at, kind=kind)
    typed, errors = parse_specs(values.get("typed_specs", {}), category_id=values["category"], stored={})
    refuse_if(errors)
    assign(row, {"slug": slugify(values["name"])[:80].strip("-"), **values, "typed_specs": typed})
    fields = {field.name for field in row._meta.fields if field.editable and not field.primary_key}
    refuse_if(complaints(row, fields=fields))
    with transaction.atomic():
        row.save(force_insert=True)
        refuse_if(add_variants(product=row, variants=variants, path="variants"))
        refresh_listings(product_ids=[row.pk], at=at)
        document = product_document(row.pk)
        changes = diff(None, document)
        record_change(acting_user=acting_user, row=row, flag=ADDITION, message="Created.", changes=changes)
        return document
