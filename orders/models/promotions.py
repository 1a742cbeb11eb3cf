"""Promotions: what is taken off orders, on which terms, and which orders took it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from catalog.models import Brand, Category, Product
from electroports.texts import refuse_unseen
from orders import pricing
from orders.models.orders import Order
from orders.promotion_rules import needed_fields, tier_errors
from orders.querysets import PromotionQuerySet

CODE_LENGTH = 40


class Promotion(models.Model):
    """What is taken off orders: by itself, or, with a code, for who names the coupon. Amounts are KES, VAT included."""

    class Kind(models.TextChoices):
        """What it gives."""

        PERCENTAGE = pricing.Kind.PERCENTAGE.value, "Percentage off"
        FIXED_AMOUNT = pricing.Kind.FIXED_AMOUNT.value, "Amount off"
        FREE_DELIVERY = pricing.Kind.FREE_DELIVERY.value, "Free delivery"
        BUY_X_GET_Y = pricing.Kind.BUY_X_GET_Y.value, "Buy some, get some"
        TIERED_QUANTITY = pricing.Kind.TIERED_QUANTITY.value, "More off for more units"
        BUNDLE_PRICE = pricing.Kind.BUNDLE_PRICE.value, "Bundle at a price"

    class Scope(models.TextChoices):
        """Which goods it is about."""

        EVERYTHING = pricing.Scope.EVERYTHING.value, "Everything"
        SELECTION = pricing.Scope.SELECTION.value, "These categories, brands and products"
        BUNDLE = pricing.Scope.BUNDLE.value, "These products together"

    class State(models.TextChoices):
        """Whether customers get it."""

        RUNNING = "running", "Running"
        COMING = "coming", "Coming"
        OVER = "over", "Over"
        USED_UP = "used_up", "Used up"
        OFF = "off", "Off"

    name = models.CharField(max_length=80, validators=[refuse_unseen], help_text="As customers read it on the order.")
    # Null for none, so that one index finds the automatic ones and a coupon by its code.
    code = models.CharField(  # noqa: DJ001  # unique
        max_length=CODE_LENGTH,
        null=True,
        blank=True,
        validators=[refuse_unseen],
        help_text="What customers type, in capitals or not. Empty: everybody gets it without asking.",
    )
    kind = models.CharField("what it gives", max_length=20, choices=Kind.choices)
    percent = models.DecimalField(
        "percent off",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
        help_text="For buy some, get some: off the units that one gets; 100 is free.",
    )
    amount = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="KES, VAT included. What is taken off, once an order or once a bundle; or the price of a bundle.",
    )
    buy_quantity = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    get_quantity = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    tiers = models.JSONField(default=list, blank=True, help_text='From how many units how much off: [[3, "5"], …].')
    scope = models.CharField("which goods", max_length=12, choices=Scope.choices, default=Scope.EVERYTHING)
    categories = models.ManyToManyField(Category, blank=True, related_name="+", help_text="Each with all below it.")
    brands = models.ManyToManyField(Brand, blank=True, related_name="+")
    products = models.ManyToManyField(Product, blank=True, related_name="+")
    min_spend = models.DecimalField(
        "minimum spend",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="What the goods that it is about come to, before any promotion.",
    )
    first_order_only = models.BooleanField(default=False)
    usage_limit = models.PositiveIntegerField("orders in all", null=True, blank=True, validators=[MinValueValidator(1)])
    per_customer_limit = models.PositiveSmallIntegerField(
        "orders of one customer",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Counted from when it is set.",
    )
    uses = models.PositiveIntegerField(default=0, editable=False, help_text="Orders that have it, but for cancelled.")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_exclusive = models.BooleanField(
        "stands alone", default=False, help_text="No other promotion goes with it; customers get what saves them most."
    )
    priority = models.SmallIntegerField(default=0, help_text="The higher comes first.")
    is_active = models.BooleanField("active", default=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], name="promotion_code_unique", violation_error_message="In use."),
            models.CheckConstraint(
                condition=Q(usage_limit=None) | Q(uses__lte=F("usage_limit")), name="promotion_uses_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="promotion_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name

    def clean(self) -> None:
        """Bring the code into its form, and refuse a rule that is not one."""
        self.code = pricing.normal_code(self.code or "") or None
        errors = {name: "This is needed." for name in needed_fields(self.kind) if getattr(self, name) in (None, [])}
        if message := tier_errors(self.tiers):
            errors["tiers"] = message
        is_of_bundle = self.kind == self.Kind.BUNDLE_PRICE
        bars_bundle = self.kind in (self.Kind.BUY_X_GET_Y, self.Kind.TIERED_QUANTITY)
        if (is_of_bundle and self.scope != self.Scope.BUNDLE) or (bars_bundle and self.scope == self.Scope.BUNDLE):
            errors["scope"] = "What it gives does not go with these goods."
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = "It ends after it starts."
        if self.usage_limit is not None and self.usage_limit < self.uses:
            errors["usage_limit"] = f"It has been used {self.uses} times."
        if errors:
            raise ValidationError(errors)

    def state(self, *, at: datetime) -> State:
        """Return whether customers get it at `at`."""
        if not self.is_active:
            return self.State.OFF
        if self.ends_at is not None and self.ends_at <= at:
            return self.State.OVER
        if self.usage_limit is not None and self.uses >= self.usage_limit:
            return self.State.USED_UP
        return self.State.COMING if self.starts_at is not None and at < self.starts_at else self.State.RUNNING


class PromotionUse(models.Model):
    """An order that took a promotion. It counts until the order is cancelled or expires (`released_at`).

    Where a customer may use it a number of times, each live use has one of the numbers from 1 to that, its `slot`. That
    a customer's slots are unique is what holds when they order twice in the same moment.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="used_by", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promotion_uses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    email_key = models.CharField(max_length=32, blank=True)
    phone_key = models.CharField(max_length=32, blank=True)
    slot = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["promotion", "order"], name="promotion_once_an_order"),
            models.UniqueConstraint(
                fields=["promotion", "user", "slot"],
                condition=Q(released_at=None, slot__isnull=False, user__isnull=False),
                name="promotion_slot_of_account",
            ),
            models.UniqueConstraint(
                fields=["promotion", "email_key", "slot"],
                condition=Q(released_at=None, slot__isnull=False) & ~Q(email_key=""),
                name="promotion_slot_of_email",
            ),
            models.UniqueConstraint(
                fields=["promotion", "phone_key", "slot"],
                condition=Q(released_at=None, slot__isnull=False) & ~Q(phone_key=""),
                name="promotion_slot_of_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} by order {self.order_id}"
