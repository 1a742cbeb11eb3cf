"""Failed sign-ins, counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.users import User


class FailureCount(models.Model):
    """What is remembered of the failures of one origin, at one account or at all of them, until they are forgotten.

    `digest` says what is counted without telling it: keyed, so that a copy of this table names nobody who tried, and
    no address either. `user` is empty where no such account exists, which only staff can tell.
    """

    class Scope(models.TextChoices):
        """What the failures have in common."""

        ACCOUNT = "account", "Account, from anywhere unknown"
        DEVICE = "device", "Account, from one known device or address"
        ADDRESS = "address", "Address, at any account"

    class Kind(models.TextChoices):
        """What was wrong."""

        PASSWORD = "password", "Password"
        SECOND_FACTOR = "second_factor", "Second factor"
        CODE = "code", "Code to the phone"
        ANY = "any", "Anything"

    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(max_length=7, choices=Scope.choices)
    kind = models.CharField(max_length=13, choices=Kind.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="failures")
    failed_at = models.DateTimeField(help_text="When the last attempt failed.")
    forgotten_at = models.DateTimeField(help_text="When the last of the failures will be forgotten.")
    locked_until = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the owner was told of a lock.")
    version = models.PositiveIntegerField(default=0, editable=False, help_text="Grows with each failure.")

    class Meta:
        verbose_name = "count of failed sign-ins"
        verbose_name_plural = "failed sign-ins"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["forgotten_at"], name="failures_by_end"),
            models.Index(fields=["locked_until"], name="failures_by_lock"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} ({self.digest[:8]})"
