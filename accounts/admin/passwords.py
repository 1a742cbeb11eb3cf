"""What the forms have in common by which staff give somebody a password."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from electroports.errors import DomainError


class HashedWhenCheckedMixin:
    """Hashes the new password as the last of the form's checks: a hash may be refused, and a save cannot say so."""

    _is_hashed = False

    def whose_password(self: Any) -> User:
        """Return who gets the password: whom the form is about, or makes."""
        user: User = self.user if hasattr(self, "user") else self.instance
        return user

    def _post_clean(self: Any) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's, of whichever form this is mixed into
        password = self.cleaned_data.get("password1")
        is_to_have_one = self.cleaned_data.get("set_usable_password", True)  # whatever stands in the fields otherwise
        if password and is_to_have_one and not self.errors:
            try:
                self.whose_password().set_password(password)
            except DomainError as refusal:
                self.add_error("password1", refusal.message)  # the page shows errors at fields alone
            else:
                self._is_hashed = True

    def set_password_and_save(self: Any, user: User, *args: Any, commit: bool = True, **kwargs: Any) -> User:
        """Save the user with the password that was hashed already."""
        if not self._is_hashed:
            left: User = super().set_password_and_save(user, *args, commit=commit, **kwargs)  # type: ignore[misc]  # as above
            return left
        if commit:
            user.save()
        return user
