"""Links that are mailed to people: each good once, for a purpose, and for a while."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.users import User
from accounts.querysets import LinkQuerySet


class Link(models.Model):
    """One link. What is mailed is its id, signed (accounts/links.py); a copy of this table opens nothing."""

    class Purpose(models.TextChoices):
        """What its holder may do."""

        VERIFY_EMAIL = "verify_email", "Show that the address is theirs"
        RESET_PASSWORD = "reset_password", "Choose a new password"
        APPROVE_EMAIL = "approve_email", "Agree, at the old address, to a new one"
        CONFIRM_EMAIL = "confirm_email", "Show that the new address is theirs"
        UNDO_EMAIL = "undo_email", "Take the old address back"
        INVITATION = "invitation", "Join the staff"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=14, choices=Purpose.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    password_version = models.PositiveIntegerField(
        null=True, blank=True, help_text="That of the user when it was made, where a new password is to end it."
    )
    email = models.EmailField(max_length=254, help_text="The address that it goes to, or is about.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, help_text="When something else made it worthless.")

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="link_by_expiry"),
            models.Index(
                fields=["user", "purpose"],
                name="link_open_by_user",
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.id})"

    def is_open(self, *, at: datetime) -> bool:
        """Tell whether it is good at `at`: not used, not voided, not too old."""
        return self.used_at is None and self.voided_at is None and self.expires_at > at
