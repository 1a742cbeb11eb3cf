"""A new password for whoever does not know the old one."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.ask_for_reset import ask_for_reset
from accounts.actions.reset_password import reset_password
from accounts.devices import device_of
from accounts.known_devices import hand_token
from accounts.views.base import SignedOutAPIView
from accounts.views.emails import MAILED_TOKEN


class PasswordResetView(SignedOutAPIView):
    """Asking for a new password."""

    throttle_scope = "mail"

    @extend_schema(
        summary="Ask for a new password",
        description="Always 204: whether an account has the address is told to its mailbox alone. If one has, a link "
        "is mailed, good once and for `PASSWORD_RESET_MINUTES`; at most one in a minute and five in an hour.",
        request=serializers.PasswordResetInput,
        responses={204: None},
        examples=[OpenApiExample("an address", {"email": "wanjiku@example.com"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Ask for a new password."""
        command = serializers.PasswordResetInput(data=request.data)
        command.is_valid(raise_exception=True)
        ask_for_reset(email=command.validated_data["email"], at=self.arrived_at)
        return Response(status=204)


class NewPasswordView(SignedOutAPIView):
    """Choosing a new password."""

    throttle_scope = "login"  # hashing is dear

    @extend_schema(
        summary="Choose a new password",
        description="Takes the token of the mail. Every session ends: sign in with the new password. Whoever can "
        "read the mail has shown that the address is theirs, so `email_verified` is true from then on. A token is "
        "worthless once it is used, once the password or the address has changed, and when it is too old. A weak "
        "password leaves it as it is: choose another one; so does 429 `too_busy`: send it again in a second. The locks "
        "of failed sign-ins at the account are lifted. Send the answer's `X-Device-Token` with the log-in: failures of "
        "strangers do not lock this device out.",
        request=serializers.NewPasswordInput,
        responses={
            204: None,
            400: OpenApiResponse(description="`link_not_valid`, or what is wrong with `new_password`."),
        },
        examples=[
            OpenApiExample(
                "the token of the mail",
                {"token": MAILED_TOKEN, "new_password": "staple 7 tree lantern"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Choose a new password."""
        command = serializers.NewPasswordInput(data=request.data)
        command.is_valid(raise_exception=True)
        user = reset_password(**command.validated_data, at=self.arrived_at)
        response = Response(status=204)
        hand_token(response, user=user, device=device_of(request), at=self.arrived_at)
        return response
