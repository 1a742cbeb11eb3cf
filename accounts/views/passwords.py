"""The caller's password."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.change_password import change_password
from accounts.devices import device_of
from accounts.known_devices import hand_token
from accounts.views.base import UserAPIView, caller, session_id_of


class PasswordView(UserAPIView):
    """The caller's password."""

    throttle_scope = "login"  # whoever holds a stolen access token may guess no faster here than at the front door

    @extend_schema(
        summary="Change the caller's password",
        description="Needs the current password; after too many wrong ones the answer is 429 `too_many_attempts` for a "
        "while. Ends every other session of the caller, also in the back office, and makes every `X-Device-Token` "
        "worthless: keep the new one of the answer. 429 `too_busy`: send it again in a second.",
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
        device = device_of(request)
        user = change_password(
            user=caller(request),
            **command.validated_data,
            session_id=session_id_of(request),
            device=device,
            at=self.arrived_at,
        )
        response = Response(status=204)
        hand_token(response, user=user, device=device, at=self.arrived_at)
        return response
