"""What customers say of products: reviews with their photos, votes, and the counters that pages show of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.product import Product
from catalog.querysets import ReviewQuerySet

STARS = (1, 2, 3, 4, 5)
HUNDREDTH = Decimal("0.01")


class Review(models.Model):
    """One customer's word on one product. Shoppers see it once staff have published it."""

    class Status(models.TextChoices):
        """Whether shoppers see it."""

        PENDING = "pending", "Pending"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"

    TITLE_LENGTH = 120
    TEXT_LENGTH = 4000
    REASON_LENGTH = 300
    REPLY_LENGTH = 2000
    MAX_PHOTOS = 5

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    # A review outlives its author's account, without a name (see `shown_author`).
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=80, blank=True, help_text="First name and initial, as when written.")
    rating = models.PositiveSmallIntegerField(help_text="Stars, 1 to 5.")
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH)
    is_verified_purchase = models.BooleanField("verified purchase", default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    rejection_reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(max_length=REPLY_LENGTH, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        permissions: ClassVar[list[tuple[str, Any]]] = [
            ("moderate_review", "Can publish and reject reviews"),
            ("reply_to_review", "Can reply to reviews"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "author"], name="review_once_per_customer"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_in_stars"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "-id"], name="review_newest", condition=Q(status="published")),
            models.Index(
                fields=["product", "-helpful_count", "-id"], name="review_helpful", condition=Q(status="published")
            ),
            models.Index(fields=["product", "rating", "-id"], name="review_by_rating", condition=Q(status="published")),
            models.Index(fields=["-id"], name="review_to_moderate", condition=Q(status="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5: {self.title}"

    @property
    def shown_author(self) -> str:
        """The name that shoppers see: empty when the account is gone, whatever the row still holds."""
        return self.author_name if self.author_id is not None else ""

    @property
    def is_published(self) -> bool:
        """Whether shoppers see it."""
        return self.status == self.Status.PUBLISHED

    @property
    def standing(self) -> tuple[int, bool] | None:
        """What it counts as among a product's ratings: its stars and whether it is verified; None while unpublished."""
        return (self.rating, self.is_verified_purchase) if self.is_published else None

    def send_to_moderation(self, *, at: datetime) -> None:
        """Make it pending as changed at `at`, on the object alone: nobody has said anything about what it says now."""
        self.status, self.rejection_reason, self.edited_at = self.Status.PENDING, "", at


class ReviewPhoto(models.Model):
    """A photo that a customer added to a review: re-encoded pixels, under names that cannot be guessed."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="photos")
    display = models.ImageField(upload_to="reviews/display")
    thumbnail = models.ImageField(upload_to="reviews/thumbnail")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return str(self.display)


class ReviewVote(models.Model):
    """One customer found one review helpful."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="votes", db_index=False)
    # The vote counts on when the account is gone.
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "voter"], name="review_vote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.voter_id} on {self.review_id}"


class ReviewSummary(models.Model):
    """The counters of a product's published reviews, and a number that rises whenever shoppers see something new.

    Written only by `catalog.actions.count_review`, so that no page ever counts reviews.
    """

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="review_summary")
    version = models.BigIntegerField(default=0)
    stars_1 = models.PositiveIntegerField(default=0)
    stars_2 = models.PositiveIntegerField(default=0)
    stars_3 = models.PositiveIntegerField(default=0)
    stars_4 = models.PositiveIntegerField(default=0)
    stars_5 = models.PositiveIntegerField(default=0)
    verified_1 = models.PositiveIntegerField(default=0, help_text="Of these, by verified buyers.")
    verified_2 = models.PositiveIntegerField(default=0)
    verified_3 = models.PositiveIntegerField(default=0)
    verified_4 = models.PositiveIntegerField(default=0)
    verified_5 = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(*((f"verified_{star}__lte", F(f"stars_{star}")) for star in STARS)),
                name="review_summary_verified_within",
            ),
        ]

    def __str__(self) -> str:
        return f"reviews of {self.product_id}"

    @property
    def stars(self) -> Mapping[int, int]:
        """How many published reviews gave so many stars."""
        return {star: getattr(self, f"stars_{star}") for star in STARS}

    @property
    def count(self) -> int:
        """How many published reviews there are."""
        return sum(self.stars.values())

    @property
    def average(self) -> Decimal | None:
        """Their mean rating to two places, half up; None without any."""
        return average_of(self.stars)


class VerifiedPurchase(models.Model):
    """A customer has received a product: told by whoever sells, remembered for reviews that are yet to be written."""

    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    purchased_at = models.DateTimeField(help_text="The first time.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["customer", "product"], name="verified_purchase_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.product_id}"


def average_of(stars: Mapping[int, int]) -> Decimal | None:
    """Return the mean of ratings, given how many there are of each, to two places, half up; None for none."""
    count = sum(stars.values())
    if not count:
        return None
    total = sum(star * number for star, number in stars.items())
    return (Decimal(total) / count).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
