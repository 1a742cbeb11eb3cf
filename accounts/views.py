"""The user's calls: register, log in, refresh, log out, and the caller's own profile and password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, serializers
from accounts.models import User
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown

USER_AGENT_LENGTH = 200

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


def user_agent(request: Request) -> str:
    """Return what the client calls itself, for the owner to recognise a session by: printable, and cut to fit."""
    claimed = request.headers.get("User-Agent", "")
    return "".join(character for character in claimed if character.isprintable())[:USER_AGENT_LENGTH]


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


class RegisterView(SignedOutAPIView):
    """New customers."""

    throttle_scope = "register"

    @extend_schema(
        summary="Register",
        description="Creates a customer and signs them in. User names and e-mail addresses are unique in any case. A "
        "taken one is 400 with the code `unique` on its field.",
        request=serializers.RegisterInput,
        responses={201: serializers.SignedInSerializer},
        examples=[
            OpenApiExample(
                "a new customer",
                {
                    "username": "wanjiku",
                    "email": "wanjiku@example.com",
                    "password": "correct horse 42 battery",
                    "phone": "0712345678",
                },
                request_only=True,
            ),
            SIGNED_IN_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        """Create a customer."""
        command = serializers.RegisterInput(data=request.data)
        command.is_valid(raise_exception=True)
        signed_in = actions.register_user(**command.validated_data, user_agent=user_agent(request), at=self.arrived_at)
        return Response(serializers.signed_in_shape.to_representation(signed_in), status=201)


class LoginView(SignedOutAPIView):
    """Signing in."""

    throttle_scope = "login"

    @extend_schema(
        summary="Log in",
        description="Starts a session. Give either a user name or an e-mail address, in any case. Whatever is wrong, "
        "an unknown user, the password or a disabled account, the answer is the same 401 `invalid_credentials`.",
        request=PolymorphicProxySerializer(
            component_name="Login",
            serializers=[serializers.LoginByUsernameInput, serializers.LoginByEmailInput],
            resource_type_field_name=None,
        ),
        responses={200: serializers.SignedInSerializer, 401: OpenApiResponse(description="`invalid_credentials`.")},
        examples=[
            OpenApiExample(
                "by e-mail address",
                {"email": "wanjiku@example.com", "password": "correct horse 42 battery"},
                request_only=True,
            ),
            OpenApiExample(
                "by user name", {"username": "wanjiku", "password": "correct horse 42 battery"}, request_only=True
            ),
            SIGNED_IN_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        """Start a session."""
        by_email = isinstance(request.data, Mapping) and "email" in request.data
        shape = serializers.LoginByEmailInput if by_email else serializers.LoginByUsernameInput
        command = shape(data=request.data)
        command.is_valid(raise_exception=True)
        identifier = command.validated_data["email" if by_email else "username"]
        password = command.validated_data["password"]
        signed_in = actions.sign_in(
            identifier=identifier, password=password, user_agent=user_agent(request), at=self.arrived_at
        )
        return Response(serializers.signed_in_shape.to_representation(signed_in))


class RefreshView(SignedOutAPIView):
    """The next pair of tokens."""

    throttle_scope = "token"

    @extend_schema(
        summary="Exchange a refresh token",
        description="Gives the next pair of tokens; the refresh token that was sent is dead from then on. Of several "
        "requests with one token at once a single one succeeds. A token that comes back after it was exchanged ends "
        "the session with all its tokens: 401 `token_reused`.",
        request=serializers.RefreshInput,
        responses={
            200: serializers.TokenPairSerializer,
            401: OpenApiResponse(description="`token_not_valid`, or `token_reused` for one that was exchanged before."),
        },
        examples=[
            OpenApiExample("a refresh token", {"refresh": TOKENS_EXAMPLE["refresh"]}, request_only=True),
            OpenApiExample("the next pair", TOKENS_EXAMPLE, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Rotate a session's tokens."""
        command = serializers.RefreshInput(data=request.data)
        command.is_valid(raise_exception=True)
        pair = actions.rotate_session(refresh_token=command.validated_data["refresh"], at=self.arrived_at)
        return Response(pair._asdict())


class LogoutView(SignedOutAPIView):
    """Signing out."""

    @extend_schema(
        summary="Log out",
        description="Ends the session of a refresh token: that token and the session's access tokens are dead at once. "
        "Logging out again is 204 too; a token that is forged or expired is 401.",
        request=serializers.RefreshInput,
        responses={204: None, 401: OpenApiResponse(description="`token_not_valid`.")},
        examples=[OpenApiExample("a refresh token", {"refresh": TOKENS_EXAMPLE["refresh"]}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """End a session."""
        command = serializers.RefreshInput(data=request.data)
        command.is_valid(raise_exception=True)
        actions.end_session(refresh_token=command.validated_data["refresh"], at=self.arrived_at)
        return Response(status=204)


class MeView(UserAPIView):
    """The caller's profile."""

    @extend_schema(
        summary="Read the caller's profile",
        description="Everything that the shop shows its owner of an account.",
        responses={200: serializers.UserSerializer},
        examples=[OpenApiExample("a customer", USER_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Read the caller's profile."""
        return Response(serializers.user_shape.to_representation(caller(request)))

    @extend_schema(
        summary="Change the caller's profile",
        description="Changes the fields that are given. `role` and whatever else gives rights is read-only; the e-mail "
        "address too, for a new one must be confirmed first. An empty `phone` removes it.",
        request=serializers.ProfileInput,
        responses={200: serializers.UserSerializer},
        examples=[
            OpenApiExample("a new number", {"first_name": "Wanjiku", "phone": "0712345678"}, request_only=True),
            OpenApiExample("a customer", USER_EXAMPLE, response_only=True),
        ],
    )
    def patch(self, request: Request) -> Response:
        """Change the caller's profile."""
        command = serializers.ProfileInput(data=request.data, partial=True)
        command.is_valid(raise_exception=True)
        user = actions.change_profile(user=caller(request), changes=command.validated_data)
        return Response(serializers.user_shape.to_representation(user))


class PasswordView(UserAPIView):
    """The caller's password."""

    throttle_scope = "login"  # whoever holds a stolen access token may guess no faster here than at the front door

    @extend_schema(
        summary="Change the caller's password",
        description="Needs the current password. Ends every session of the caller, this one too: log in anew.",
        request=serializers.PasswordInput,
        responses={204: None},
        examples=[
            OpenApiExample(
                "a new password",
                {"current_password": "correct horse 42 battery", "new_password": "staple 7 tree lantern"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Change the caller's password."""
        command = serializers.PasswordInput(data=request.data)
        command.is_valid(raise_exception=True)
        actions.change_password(user=caller(request), **command.validated_data, at=self.arrived_at)
        return Response(status=204)
