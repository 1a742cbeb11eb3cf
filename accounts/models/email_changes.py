"""Changes of e-mail addresses: asked for, agreed to at the old address and confirmed at the new one."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.links import Link
from accounts.models.users import User
from accounts.querysets import EmailChangeQuerySet


class EmailChange(models.Model):
    """One change of a user's address, from being asked for to its end: made, withdrawn, or never answered."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.EmailField(max_length=254, blank=True)
    new_email = models.EmailField(max_length=254)
    approval = models.OneToOneField(
        Link,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="approves",
        help_text="At the old address; none where nobody has shown that this was the user's.",
    )
    confirmation = models.OneToOneField(Link, on_delete=models.CASCADE, related_name="confirms")
    undo = models.OneToOneField(Link, null=True, blank=True, on_delete=models.SET_NULL, related_name="undoes")
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = EmailChangeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"],
                name="email_change_one_open",
                condition=Q(changed_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"change of e-mail {self.pk}"

    @property
    def needs_approval(self) -> bool:
        """Whether the old address has to agree still."""
        return self.approval_id is not None and self.approved_at is None

    @property
    def needs_confirmation(self) -> bool:
        """Whether the new address has to confirm still."""
        return self.confirmed_at is None

    @property
    def expires_at(self) -> datetime:
        """When its links are too old."""
        return self.confirmation.expires_at

    @property
    def is_agreed(self) -> bool:
        """Whether everybody who has to has answered."""
        return not self.needs_approval and not self.needs_confirmation
