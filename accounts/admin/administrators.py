"""Who may give rights."""

from django.http import HttpRequest

from accounts.models import User


def is_administrator(request: HttpRequest) -> bool:
    """Tell whether the request comes from a superuser."""
    return bool(getattr(request.user, "is_superuser", False))


def may_touch(request: HttpRequest, user: User) -> bool:
    """Tell whether the caller's rights are above those of `user`."""
    return is_administrator(request) or not (user.is_staff or user.is_superuser)
