"""What people are told of their accounts: an outbox, written with the step that it tells of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.links import Link
from accounts.models.users import User
from accounts.querysets import AccountMessageQuerySet
from electroports.outbox import MessageChannel, OutboxMessage

__all__ = ["AccountMessage", "MessageChannel", "MessageKind"]


class MessageKind(models.TextChoices):
    """What it tells."""

    VERIFY_EMAIL = "verify_email", "Show that this address is yours"
    RESET_PASSWORD = "reset_password", "Choose a new password"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    APPROVE_EMAIL = "approve_email", "Agree to another address"
    CONFIRM_EMAIL = "confirm_email", "Confirm the new address"
    EMAIL_CHANGED = "email_changed", "Address changed"
    EMAIL_RESTORED = "email_restored", "Address restored"
    TOKEN_REUSED = "token_reused", "A session was ended for safety"
    LOCKED_OUT = "locked_out", "Sign-in stopped for a while"
    INVITATION = "invitation", "Invitation to the staff"
    SECOND_FACTOR_CHANGED = "second_factor_changed", "Second factor changed"
    RECOVERY_CODE_USED = "recovery_code_used", "Recovery code used"
    RECOVERY_CODES_MADE = "recovery_codes_made", "New recovery codes"
    RIGHTS_CHANGED = "rights_changed", "Rights changed"
    SIGN_IN_CODE = "sign_in_code", "Code to sign in"
    PHONE_CODE = "phone_code", "Code to verify a phone"
    PHONE_CHANGED = "phone_changed", "Phone changed"
    PHONE_REMOVED = "phone_removed", "Phone removed"
    PHONE_GIVEN_UP = "phone_given_up", "Phone given up"
    IDENTITY_LINKED = "identity_linked", "Way of signing in added"
    IDENTITY_UNLINKED = "identity_unlinked", "Way of signing in removed"
    ACCOUNT_UNUSED = "account_unused", "Account will be closed"
    ACCOUNT_ERASED = "account_erased", "Account closed"


def message_kinds() -> list[tuple[str, str]]:
    """Return the kinds as choices: a function, so that one more needs no migration."""
    return MessageKind.choices


class AccountMessage(OutboxMessage):
    """One message to somebody about an account. It holds no token and no code: these are made when it is sent."""

    Kind = MessageKind

    kind = models.CharField(max_length=24, choices=message_kinds)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="messages")
    link = models.ForeignKey(
        Link,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
        help_text="What it invites to follow; once that is used, voided or too old, the message is not sent.",
    )
    facts = models.JSONField(default=dict, blank=True, help_text="What its words name: a device, a time. No secrets.")

    objects = AccountMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message to a user"
        verbose_name_plural = "messages to users"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__in=("sent", "skipped", "dead")) | Q(next_attempt_at__isnull=False),
                name="account_message_has_an_end_or_a_next_attempt",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="account_message_due",
                condition=Q(status="waiting") | Q(status="failed"),
            ),
            models.Index(fields=["created_at"], name="account_message_by_creation"),
            models.Index(fields=["recipient", "kind", "sent_at"], name="account_message_by_recipient"),
            # Those few that go as soon as they are sent: every minute somebody looks for them.
            models.Index(
                fields=["id"], name="account_message_farewell", condition=Q(kind=MessageKind.ACCOUNT_ERASED.value)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_channel_display()})"
