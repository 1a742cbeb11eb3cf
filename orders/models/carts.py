"""What a customer is about to buy. A cart holds no stock and no price: both are looked up whenever it is shown."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import Variant
from electroports.idempotency import KeptAnswer
from orders.querysets import CartQuerySet

CART_TOKEN_PATTERN = r"[A-Za-z0-9_-]{43}"  # noqa: S105  # a pattern


def new_cart_token() -> str:
    """Return a token that nobody guesses: 256 random bits, for a header."""
    return secrets.token_urlsafe(32)


def cart_token_digest(token: str) -> str:
    """Return what is stored of a token. It is random and long, so that a plain hash cannot be searched."""
    return sha256(token.encode()).hexdigest()


class Cart(models.Model):
    """The cart of a customer, or of a guest who has its token."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="cart"
    )
    token_digest = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001  # unique
    coupon = models.CharField(max_length=40, blank=True)
    delivery = models.JSONField(
        null=True, blank=True, help_text="What delivery is estimated for: method, station, county."
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False, help_text="When it was last changed; looking at it is no change.")

    objects = CartQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Not `unique=True`, which on PostgreSQL brings a second index, for LIKE, that nobody asks.
            models.UniqueConstraint(fields=["token_digest"], name="cart_token_unique"),
            models.CheckConstraint(
                condition=Q(user=None, token_digest__isnull=False) | Q(user__isnull=False, token_digest=None),
                name="cart_has_one_owner",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["updated_at"], name="cart_guests_by_idleness", condition=Q(user=None)),
        ]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    """A variant in a cart."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines", db_index=False)  # a constraint has
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    added_price = models.DecimalField(
        max_digits=12, decimal_places=2, help_text="What a unit cost when the customer last decided on the line."
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cart_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × variant {self.variant_id}"


class CartAnswer(KeptAnswer):
    """The stored answer to what put something into a cart and carried an Idempotency-Key; no token is in it.

    It is kept for an hour alone: it holds the whole cart, and is made as often as somebody taps a button.
    """

    LIFETIME = timedelta(hours=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="cart_answer_key_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="cart_answer_by_creation")]
