"""Load brands, categories and stock locations from the data files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from catalog.actions.refresh_listings import refresh_listings
from catalog.files.taxonomy import BrandRow, CategoryRow, LocationRow
from catalog.models import Brand, Category, Product, StockLocation
from catalog.revision import next_revision


def load_taxonomy(
    *,
    brands: Sequence[BrandRow],
    categories: Sequence[CategoryRow],
    locations: Sequence[LocationRow],
    overwrite: bool,
    at: datetime,
) -> None:
    """Make what is missing; with `overwrite`, also change what is there to what the files say."""
    with transaction.atomic():
        new_brands, changed_brands = _load(
            Brand, "slug", [(row.slug, {"name": row.name, "description": row.description}) for row in brands], overwrite
        )
        new_categories, changed_categories = _load_categories(categories, overwrite)
        _load(
            StockLocation,
            "code",
            [(row.code, {"name": row.name, "county": row.county, "priority": row.priority}) for row in locations],
            overwrite,
        )
        renamed = Product.objects.filter(models.Q(brand__in=changed_brands) | models.Q(category__in=changed_categories))
        product_ids = list(renamed.values_list("pk", flat=True))
        if product_ids:
            # It locks products before the revision, as everything does.
            refresh_listings(product_ids=product_ids, at=at)
        elif new_brands or new_categories or changed_brands or changed_categories:
            next_revision()


def _load_categories(rows: Sequence[CategoryRow], overwrite: bool) -> tuple[list[int], list[int]]:
    """Load level by level: a category needs its parent's id."""
    new: list[int] = []
    changed: list[int] = []
    waiting = list(rows)
    parents: dict[str | None, int | None] = {None: None}
    while waiting:
        level = [row for row in waiting if row.parent in parents]
        values = [
            (row.slug, {"name": row.name, "parent_id": parents[row.parent], "position": row.position}) for row in level
        ]
        created, altered = _load(Category, "slug", values, overwrite)
        new += created
        changed += altered
        waiting = [row for row in waiting if row.parent not in parents]
        parents.update(Category.objects.filter(slug__in=[row.slug for row in level]).values_list("slug", "pk"))
    return new, changed


def _load(
    model: type[models.Model], key: str, rows: Iterable[tuple[str, dict[str, Any]]], overwrite: bool
) -> tuple[list[int], list[int]]:
    """Return the ids of the rows that were made, and of those that were changed."""
    manager = model._default_manager
    known = {getattr(row, key): row for row in manager.all()}
    new: list[int] = []
    changed: list[int] = []
    for name, values in rows:
        row = known.get(name)
        if row is None:
            new.append(manager.create(**{key: name}, **values).pk)
        elif overwrite and any(getattr(row, field) != value for field, value in values.items()):
            manager.filter(pk=row.pk).update(**values)
            changed.append(row.pk)
    return new, changed
