"""Reusable reads of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from catalog.category_tree import subtrees


class CategoryQuerySet(models.QuerySet[Any]):
    """Reads of the category tree."""

    def parents(self) -> dict[int, int | None]:
        """Return the id of the category above each, by its id; they are hundreds at most."""
        return dict(self.order_by().values_list("pk", "parent_id"))

    def subtree_ids(self, root_id: int) -> tuple[int, ...]:
        """Return the ids of a category and of all below it, none if there is no such category."""
        return subtrees(self.parents()).get(root_id, ())


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
        listed = _rows("ProductListing").filter(product_id=OuterRef("product_id"), is_listed=True)
        return self.filter(Exists(listed), status="published")

    def visible_to(self, user: Any) -> ReviewQuerySet:
        """Reviews that this caller may read: published ones, the caller's own, for staff who may look at them all."""
        if not user.is_authenticated:
            return self.published()
        if user.is_staff and user.has_perm("catalog.view_review"):
            return self.all()
        return self.filter(Q(pk__in=self.published().order_by().values("pk")) | Q(author=user.pk))


def _rows(model: str) -> models.QuerySet[Any]:
    """Return all rows of a model of the catalogue, which stands above this module."""
    rows: models.QuerySet[Any] = apps.get_model("catalog", model)._default_manager.all()
    return rows


class SalePriceQuerySet(models.QuerySet[Any]):
    """Reads of what variants cost in sale events."""

    # The same for statements that are written by hand, with the moment twice.
    HOLDING = "sale.since <= %s AND sale.until > %s AND sale.event_id IS NOT NULL"

    def holding(self, *, at: datetime) -> SalePriceQuerySet:
        """Prices that events give at `at`, one a variant at most; those of an event that was deleted hold no longer."""
        return self.filter(since__lte=at, until__gt=at, event__isnull=False)


class NoticeQuerySet(models.QuerySet[Any]):
    """Reads of notices that customers asked for."""

    def open(self) -> NoticeQuerySet:
        """Notices that are yet to be sent."""
        return self.filter(status__in=("waiting", "due"))

    def in_stock(self) -> NoticeQuerySet:
        """Back-in-stock notices whose product, or variant, can be bought now."""
        listed = _rows("ProductListing").filter(product_id=OuterRef("product_id"), is_listed=True)
        levels = _rows("StockLevel").filter(
            variant=OuterRef("variant_id"),
            variant__is_active=True,
            location__is_active=True,
            on_hand__gt=F("allocated"),
        )
        of_product = Q(Exists(listed.filter(in_stock=True)), variant=None)
        return self.filter(of_product | Q(Exists(listed), Exists(levels), variant__isnull=False), kind="back_in_stock")

    def dropped(self, *, at: datetime) -> NoticeQuerySet:
        """Price-drop notices whose product, or variant, costs less at `at`, in a sale event too."""
        second = int(at.timestamp())
        listed = _rows("ProductListing").filter(product_id=OuterRef("product_id"), is_listed=True)
        reduced = _rows("ListingPhase").filter(product_id=OuterRef("product_id"), since__lte=second, until__gt=second)
        on_sale = (
            SalePriceQuerySet(apps.get_model("catalog", "SalePrice"))
            .filter(variant=OuterRef("variant_id"))
            .holding(at=at)
        )
        less = {"price__lt": OuterRef("below")}
        of_product = Q(Exists(listed.filter(**less))) | Q(Exists(listed), Exists(reduced.filter(**less)))
        of_variant = Q(variant__price__lt=F("below")) | Q(Exists(on_sale.filter(**less)))
        return self.filter(
            (Q(variant=None) & of_product) | (Q(Exists(listed), variant__is_active=True) & of_variant),
            kind="price_drop",
        )

    def claimable(self, *, at: datetime, lease: timedelta) -> NoticeQuerySet:
        """Due notices that nobody is sending, and whose turn it is."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=at - lease)
        return self.filter(free, status="due", next_attempt_at__lte=at)
