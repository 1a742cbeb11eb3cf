"""Invitations to the staff."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.links import Link
from accounts.models.users import User
from accounts.querysets import InvitationQuerySet


class Invitation(models.Model):
    """One invitation. Whether it can be accepted is decided by its link, which is used or voided once.

    Another link takes the place of the first when it is sent again. It stands on the rights of whoever sent it last.
    """

    KEPT = timedelta(days=90)  # after its end, for whoever asks when somebody came to be of the staff

    email = models.EmailField(max_length=254)
    roles = models.ManyToManyField(Group, blank=True, related_name="invitations")
    is_administrator = models.BooleanField("administrator", default=False)
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations")
    link = models.OneToOneField(Link, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation")
    created_at = models.DateTimeField("invited at")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField("withdrawn at", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        # Who may invite may withdraw; nobody changes or deletes.
        default_permissions = ("view", "add")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"), name="invitation_open_once", condition=Q(accepted_at=None, revoked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    def state(self, *, at: datetime) -> str:
        """Return `accepted`, `withdrawn`, `expired` or `open`. One that made room for another had expired before."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None and self.revoked_at < self.expires_at:
            return "withdrawn"
        return "expired" if self.revoked_at is not None or self.expires_at <= at else "open"
