"""The audit trail: what staff did, when, how, and what it changed."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.users import User
from accounts.querysets import AuditEntryQuerySet
from electroports.records import AppendOnlyModel


class ReadableEncoder(json.JSONEncoder):
    """Keeps letters beyond ASCII as they are, so that they are found."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "ensure_ascii": False})


class AuditEntry(AppendOnlyModel):
    """One thing that somebody did. The database itself refuses to change or delete an entry (docs/audit-trail.md)."""

    class Action(models.TextChoices):
        """What was done."""

        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        DELETED = "deleted", "Deleted"
        SIGNED_IN = "signed_in", "Signed in"
        PASSWORD_RIGHT = "password_ok", "Password was right"
        REFUSED = "refused", "Refused at sign-in"
        LOCKED_OUT = "locked_out", "Locked out"
        INVITED = "invited", "Invited"
        RESET_FACTOR = "reset_factor", "Second factor reset"
        EXPORTED = "exported", "Exported personal data"
        RAN = "ran", "Ran a command"

    class How(models.TextChoices):
        """By which way it came."""

        ADMIN = "admin", "Back office"
        API = "api", "API"
        COMMAND = "command", "Command or job"

    at = models.DateTimeField()
    # Neither a constraint nor a cascade: the entry of somebody whose account is gone is not touched.
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    name = models.CharField(max_length=150, help_text="The user name as it was.")
    how = models.CharField(max_length=8, choices=How.choices)
    action = models.CharField(max_length=12, choices=Action.choices)
    model = models.CharField(max_length=60, blank=True, help_text="Of what kind it was, such as catalog.product.")
    object_id = models.CharField(max_length=64, blank=True)
    words = models.CharField("object", max_length=200, blank=True, help_text="What it was called then.")
    person_id = models.BigIntegerField(
        "customer", null=True, blank=True, help_text="Whom of the customers it is about."
    )
    changes = models.JSONField(default=dict, encoder=ReadableEncoder, help_text="Field by field: before, after.")
    message = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True, help_text="As it stands in the log, too.")
    address = models.GenericIPAddressField(null=True, blank=True)

    objects: ClassVar[Any] = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name = "entry of the audit trail"
        verbose_name_plural = "audit trail"
        default_permissions = ("view",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "id"], name="audit_by_user"),
            models.Index(fields=["model", "id"], name="audit_by_model"),
            models.Index(fields=["model", "object_id"], name="audit_by_object"),
            models.Index(fields=["action", "id"], name="audit_by_action"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(
                fields=["person_id", "action", "id"], name="audit_by_person", condition=Q(person_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.words or self.model} ({self.pk})"
