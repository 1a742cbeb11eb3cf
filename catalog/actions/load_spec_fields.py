"""Load the specification fields from the data files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from catalog.actions.refresh_listings import refresh_listings
from catalog.errors import InvalidCatalogueFile
from catalog.files.rows import KIND_COLUMNS
from catalog.files.specs import SpecFieldRow
from catalog.models import Category, Product, SpecField
from catalog.querysets import ProductQuerySet
from catalog.revision import next_revision


def load_spec_fields(*, rows: Sequence[SpecFieldRow], overwrite: bool, at: datetime) -> None:
    """Make the fields that are missing; with `overwrite`, make those that are there what the file says again.

    Fields that the file does not name stay. Raises InvalidCatalogueFile for a category that there is not.
    """
    with transaction.atomic():
        known = set(SpecField.objects.values_list("code", flat=True))
        wanted = {row.code: (place, row) for place, row in enumerate(rows, 1) if overwrite or row.code not in known}
        if not wanted:
            return
        categories = dict(Category.objects.values_list("slug", "pk"))
        strangers = sorted({slug for _place, row in wanted.values() for slug in row.categories} - categories.keys())
        if strangers:
            raise InvalidCatalogueFile(f"Specification fields name categories that there are not: {strangers[0]}.")
        fields = [SpecField(position=place, **row.fields) for place, row in wanted.values()]
        SpecField.objects.bulk_create(
            fields,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[name for name in ("position", *fields_of(rows)) if name != "code"],
        )
        ids = dict(SpecField.objects.filter(code__in=wanted).values_list("code", "pk"))
        through = SpecField.categories.through
        through._default_manager.filter(specfield__in=ids.values()).delete()
        through._default_manager.bulk_create(
            through(specfield_id=ids[code], category_id=categories[slug])
            for code, (_place, row) in wanted.items()
            for slug in row.categories
        )
        show_spec_fields(codes=list(wanted), at=at)


def fields_of(rows: Sequence[SpecFieldRow]) -> list[str]:
    """Return the columns that rows fill."""
    return list(rows[0].fields)


def products_with(codes: Sequence[str]) -> ProductQuerySet:
    """Return the products that show any of these fields: by a value of their own, or as a kind that has it."""
    traits = set(SpecField.objects.filter(code__in=codes).exclude(trait="").values_list("trait", flat=True))
    kinds = [kind for kind, names in KIND_COLUMNS.items() if traits.intersection(names)]
    return Product.objects.with_specs(codes, kinds=kinds)


def show_spec_fields(*, codes: Sequence[str], at: datetime) -> None:
    """Rewrite the listings of the products that have values of these fields; raise the revision even for none."""
    product_ids = list(products_with(codes).values_list("pk", flat=True))
    if product_ids:
        refresh_listings(product_ids=product_ids, at=at)
    else:
        next_revision()
