"""What this app's views have in common."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.models import User
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown

USER_EXAMPLE = {
    "id": 12,
    "username": "wanjiku",
    "email": "wanjiku@example.com",
    "email_verified": False,
    "phone": "+254712345678",
    "role": "customer",
    "first_name": "Wanjiku",
    "last_name": "Kamau",
    "date_joined": "2026-03-02T09:30:00+03:00",
}
TOKENS_EXAMPLE = {"access": "eyJhbGciOiJIUzI1NiJ9.eyJ…", "refresh": "eyJhbGciOiJIUzI1NiJ9.eyJ…"}
SIGNED_IN_EXAMPLE = OpenApiExample("signed in", {**TOKENS_EXAMPLE, "user": USER_EXAMPLE}, response_only=True)


def caller(request: Request) -> User:
    """Return who is calling; IsAuthenticated has refused everybody else."""
    return cast("User", request.user)


class UserAPIView(PrivateAnswers):
    """The base of this app's views: no query parameters, and nothing that a cache may keep (RFC 6749, section 5.1)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Note the time before all else, authenticate, throttle, and refuse query parameters."""
        self.arrived_at = timezone.now()
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, ())


class SignedOutAPIView(UserAPIView):
    """The base of what needs no access token, and disregards one that is sent."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
