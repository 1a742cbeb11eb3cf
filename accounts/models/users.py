"""Users: customers and members of staff."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.password_text import normal_form, readings
from accounts.querysets import KNOWN_USE, UserManager
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
    # Empty for somebody who registered with a phone number alone.
    email = models.EmailField(max_length=254, blank=True, validators=[refuse_unseen])
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, for example +254712345678.")
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    # Grows with every new password, and when the user is signed out everywhere: a session of another version is dead,
    # a browser's in the back office too, whoever did it and wherever.
    password_version = models.PositiveIntegerField(default=0, editable=False)

    # The row of an account that was erased stays, since orders lead to it, and names nobody.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What is known of the last use beside what the sessions say that are there.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    unused_warned_at = models.DateTimeField(null=True, blank=True, editable=False)  # the last try to tell them
    unused_told_at = models.DateTimeField(
        "told that it would be closed",
        null=True,
        blank=True,
        editable=False,
        help_text="When the mail went out, as nobody had used the account for long.",
    )
    # Whether the session that the user was found by (`signed_in`) is to note that it was used.
    is_session_unseen = False

    _password: str | None  # what set_password was given, until the row is saved

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        permissions: ClassVar[Any] = [
            ("export_person", "Can export everything about a person"),
            ("erase_person", "Can erase a person"),
            ("view_staff_user", "Can view members of staff"),
            ("sign_out_user", "Can sign customers out everywhere"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
            models.UniqueConstraint(Lower("email"), name="user_email_unique", condition=~Q(email="")),
            models.UniqueConstraint(
                fields=["phone"], name="user_verified_phone_unique", condition=Q(phone_verified_at__isnull=False)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["erased_at"], name="user_by_erasure", condition=Q(erased_at__isnull=False)),
            models.Index(
                KNOWN_USE,
                name="user_by_use",
                condition=Q(is_active=True, is_staff=False, is_superuser=False),
            ),
            models.Index(fields=["unused_told_at"], name="user_by_warning", condition=Q(unused_told_at__isnull=False)),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; a password that was set since the last save ends every session of the user."""
        if self._password is not None:
            self.password_version += 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "password_version"}
        super().save(*args, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        """Set the password, in its normal form."""
        super().set_password(None if raw_password is None else normal_form(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the password; hashes from before passwords were normalised are good, too.

        One that was hashed at another cost is hashed anew, which ends no session.
        """
        return raw_password is not None and any(
            check_password(reading, self.password, self._rehash) for reading in readings(raw_password)
        )

    def _rehash(self, raw_password: str) -> None:
        """Hash the password that was just checked anew, unless the row has another one by now.

        Hashing takes its time, in which the owner may have chosen a new password: the old one must not come back.
        """
        hashed = make_password(normal_form(raw_password))
        if User.objects.filter(pk=self.pk, password=self.password).update(password=hashed):
            self.password = hashed

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a browser's session in the back office has to carry; Django's has the password alone.

        Whoever gets another role signs in again with it, in the back office as at the API.
        """
        return salted_hmac(
            "accounts.User", f"{self.password_version}:{self.role}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def forget_proofs(self, *, is_email_new: bool = False, is_phone_new: bool = False) -> None:
        """Take nobody's word for another address or phone: until its owner shows it, neither opens the account."""
        if is_email_new:
            self.email_verified_at = None
        if is_phone_new:
            self.phone_verified_at = None

    @property
    def role(self) -> str:
        """`admin`, `staff` or `customer`."""
        if self.is_superuser:
            return "admin"
        return "staff" if self.is_staff else "customer"

    @property
    def has_rights(self) -> bool:
        """Whether this is no customer: a member of staff, or an administrator, who may lack `is_staff`."""
        return self.role != "customer"

    @property
    def email_verified(self) -> bool:
        """Whether the owner has shown that the e-mail address is theirs."""
        return self.email_verified_at is not None

    @property
    def verified_email(self) -> str:
        """The e-mail address if its owner has shown that it is theirs; else empty, for it may be a stranger's."""
        return self.email if self.email_verified else ""

    @property
    def phone_verified(self) -> bool:
        """Whether the owner has shown that the phone is theirs: a code can sign them in then."""
        return self.phone_verified_at is not None
