"""Signing in with a password."""

from __future__ import annotations

from collections.abc import Mapping

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.sign_in import sign_in
from accounts.devices import device_of
from accounts.hashers import refuse_if_busy
from accounts.views.base import BY_COOKIE, NOT_SET_UP, SIGNED_IN_EXAMPLE, SignedOutAPIView, signed_in_response


class LoginView(SignedOutAPIView):
    """Signing in."""

    throttle_scope = "login"

    @extend_schema(
        summary="Log in",
        parameters=[BY_COOKIE],
        description="Starts a session. Give either a user name or an e-mail address, in any case. Whatever is wrong, "
        "an unknown user, the password or a disabled account, the answer is the same 401 `invalid_credentials`. "
        "Members of staff send `otp`, too: without it the answer is 401 `second_factor_required`; a code that is wrong "
        "or was used before is 401 `second_factor_wrong`. After too many failures it is 429 `too_many_attempts` for a "
        "while, with `Retry-After`, even for the right password. The answer's `X-Device-Token`, sent in a header of "
        "that name with later log-ins, keeps the owner's device from being locked out together with strangers. 429 "
        "`too_busy`: too many are logging in at once.",
        request=PolymorphicProxySerializer(
            component_name="Login",
            serializers=[serializers.LoginByUsernameInput, serializers.LoginByEmailInput],
            resource_type_field_name=None,
        ),
        responses={
            200: serializers.SignedInSerializer,
            401: OpenApiResponse(
                description="`invalid_credentials`. Of staff `second_factor_required` or `second_factor_wrong`."
            ),
            403: NOT_SET_UP,
            429: OpenApiResponse(description="`too_many_attempts`, `too_busy` or `throttled`; see `Retry-After`."),
        },
        examples=[
            OpenApiExample(
                "by e-mail address",
                {"email": "wanjiku@example.com", "password": "correct horse 42 battery"},
                request_only=True,
            ),
            OpenApiExample(
                "by user name", {"username": "wanjiku", "password": "correct horse 42 battery"}, request_only=True
            ),
            OpenApiExample(
                "a member of staff",
                {"username": "wanjiku", "password": "correct horse 42 battery", "otp": "492039"},
                request_only=True,
            ),
            SIGNED_IN_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        """Start a session. Where there is no room to hash, not even the body is read: a refusal is to cost little."""
        refuse_if_busy()
        by_email = isinstance(request.data, Mapping) and "email" in request.data
        shape = serializers.LoginByEmailInput if by_email else serializers.LoginByUsernameInput
        command = shape(data=request.data)
        command.is_valid(raise_exception=True)
        identifier = command.validated_data["email" if by_email else "username"]
        signed_in = sign_in(
            identifier=identifier,
            password=command.validated_data["password"],
            otp=command.validated_data.get("otp", ""),
            device=device_of(request),
            at=self.arrived_at,
        )
        return signed_in_response(request, signed_in)
