"""What customers wish for: wishlists, and notices of what is in stock again or costs less."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.product import Product, Variant
from catalog.querysets import NoticeQuerySet

OPEN = Q(status__in=("waiting", "due"))


class Wishlist(models.Model):
    """A customer's wishlist. Whoever has its link may see it, while there is one."""

    MAX_ITEMS = 200

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=80, blank=True)
    owner_name = models.CharField(max_length=60, blank=True, help_text="Who it is for, as the owner chose to be shown.")
    token = models.CharField(max_length=43, null=True, unique=True, editable=False)  # noqa: DJ001  # none is not unique
    created_at = models.DateTimeField(editable=False)

    def __str__(self) -> str:
        return self.title or f"wishlist {self.pk}"


class WishlistItem(models.Model):
    """A product, or one of its variants, that somebody wishes for."""

    wishlist = models.ForeignKey(Wishlist, on_delete=models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["wishlist", "product"], condition=Q(variant=None), name="wish_product_once"
            ),
            models.UniqueConstraint(fields=["wishlist", "variant"], name="wish_variant_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["wishlist", "-id"], name="wish_newest")]

    def __str__(self) -> str:
        return f"{self.product_id} on {self.wishlist_id}"


class Notice(models.Model):
    """A customer wants to be told, once, when a product or a variant is in stock again or costs less."""

    class Kind(models.TextChoices):
        """Of what."""

        BACK_IN_STOCK = "back_in_stock", "Back in stock"
        PRICE_DROP = "price_drop", "Price drop"

    class Status(models.TextChoices):
        """How far it is: what it waits for, is there, and is told."""

        WAITING = "waiting", "Waiting"
        DUE = "due", "Due"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    MAX_OPEN = 100  # per customer
    # Longer than a job may take: then whoever claimed it is dead, and another may.
    LEASE = timedelta(minutes=15)
    KEPT = timedelta(days=90)

    kind = models.CharField(max_length=14, choices=Kind.choices)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    below = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Told at a price below this: the price when it was asked for, or just above the target.",
    )
    target_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_attempt_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "product", "kind"], condition=OPEN & Q(variant=None), name="notice_product_once"
            ),
            models.UniqueConstraint(fields=["customer", "variant", "kind"], condition=OPEN, name="notice_variant_once"),
            models.CheckConstraint(
                condition=Q(kind="price_drop", below__isnull=False) | Q(kind="back_in_stock", below=None),
                name="notice_price_with_its_kind",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-id"], name="notice_by_customer"),
            models.Index(fields=["product", "kind"], name="notice_waiting", condition=Q(status="waiting")),
            models.Index(fields=["next_attempt_at", "id"], name="notice_due", condition=Q(status="due")),
            models.Index(fields=["sent_at"], name="notice_sent", condition=Q(status="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.product_id}"
