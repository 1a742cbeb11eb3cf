"""What people said about being sent advertising."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from accounts.models.users import User
from accounts.querysets import ConsentQuerySet
from electroports.records import AppendOnlyModel


class Consent(AppendOnlyModel):
    """That somebody agreed to marketing on a channel, or agrees no more. Append-only: the newest of a channel holds.

    Nobody has agreed who has not said so (Data Protection Act 2019, section 32; General Regulations 2021, on
    commercial use). What customers ask for themselves (orders' messages, notices) is no marketing and needs no consent.
    """

    class Channel(models.TextChoices):
        """How it would come."""

        EMAIL = "email", "E-mail"
        SMS = "sms", "SMS"

    class Source(models.TextChoices):
        """Where it was said."""

        REGISTRATION = "registration", "When registering"
        ACCOUNT = "account", "In the account"
        LINK = "link", "By the link in a message"
        STAFF = "staff", "By a member of staff"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    is_given = models.BooleanField("given", help_text="Given, or withdrawn.")
    source = models.CharField(max_length=12, choices=Source.choices)
    wording = models.CharField(max_length=40, blank=True, help_text="Which version of the words they agreed to.")
    address = models.CharField(max_length=254, blank=True, help_text="The address or number that it was about.")
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = ConsentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "channel", "-id"], name="consent_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {'given' if self.is_given else 'withdrawn'}"
