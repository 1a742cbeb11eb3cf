"""Where customers have their orders sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.users import User
from accounts.querysets import AddressQuerySet


class Address(models.Model):
    """One place of a customer's. Whoever has any has one that is taken where no other is chosen."""

    MOST = 50  # of one customer

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    recipient = models.CharField(max_length=150)
    phone = models.CharField(max_length=16, help_text="E.164.")
    county = models.CharField(max_length=40, help_text="The name of one of Kenya's 47 counties.")
    town = models.CharField(max_length=80)
    street = models.CharField(max_length=200, blank=True)
    landmark = models.CharField(max_length=200, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "addresses"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user"], name="address_one_default", condition=Q(is_default=True)),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.town}, {self.county}"
