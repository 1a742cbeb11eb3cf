"""Where stock lies, how much of it is spoken for, and every movement that made it so."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.product import Variant
from catalog.querysets import StockLevelQuerySet
from electroports.records import AppendOnlyModel


class StockLocation(models.Model):
    """A shop or a warehouse that holds stock."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)
    county = models.CharField(max_length=40, blank=True)
    priority = models.PositiveSmallIntegerField(default=1, help_text="Orders take stock from the lowest number first.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["priority", "id"]

    def __str__(self) -> str:
        return self.name


class StockLevel(models.Model):
    """How many units of a variant lie at a location, and how many of these are spoken for.

    Both counters change only together with a movement, in one transaction (`catalog.actions.move_stock`).
    """

    # What had stock stays known: a variant is taken off the shelf (is_active), never deleted.
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="stock_levels")
    location = models.ForeignKey(StockLocation, on_delete=models.PROTECT, related_name="stock_levels")
    on_hand = models.PositiveIntegerField(default=0)
    allocated = models.PositiveIntegerField(default=0)

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["variant", "location"], name="stock_level_unique"),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="stock_allocated_not_negative"),
            models.CheckConstraint(condition=Q(on_hand__gte=F("allocated")), name="stock_allocated_within_on_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} at {self.location}"

    @property
    def available(self) -> int:
        """Units that can still be sold."""
        return self.on_hand - self.allocated


class StockMovement(AppendOnlyModel):
    """One change of a stock level. Append-only: the sums of a level's movements are its counters."""

    class Type(models.TextChoices):
        """Why stock moved, and so which counters it may touch."""

        RECEIPT = "receipt", "Receipt"
        ALLOCATION = "allocation", "Allocation"
        RELEASE = "release", "Release"
        SALE = "sale", "Sale"
        RETURN = "return", "Return"
        ADJUSTMENT = "adjustment", "Adjustment"
        TRANSFER = "transfer", "Transfer"

    REFERENCE_LENGTH = 60

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="movements")
    type = models.CharField(max_length=12, choices=Type.choices)
    on_hand_change = models.IntegerField(default=0)
    allocated_change = models.IntegerField(default=0)
    reference = models.CharField(
        max_length=REFERENCE_LENGTH, blank=True, help_text="The order number, delivery note or reason."
    )
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["reference"], name="movement_by_reference")]

    def __str__(self) -> str:
        return f"{self.type} {self.on_hand_change:+d}/{self.allocated_change:+d}"
