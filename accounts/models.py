"""Who uses the shop: users, and the sign-in sessions that their tokens belong to."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.querysets import SessionQuerySet, UserManager
from electroports.texts import refuse_unseen


class User(AbstractUser):
    """A customer or a member of staff. User name and e-mail are unique whatever their case."""

    # No "@": what is typed at sign-in is then either a user name or an e-mail address, never both.
    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[
            ASCIIUsernameValidator(),
            RegexValidator(r"@", "A user name has no @.", code="invalid", inverse_match=True),
        ],
    )
    email = models.EmailField(max_length=254, validators=[refuse_unseen])
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, for example +254712345678.")
    # Grows with every new password, and when the user is signed out everywhere: a session of another version is dead,
    # a browser's in the back office too, whoever did it and wherever.
    password_version = models.PositiveIntegerField(default=0, editable=False)

    _password: str | None  # what set_password was given, until the row is saved

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; a password that was set since the last save ends every session of the user.

        A mere rehash of the same password (Django's check_password, when the hasher's cost was changed) does not.
        """
        if self._password is not None:
            self.password_version += 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "password_version"}
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a browser's session in the back office has to carry; Django's has the password alone."""
        return salted_hmac(
            "accounts.User", f"{self.password_version}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def role(self) -> str:
        """`admin`, `staff` or `customer`."""
        if self.is_superuser:
            return "admin"
        return "staff" if self.is_staff else "customer"

    @property
    def email_verified(self) -> bool:
        """Whether the owner has shown that the e-mail address is theirs."""
        return self.email_verified_at is not None


class Session(models.Model):
    """One sign-in on one device: the family of refresh tokens that descend from one another.

    Only the newest refresh token (`refresh_jti`) is good. Ending the session ends all its tokens, access tokens too.
    """

    class EndReason(models.TextChoices):
        """Why a session is over before it expired."""

        SIGNED_OUT = "signed_out", "Signed out"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        TOKEN_REUSED = "token_reused", "An old refresh token came back"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    password_version = models.PositiveIntegerField(
        default=0, help_text="That of the user when the password was checked."
    )
    refresh_jti = models.CharField(max_length=32)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField(
        help_text="A request that began before this may hold the previous refresh token innocently.",
    )
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
