"""Reusable reads of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce


class CategoryQuerySet(models.QuerySet[Any]):
    """Reads of the category tree."""

    def subtree_ids(self, root_id: int) -> list[int]:
        """Return the ids of a category and of all below it, by one recursive query."""
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE tree(id) AS (SELECT id FROM catalog_category WHERE id = %s UNION "
                "SELECT child.id FROM catalog_category child JOIN tree ON child.parent_id = tree.id) "
                "SELECT id FROM tree",
                [root_id],
            )
            return [row[0] for row in cursor.fetchall()]


class ProductQuerySet(models.QuerySet[Any]):
    """Reads of products."""

    def published(self) -> ProductQuerySet:
        """Products that shoppers may see: published, with at least one active variant."""
        return self.filter(is_published=True, variants__is_active=True).distinct()

    def with_specs(self, codes: Collection[str], *, kinds: Collection[str] = ()) -> ProductQuerySet:
        """Products that have a value of any of these specification fields, and all of these kinds."""
        return self.filter(Q(typed_specs__has_any_keys=list(codes)) | Q(kind__in=kinds)).order_by()


class StockLevelQuerySet(models.QuerySet[Any]):
    """Reads of stock."""

    def available_by_variant(self, variant_ids: list[int]) -> dict[int, int]:
        """Return the units that can still be sold, per variant, over all active locations."""
        rows = (
            self.filter(variant_id__in=variant_ids, location__is_active=True)
            .values("variant_id")
            .annotate(available=Coalesce(Sum(F("on_hand") - F("allocated")), 0))
        )
        return {row["variant_id"]: row["available"] for row in rows}


class ReviewQuerySet(models.QuerySet[Any]):
    """Reads of reviews."""

    def published(self) -> ReviewQuerySet:
        """Reviews that shoppers see: published ones, of products that are in the shop window."""
        return self.filter(status="published", product__is_published=True)

    def visible_to(self, user: Any) -> ReviewQuerySet:
        """Reviews that this caller may read: published ones, the caller's own, for staff who may look at them all."""
        if not user.is_authenticated:
            return self.published()
        if user.is_staff and user.has_perm("catalog.view_review"):
            return self.all()
        return self.filter(Q(status="published", product__is_published=True) | Q(author=user.pk))
