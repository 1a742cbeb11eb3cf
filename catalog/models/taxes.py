"""Classes of goods by how VAT is charged on them."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from catalog.pricing import Tax, tax_charged
from electroports.texts import refuse_unseen


class TaxClass(models.Model):
    """How VAT is charged on goods: at a rate, at the rate zero, or not at all (exempt, VAT Act 2013, First Schedule).

    The default class is that of every product without one. While its rate is empty, it is the setting VAT_PERCENT.
    """

    code = models.SlugField(max_length=20, unique=True, help_text="How files and orders name it. It stays.")
    name = models.CharField(max_length=60, unique=True, validators=[refuse_unseen])
    percent = models.DecimalField(
        "rate (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Empty for exempt goods, and for the default class while it follows the setting VAT_PERCENT.",
    )
    is_exempt = models.BooleanField(
        "exempt", default=False, help_text="No VAT is charged; on an invoice that is not the same as a rate of zero."
    )
    is_default = models.BooleanField(
        "default", default=False, help_text="The class of every product that has none of its own."
    )

    class Meta:
        verbose_name_plural = "tax classes"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="tax_class_one_default"),
            models.CheckConstraint(
                condition=Q(is_exempt=True, percent=None)
                | Q(is_exempt=False, percent__isnull=False, percent__gte=0, percent__lte=100)
                | Q(is_default=True, is_exempt=False, percent=None),
                name="tax_class_rate_or_exempt",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def charged(self) -> Tax:
        """The class as this shop charges it."""
        return tax_charged(self.code, self.percent, is_exempt=self.is_exempt)

    def clean(self) -> None:
        """Refuse a rate of exempt goods, and none of goods that are not."""
        if self.is_exempt and self.percent is not None:
            refusal = ValidationError("Exempt goods have no rate.", code="not_allowed")
            raise ValidationError({"percent": refusal})
        if not self.is_exempt and self.percent is None and not self.is_default:
            raise ValidationError({"percent": ValidationError("Give the rate; 0 is one.", code="required")})
