"""What members of staff show beside their password: an authenticator app, or a recovery code."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.users import User


class SecondFactor(models.Model):
    """The authenticator app (RFC 6238) of one member of staff, which showed a code before it was written here."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="second_factor")
    # Encrypted (accounts/secrets.py): whoever has a copy of this table makes no codes.
    secret = models.CharField(max_length=255, editable=False)
    last_step = models.BigIntegerField(
        default=0, editable=False, help_text="The 30 seconds of the last code that was used: none is good twice."
    )
    set_up_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"second factor of user {self.pk}"


class RecoveryCode(models.Model):
    """One of the codes for the day on which the phone is lost. Good once; kept as a hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
