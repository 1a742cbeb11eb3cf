"""Codes to phones: signing in with one, and showing that a phone is one's own."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.send_phone_code import send_phone_code
from accounts.actions.sign_in_by_phone import sign_in_by_phone
from accounts.actions.verify_phone import verify_phone
from accounts.devices import device_of
from accounts.models import PhoneCode
from accounts.recent import require_recent_sign_in
from accounts.views.base import (
    BY_COOKIE,
    NOT_SET_UP,
    SIGNED_IN_EXAMPLE,
    USER_EXAMPLE,
    SignedOutAPIView,
    UserAPIView,
    caller,
    signed_in_response,
)

PHONE = OpenApiExample("a phone", {"phone": "0712 345 678"}, request_only=True)
SENT = OpenApiResponse(description="The code is on its way, if one is sent.")
TOO_MANY = OpenApiResponse(description="`too_many_codes`: one a minute, five an hour, ten a day; or `throttled`.")
AGAIN = OpenApiResponse(description="`sign_in_again`: the caller's session began too long ago.")


class PhoneLoginView(SignedOutAPIView):
    """Asking for a code to sign in."""

    throttle_scope = "codes"

    @extend_schema(
        summary="Have a code to sign in sent to a phone",
        description="Sends six digits by SMS, good for ten minutes and once; the code before is void. The answer is "
        "the same whether the phone is anybody's or not. A number that gets no codes is 400 `phone_not_served`.",
        request=serializers.PhoneInput,
        responses={204: SENT, 429: TOO_MANY},
        examples=[PHONE],
    )
    def post(self, request: Request) -> Response:
        """Send a code."""
        command = serializers.PhoneInput(data=request.data)
        command.is_valid(raise_exception=True)
        phone = command.validated_data["phone"]
        send_phone_code(phone=phone, purpose=PhoneCode.Purpose.SIGN_IN, at=self.arrived_at)
        return Response(status=204)


class PhoneLoginConfirmView(SignedOutAPIView):
    """Signing in with a code."""

    throttle_scope = "login"

    @extend_schema(
        summary="Log in with a code",
        parameters=[BY_COOKIE],
        description="Starts a session for whoever has shown the phone to be theirs; for nobody's phone an account is "
        "made, unless the shop makes none. A phone that is written in a profile and not verified signs nobody in. "
        "Whatever is wrong with the code, it is 400 with `code_not_valid` on its field; five tries are judged.",
        request=serializers.PhoneCodeInput,
        responses={
            200: serializers.SignedInSerializer,
            201: OpenApiResponse(serializers.SignedInSerializer, description="An account was made."),
            401: OpenApiResponse(description="`second_factor_required`, `second_factor_wrong`: of members of staff."),
            403: NOT_SET_UP,
            429: OpenApiResponse(description="`too_many_attempts`, or `throttled`."),
        },
        examples=[
            OpenApiExample("the code of the SMS", {"phone": "0712 345 678", "code": "492039"}, request_only=True),
            SIGNED_IN_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        """Start a session."""
        command = serializers.PhoneCodeInput(data=request.data)
        command.is_valid(raise_exception=True)
        given = command.validated_data
        arrived = sign_in_by_phone(
            phone=given["phone"],
            digits=given["code"],
            otp=given.get("otp", ""),
            device=device_of(request),
            at=self.arrived_at,
        )
        return signed_in_response(request, arrived.signed_in, status=201 if arrived.is_new else 200)


class MyPhoneView(UserAPIView):
    """A phone that is to be the caller's."""

    throttle_scope = "codes"

    @extend_schema(
        summary="Have a code sent to a phone that is to be the caller's",
        description="Nothing changes until the code is confirmed. A number that codes are not sent to is 400 "
        "`phone_not_served`.",
        request=serializers.PhoneInput,
        responses={204: SENT, 403: AGAIN, 429: TOO_MANY},
        examples=[PHONE],
    )
    def post(self, request: Request) -> Response:
        """Send a code."""
        require_recent_sign_in(request, at=self.arrived_at)
        command = serializers.PhoneInput(data=request.data)
        command.is_valid(raise_exception=True)
        phone = command.validated_data["phone"]
        send_phone_code(phone=phone, purpose=PhoneCode.Purpose.VERIFY, user=caller(request), at=self.arrived_at)
        return Response(status=204)


class MyPhoneConfirmView(UserAPIView):
    """The code that shows that a phone is the caller's."""

    throttle_scope = "login"

    @extend_schema(
        summary="Show that a phone is the caller's",
        description="The phone of the newest code becomes the caller's, and signs in to the account from then on. "
        "Another account that had it has it no more. A code that is not good is 400 with `code_not_valid`.",
        request=serializers.CodeInput,
        responses={
            200: serializers.UserSerializer,
            403: AGAIN,
            429: OpenApiResponse(description="`too_many_attempts`, or `throttled`."),
        },
        examples=[
            OpenApiExample("the code of the SMS", {"code": "492039"}, request_only=True),
            OpenApiExample("a customer", {**USER_EXAMPLE, "phone_verified": True}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Verify a phone."""
        require_recent_sign_in(request, at=self.arrived_at)
        command = serializers.CodeInput(data=request.data)
        command.is_valid(raise_exception=True)
        digits = command.validated_data["code"]
        user = verify_phone(user=caller(request), digits=digits, device=device_of(request), at=self.arrived_at)
        return Response(serializers.user_shape.to_representation(user))
