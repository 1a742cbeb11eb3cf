"""Who may give rights."""

from django.http import HttpRequest


def is_administrator(request: HttpRequest) -> bool:
    """Tell whether the request comes from a superuser."""
    return bool(getattr(request.user, "is_superuser", False))
