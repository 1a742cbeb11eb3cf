"""Codes that are sent to phones, and how many have been."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.users import User
from accounts.querysets import PhoneCodeQuerySet


class PhoneCode(models.Model):
    """One code. Its six digits are made of its id and the shop's key (accounts/phone_codes.py), and kept nowhere."""

    LIFETIME = timedelta(minutes=10)
    TRIES = 5

    class Purpose(models.TextChoices):
        """What it is good for."""

        SIGN_IN = "sign_in", "Signing in"
        VERIFY = "verify", "Showing that a phone is the user's"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    phone = models.CharField(max_length=16, help_text="E.164.")
    user = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="phone_codes",
        help_text="Whose phone it is to be; nobody's where it is to sign in.",
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, help_text="When a newer one took its place.")

    objects = PhoneCodeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["phone", "purpose"],
                name="phone_code_open",
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.id})"

    def is_open(self, *, at: datetime) -> bool:
        """Tell whether it is good at `at`: not used, not replaced, not too old."""
        return self.used_at is None and self.voided_at is None and self.expires_at > at


class PhoneCodeCount(models.Model):
    """How many codes were asked for in one window of time: for one phone (a digest of it), or by all."""

    key = models.CharField(max_length=80, unique=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
