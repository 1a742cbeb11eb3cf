"""How goods get to customers: delivery methods with their rates, pick-up stations, public holidays."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from electroports.counties import CHOICES, COUNTIES_BY_CODE
from electroports.texts import refuse_unseen
from orders.delivery import InvalidHours, Rate, Schedule, refuse_hours

MAX_DAYS = 60
MAX_GRAMS = 1_000_000


def refuse_bad_hours(hours: object) -> None:
    """Raise ValidationError for what is no week of opening hours."""
    try:
        refuse_hours(hours)
    except InvalidHours as error:
        raise ValidationError(str(error), code="invalid") from error


class DeliveryMethod(models.Model):
    """A way in which goods get to customers, with the days that it takes."""

    class Kind(models.TextChoices):
        """Who brings the goods where."""

        COURIER = "courier", "Courier to the door"
        PICKUP_STATION = "pickup_station", "Pick-up station"
        SHOP_PICKUP = "shop_pickup", "Pick-up in a shop"

    code = models.SlugField(max_length=40, unique=True, help_text="How orders name it. It stays.")
    name = models.CharField(max_length=80, validators=[refuse_unseen])
    kind = models.CharField(max_length=16, choices=Kind.choices)
    description = models.TextField(blank=True, max_length=500)
    is_active = models.BooleanField("offered", default=True)
    position = models.PositiveSmallIntegerField(default=0)
    min_days = models.PositiveSmallIntegerField(
        "days at least",
        default=1,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text="Working days from the one on which it is sent; 0 is the same day.",
    )
    max_days = models.PositiveSmallIntegerField(
        "days at most", default=2, validators=[MaxValueValidator(MAX_DAYS)], help_text="Working days."
    )
    cut_off_hour = models.PositiveSmallIntegerField(
        default=14,
        validators=[MaxValueValidator(24)],
        help_text="Orders before this hour (Nairobi, 0 to 24) are sent on the same working day.",
    )
    works_saturdays = models.BooleanField(default=True)
    works_sundays = models.BooleanField(default=False)
    max_grams = models.PositiveIntegerField(
        "heaviest (g)", null=True, blank=True, validators=[MaxValueValidator(MAX_GRAMS)]
    )
    free_from = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="From goods of this value on it costs nothing, in every county. For one county alone, give it a rate "
        "of 0 from that value on.",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(min_days__lte=F("max_days")), name="delivery_days_in_order"),
            models.CheckConstraint(condition=Q(cut_off_hour__lte=24), name="delivery_cut_off_within_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse days that go backwards."""
        if self.min_days is not None and self.max_days is not None and self.min_days > self.max_days:
            raise ValidationError({"max_days": ValidationError("Not fewer than at least.", code="out_of_range")})

    @property
    def schedule(self) -> Schedule:
        """The days on which it works, as dates are computed from them."""
        return Schedule(self.min_days, self.max_days, self.cut_off_hour, self.works_saturdays, self.works_sundays)


class DeliveryRate(models.Model):
    """What a method costs (KES, VAT included) in a county, up to a weight, from a value of the goods on.

    The constraints leave one rate for each county, weight and value.
    """

    method = models.ForeignKey(DeliveryMethod, on_delete=models.CASCADE, related_name="rates", db_index=False)
    county = models.CharField(
        max_length=3, choices=CHOICES, blank=True, help_text="Empty: every county that has no rate of its own."
    )
    up_to_grams = models.PositiveIntegerField(
        "up to (g)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_GRAMS)],
        help_text="Empty: whatever it weighs.",
    )
    value_from = models.DecimalField(
        "goods from", max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    price = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        ordering: ClassVar[list[str]] = ["county", F("up_to_grams").asc(nulls_last=True), "value_from"]  # type: ignore[list-item]  # the plug-in knows names alone
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["method", "county", "up_to_grams", "value_from"],
                name="delivery_rate_unique",
                violation_error_message="There is a rate for this county, weight and value already.",
            ),
            models.UniqueConstraint(
                fields=["method", "county", "value_from"],
                condition=Q(up_to_grams=None),
                name="delivery_rate_of_any_weight_unique",
                violation_error_message="There is a rate for this county and value, whatever the weight, already.",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="delivery_rate_not_negative"),
            models.CheckConstraint(condition=Q(value_from__gte=0), name="delivery_rate_value_not_negative"),
        ]

    def __str__(self) -> str:
        where = COUNTIES_BY_CODE[self.county].name if self.county else "elsewhere"
        return f"{where}, {f'up to {self.up_to_grams:,} g' if self.up_to_grams else 'any weight'}: {self.price:,.2f}"

    @property
    def terms(self) -> Rate:
        """The rate as prices are computed from it."""
        return Rate(self.county, self.up_to_grams, self.value_from, self.price)


class PickupStation(models.Model):
    """A place where customers fetch what they ordered: a partner's counter, or the shop's own."""

    method = models.ForeignKey(DeliveryMethod, on_delete=models.CASCADE, related_name="stations")
    code = models.SlugField(max_length=40, unique=True, help_text="How orders name it. It stays.")
    name = models.CharField(max_length=80, validators=[refuse_unseen])
    county = models.CharField(max_length=3, choices=CHOICES)
    town = models.CharField(max_length=80, validators=[refuse_unseen])
    address = models.CharField(max_length=200, blank=True, validators=[refuse_unseen])
    landmark = models.CharField(max_length=200, blank=True, validators=[refuse_unseen])
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, for example +254712345678.")
    hours = models.JSONField(
        default=dict,
        blank=True,
        validators=[refuse_bad_hours],
        help_text='Periods by day: {"mon": [["08:00", "18:00"]], …, "holiday": []}; a day that is not there is closed.',
    )
    hours_note = models.CharField(max_length=200, blank=True, validators=[refuse_unseen])
    is_active = models.BooleanField("offered", default=True)
    max_grams = models.PositiveIntegerField(
        "heaviest (g)", null=True, blank=True, validators=[MaxValueValidator(MAX_GRAMS)]
    )
    max_value = models.DecimalField(
        "dearest order", max_digits=12, decimal_places=2, null=True, blank=True, help_text="Of the goods, in KES."
    )

    class Meta:
        verbose_name = "pick-up station"
        verbose_name_plural = "pick-up stations"
        ordering: ClassVar[list[str]] = ["county", "town", "name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"


class Holiday(models.Model):
    """A public holiday: nothing is delivered."""

    date = models.DateField(unique=True)
    name = models.CharField(max_length=80, validators=[refuse_unseen])
    is_provisional = models.BooleanField(
        "provisional", default=False, help_text="Expected; the day is declared shortly before."
    )
    notes = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "public holiday"
        verbose_name_plural = "public holidays"
        ordering: ClassVar[list[str]] = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%d %B %Y}: {self.name}"
