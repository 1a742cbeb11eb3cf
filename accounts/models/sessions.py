"""Sign-in sessions, which tokens belong to."""

import uuid
from typing import ClassVar

from django.db import models

from accounts.models.users import User
from accounts.querysets import SessionQuerySet


class Session(models.Model):
    """One sign-in on one device: the family of refresh tokens that descend from one another.

    Only the newest refresh token (`refresh_jti`) is good. Ending the session ends all its tokens, access tokens too;
    so does another password or role of its user than it began with.
    """

    class Method(models.TextChoices):
        """How the user showed who they are."""

        PASSWORD = "password", "Password"
        PHONE_CODE = "phone_code", "Code to the phone"
        GOOGLE = "google", "Google"
        APPLE = "apple", "Apple"

    class EndReason(models.TextChoices):
        """Why a session is over before it expired."""

        SIGNED_OUT = "signed_out", "Signed out"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        TOKEN_REUSED = "token_reused", "An old refresh token came back"
        OUTNUMBERED = "outnumbered", "Too many sign-ins since"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    password_version = models.PositiveIntegerField(
        default=0, help_text="That of the user when the password was checked."
    )
    role = models.CharField(
        max_length=8, db_default="customer", default="customer", help_text="That of the user when they signed in."
    )
    refresh_jti = models.CharField(max_length=32)
    previous_jti = models.CharField(
        max_length=32, blank=True, db_default="", default="", help_text="The refresh token before the newest."
    )
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.PASSWORD, db_default="password")
    second_factor_at = models.DateTimeField(
        null=True, blank=True, help_text="When a second factor was shown, too; staff need one."
    )
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True, help_text="From where it was last used.")
    created_at = models.DateTimeField(help_text="When the user signed in.")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    rotated_at = models.DateTimeField(help_text="When the newest refresh token was made.")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True, choices=EndReason.choices)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "ended_at"], name="session_by_user"),
            models.Index(fields=["expires_at"], name="session_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"session {self.id}"
