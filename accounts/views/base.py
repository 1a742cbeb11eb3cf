"""What this app's views have in common."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.start_session import SignedIn
from accounts.cookies import HEADER as REFRESH_COOKIE_HEADER
from accounts.cookies import refuse_strangers, set_refresh_cookie, wants_cookie
from accounts.devices import device_of
from accounts.known_devices import hand_token
from accounts.models import User
from accounts.tokens import AccessToken
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown

USER_EXAMPLE = {
    "id": 12,
    "username": "wanjiku",
    "email": "wanjiku@example.com",
    "email_verified": False,
    "phone": "+254712345678",
    "phone_verified": False,
    "role": "customer",
    "first_name": "Wanjiku",
    "last_name": "Kamau",
    "date_joined": "2026-03-02T09:30:00+03:00",
}
TOKENS_EXAMPLE = {"access": "eyJhbGciOiJIUzI1NiJ9.eyJ…", "refresh": "eyJhbGciOiJIUzI1NiJ9.eyJ…"}
BY_COOKIE = OpenApiParameter(
    REFRESH_COOKIE_HEADER,
    str,
    OpenApiParameter.HEADER,
    enum=["true"],
    description="For pages in browsers, where the shop allows it (`cookies_off` is 400): the refresh token goes into a "
    "cookie that no script can read, and comes from there. The call must come from a page of the shop; from "
    "elsewhere it is 403 `origin_not_allowed`.",
)
NOT_SET_UP = OpenApiResponse(description="`second_factor_not_set_up`: of staff who have none yet.")
SIGNED_IN_EXAMPLE = OpenApiExample("signed in", {**TOKENS_EXAMPLE, "user": USER_EXAMPLE}, response_only=True)


def caller(request: Request) -> User:
    """Return who is calling; IsAuthenticated has refused everybody else."""
    return cast("User", request.user)


def session_id_of(request: Request) -> UUID:
    """Return the session that the caller's access token belongs to."""
    return cast("AccessToken", request.auth).session_id


def signed_in_response(request: Request, signed_in: SignedIn, *, status: int = 200) -> Response:
    """Answer a sign-in, in whichever way, with the user and the tokens: the refresh token in a cookie if asked for.

    The device gets a token, too, by which it is known when the same user signs in again.
    """
    response = tokens_response(request, serializers.signed_in_shape.to_representation(signed_in), status=status)
    hand_token(response, user=signed_in.user, device=device_of(request), at=timezone.now())
    return response


def tokens_response(request: Request, body: dict[str, Any], *, status: int = 200) -> Response:
    """Answer with new tokens; a caller who asked for the cookie gets the refresh token there and nowhere else."""
    if not wants_cookie(request):
        return Response(body, status=status)
    response = Response({name: value for name, value in body.items() if name != "refresh"}, status=status)
    set_refresh_cookie(response, body["refresh"])
    return response


class UserAPIView(PrivateAnswers):
    """The base of this app's views: nothing that a cache may keep (RFC 6749, section 5.1)."""

    def query_parameters(self) -> Collection[str]:
        """Return what the query string may hold: nothing, unless a view says so."""
        return ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Note the time before all else, authenticate, throttle, and refuse query parameters."""
        self.arrived_at = timezone.now()
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, self.query_parameters())


class SignedOutAPIView(UserAPIView):
    """The base of what needs no access token, and disregards one that is sent."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse, before anything is done, calls by cookie that no page of the shop can have made."""
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods and wants_cookie(request):
            refuse_strangers(request)
