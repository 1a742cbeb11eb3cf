"""New customers."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.register_user import register_user
from accounts.devices import device_of
from accounts.views.base import BY_COOKIE, SIGNED_IN_EXAMPLE, SignedOutAPIView, signed_in_response


class RegisterView(SignedOutAPIView):
    """New customers."""

    throttle_scope = "register"

    @extend_schema(
        summary="Register",
        parameters=[BY_COOKIE],
        description="Creates a customer and signs them in. User names and e-mail addresses are unique in any case. A "
        "taken one is 400 with the code `unique` on its field. 429 `too_busy`: send it again in a second.",
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
        signed_in = register_user(**command.validated_data, device=device_of(request), at=self.arrived_at)
        return signed_in_response(request, signed_in, status=201)
