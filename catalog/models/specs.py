"""The fields of typed specifications. Their values stand on the products (`Product.typed_specs`)."""

from __future__ import annotations

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models

from catalog.models.taxonomy import Category
from catalog.specs import BOOLEAN, CHOICE, MAX_DECIMALS, NUMBER, TEXT, SpecRule, refused_choices

CODE = re.compile(r"\A[a-z][a-z0-9_]{0,39}\Z")


class SpecField(models.Model):
    """A specification that products have a value of: its type, unit and place, and which value is better."""

    class Type(models.TextChoices):
        """What its values are."""

        NUMBER = NUMBER, "Number"
        TEXT = TEXT, "Text"
        CHOICE = CHOICE, "Choice"
        BOOLEAN = BOOLEAN, "Yes or no"

    class Better(models.TextChoices):
        """Which of two values is the better one."""

        NONE = "none", "Neither"
        HIGHER = "higher", "The higher one"
        LOWER = "lower", "The lower one"

    class Trait(models.TextChoices):
        """The fields of accessories and sound devices whose values a specification can show as its own."""

        LENGTH = "length_m", "Length (accessories)"
        WATTS = "watts", "Power (accessories)"
        IMPEDANCE = "impedance_ohms", "Impedance (sound devices)"
        DRIVER = "driver_mm", "Driver (sound devices)"
        BATTERY = "battery_hours", "Battery (sound devices)"
        NOISE_CANCELLING = "noise_cancelling", "Noise cancelling (sound devices)"
        MICROPHONE = "microphone", "Microphone (sound devices)"

    SWITCHES: ClassVar[frozenset[str]] = frozenset({Trait.NOISE_CANCELLING, Trait.MICROPHONE})

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE, "Give lower-case letters, digits and underscores, a letter first.")],
        help_text="How files, filters and programs name it. It stays.",
    )
    name = models.CharField(max_length=60)
    group = models.CharField(max_length=40, help_text="The heading that it stands under.")
    categories = models.ManyToManyField(
        Category, blank=True, related_name="spec_fields", help_text="Each with its sub-tree. None: all products."
    )
    type = models.CharField(max_length=8, choices=Type.choices)
    unit = models.CharField(max_length=12, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MAX_DECIMALS)])
    minimum = models.DecimalField(max_digits=12, decimal_places=MAX_DECIMALS, null=True, blank=True)
    maximum = models.DecimalField(max_digits=12, decimal_places=MAX_DECIMALS, null=True, blank=True)
    choices = models.JSONField(default=list, blank=True, help_text="In their order; the last is the highest.")
    is_multiple = models.BooleanField("several values", default=False, help_text="Such as the storage of all variants.")
    is_filterable = models.BooleanField("filters lists", default=False)
    better = models.CharField(max_length=6, choices=Better.choices, default=Better.NONE)
    trait = models.CharField(
        "taken from", max_length=20, choices=Trait.choices, blank=True, help_text="Its values are that field's."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "specification field"
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def rule(self) -> SpecRule:
        """The field as values are read and shown by it."""
        return SpecRule(
            code=self.code,
            name=self.name,
            group=self.group,
            type=self.type,
            unit=self.unit,
            decimals=self.decimals,
            minimum=self.minimum,
            maximum=self.maximum,
            choices=tuple(self.choices),
            is_multiple=self.is_multiple,
            is_filterable=self.is_filterable,
            better=self.better,
            trait=self.trait,
        )

    def clean(self) -> None:
        """Refuse what does not go together."""
        errors = {**self._wrong_for_type(), **self._wrong_choices()}
        if self.trait:
            wanted = self.Type.BOOLEAN if self.trait in self.SWITCHES else self.Type.NUMBER
            if self.type != wanted:
                errors["trait"] = f"That field is of the type {wanted.label.lower()}."
        if errors:
            raise ValidationError(errors)

    def _wrong_choices(self) -> dict[str, str]:
        problem = refused_choices(self.choices)
        if self.type == self.Type.CHOICE and not self.choices:
            problem = "Name the choices."
        elif self.type != self.Type.CHOICE and self.choices:
            problem = "Only a choice has choices."
        return {"choices": problem} if problem else {}

    def _wrong_for_type(self) -> dict[str, str]:
        errors: dict[str, str] = {}
        if self.type != self.Type.NUMBER:
            figures = ("unit", "minimum", "maximum", "decimals")
            errors = {name: "Only a number has this." for name in figures if getattr(self, name)}
        elif self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            errors["maximum"] = "The maximum lies below the minimum."
        if self.is_multiple and self.type not in (self.Type.NUMBER, self.Type.CHOICE):
            errors["is_multiple"] = "Only numbers and choices can be several."
        if self.type == self.Type.TEXT and self.is_filterable:
            errors["is_filterable"] = "Lists cannot be filtered by a text."
        if self.type == self.Type.TEXT and self.better != self.Better.NONE:
            errors["better"] = "No text is better than another."
        return errors
