"""Who may give rights, and who sees members of staff."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User


def is_administrator(request: HttpRequest) -> bool:
    """Tell whether the request comes from a superuser."""
    return bool(getattr(request.user, "is_superuser", False))


def may_touch(request: HttpRequest, user: User) -> bool:
    """Tell whether the caller's rights are above those of `user`."""
    return is_administrator(request) or not user.has_rights


def sees_staff(request: HttpRequest) -> bool:
    """Tell whether the caller may look at members of staff, not at customers alone."""
    user: Any = request.user
    return bool(user.has_perm("accounts.view_staff_user"))
