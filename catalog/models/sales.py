"""Sale events, and the books of prices: what variants cost regularly, and what they cost while an event lowers them."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models.product import Product, Variant
from catalog.models.slugs import refuse_number
from catalog.models.taxonomy import Brand, Category
from catalog.querysets import SalePriceQuerySet
from electroports.records import AppendOnlyModel
from electroports.texts import refuse_unseen


class SaleEvent(models.Model):
    """A sale with a beginning and an end, over products, categories with all below them, or brands.

    It holds from `starts_at`, included, to `ends_at`, excluded, and needs no job for either.
    """

    MIN_PERCENT = 1
    MAX_PERCENT = 90

    slug = models.SlugField(max_length=80, unique=True, validators=[refuse_number])
    name = models.CharField(max_length=80, validators=[refuse_unseen])
    text = models.TextField(blank=True, max_length=2000, help_text="What shoppers read about it.")
    banner = models.ImageField(upload_to="events/original", blank=True)
    banner_display = models.ImageField(upload_to="events/display", blank=True, editable=False)
    banner_alt = models.CharField(max_length=200, blank=True, help_text="What the banner shows, in words.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How much less everything in it costs.")
    fixed_price = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="What everything in it costs."
    )
    is_published = models.BooleanField(default=True, help_text="A draft is shown to nobody and lowers nothing.")
    version = models.PositiveIntegerField(
        default=1, db_default=1, editable=False, help_text="Rises with every change; listings say by which they are."
    )
    products = models.ManyToManyField(Product, blank=True, related_name="sale_events")
    categories = models.ManyToManyField(Category, blank=True, related_name="sale_events")
    brands = models.ManyToManyField(Brand, blank=True, related_name="sale_events")

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=1, percent__lte=90), name="event_percent_1_to_90"
            ),
            models.CheckConstraint(
                condition=Q(fixed_price=None) | Q(fixed_price__gt=Decimal(0)), name="event_fixed_price_positive"
            ),
            models.CheckConstraint(condition=Q(percent=None) | Q(fixed_price=None), name="event_one_way_to_lower"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_begun(self, *, at: datetime) -> bool:
        """Tell whether the event has begun at `at`, be it over or not."""
        return self.starts_at <= at

    def is_over(self, *, at: datetime) -> bool:
        """Tell whether the event is over at `at`."""
        return self.ends_at <= at


class EventPrice(models.Model):
    """What one variant costs in an event, whatever the event does to everything else."""

    event = models.ForeignKey(SaleEvent, on_delete=models.CASCADE, related_name="prices", db_index=False)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="event_prices")
    price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "variant"], name="event_price_unique"),
            models.CheckConstraint(condition=Q(price__gt=Decimal(0)), name="event_price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.price}"


class PriceChange(AppendOnlyModel):
    """From when on a variant had which regular price. Written by `catalog.actions.refresh_listings` alone."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="price_changes", db_index=False)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["variant", "changed_at"], name="price_history")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.price}"


class SalePrice(models.Model):
    """What a variant costs from `since`, included, to `until`, excluded, because an event lowers it.

    What is past is never changed; what is to come is written anew with the product's listing. Orders price by it.
    `was` is the lowest price that applied in the 30 days before the reduction began, if the variant was sold then.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="sale_prices", db_index=False)
    event = models.ForeignKey(SaleEvent, null=True, on_delete=models.SET_NULL, related_name="sale_prices")
    since = models.DateTimeField()
    until = models.DateTimeField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    was = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    objects = SalePriceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["variant", "since"], name="sale_price_unique"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="sale_price_lasts"),
            models.CheckConstraint(condition=Q(price__gt=Decimal(0)), name="sale_price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.price}"
