"""Showing that an e-mail address is one's own, and changing it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.approve_email import approve_email
from accounts.actions.change_email import change_email
from accounts.actions.confirm_email import confirm_email
from accounts.actions.give_up_email_change import give_up_email_change
from accounts.actions.refuse_email_change import refuse_email_change
from accounts.actions.resend_verification import resend_verification
from accounts.actions.undo_email_change import undo_email_change
from accounts.actions.verify_email import verify_email
from accounts.devices import device_of
from accounts.models import EmailChange
from accounts.recent import require_recent_sign_in
from accounts.views.base import SignedOutAPIView, UserAPIView, caller

MAILED_TOKEN = "3f0c9d5c8f6f4f0f9a3f5b7c1d2e4f60.Zb1Qx0…"  # noqa: S105  # an example
TOKEN_EXAMPLE = OpenApiExample("the token of the mail", {"token": MAILED_TOKEN}, request_only=True)
NOT_VALID = OpenApiResponse(description="`link_not_valid`: forged, used, replaced by a newer one, or too old.")
TOO_MANY = OpenApiResponse(description="`too_many_mails`, or `throttled`; Retry-After says how long to wait.")

TOO_MANY_TRIES = OpenApiResponse(
    description="`too_many_mails`, `too_many_attempts` after wrong passwords, or `throttled`; see Retry-After."
)


class TokenView(SignedOutAPIView):
    """The base of what the holder of a mailed link does, signed in or not."""

    throttle_scope = "token"

    def token(self, request: Request) -> str:
        """Return the token that was sent."""
        command = serializers.MailedTokenInput(data=request.data)
        command.is_valid(raise_exception=True)
        return str(command.validated_data["token"])


class VerifyEmailView(TokenView):
    """Showing that an address is one's own."""

    @extend_schema(
        summary="Verify an e-mail address",
        description="Takes the token of the mail that came after registration. It is good once, for "
        "`EMAIL_LINK_HOURS`, and only while the account has that address. From then on `email_verified` is true, and "
        "orders that were placed as a guest with this address are the account's.",
        request=serializers.MailedTokenInput,
        responses={204: None, 400: NOT_VALID},
        examples=[TOKEN_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Verify an address."""
        verify_email(token=self.token(request), at=self.arrived_at)
        return Response(status=204)


class ResendVerificationView(UserAPIView):
    """The mail with the link, once more."""

    throttle_scope = "mail"

    @extend_schema(
        summary="Send the verification mail again",
        description="Sends a new link to the caller's address; older ones are worthless then. A minute has to be "
        "between two, and five in an hour are the most. 204 as well where the address is verified already: then "
        "nothing is sent.",
        request=None,
        responses={204: None, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Send a new link."""
        resend_verification(user=caller(request), at=self.arrived_at)
        return Response(status=204)


class EmailView(UserAPIView):
    """The caller's e-mail address."""

    @property
    def throttle_scope(self) -> str | None:
        """Count what sends mail, and checks a password, apart from what is read."""
        return "mail" if self.request.method == "POST" else None

    @extend_schema(
        summary="Read the caller's e-mail address and its change",
        description="The address that is, and the one that is to be, with what is still missing.",
        responses={200: serializers.EmailStateSerializer},
        examples=[
            OpenApiExample(
                "a change under way",
                {
                    "email": "wanjiku@example.com",
                    "email_verified": True,
                    "pending": {
                        "email": "wanjiku.kamau@example.com",
                        "needs_approval": False,
                        "needs_confirmation": True,
                        "expires_at": "2026-03-03T09:30:00+03:00",
                    },
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Read the address and its change."""
        user = caller(request)
        pending = EmailChange.objects.pending(user=user, at=self.arrived_at)
        state: dict[str, Any] = {"email": user.email, "email_verified": user.email_verified, "pending": pending}
        return Response(serializers.EmailStateSerializer(state).data)

    @extend_schema(
        summary="Change the caller's e-mail address",
        description="Mails a link to the new address and, if the present one is verified, one to that too. The "
        "address changes when all were used. A change that was begun before is withdrawn. The answer is the same for "
        "an address that somebody else has. Needs a sign-in of the last minutes, and the password of whoever has one.",
        request=serializers.EmailChangeInput,
        responses={
            204: None,
            400: OpenApiResponse(description="`invalid_password` on `current_password`, `unchanged` on `email`."),
            403: OpenApiResponse(description="`sign_in_again`: the sign-in is too long ago."),
            429: TOO_MANY_TRIES,
        },
        examples=[
            OpenApiExample(
                "a new address",
                {"email": "wanjiku.kamau@example.com", "current_password": "correct horse 42 battery"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin a change of address."""
        command = serializers.EmailChangeInput(data=request.data)
        command.is_valid(raise_exception=True)
        require_recent_sign_in(request, at=self.arrived_at)
        changes = command.validated_data
        change_email(user=caller(request), **changes, device=device_of(request), at=self.arrived_at)
        return Response(status=204)

    @extend_schema(
        summary="Withdraw the change of the caller's e-mail address",
        description="The links that were mailed are worthless then. 204 as well where no change is under way.",
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """Withdraw a change of address."""
        give_up_email_change(user=caller(request), at=self.arrived_at)
        return Response(status=204)


STEP: dict[str, Any] = {
    "request": serializers.MailedTokenInput,
    "responses": {200: serializers.EmailStepSerializer, 400: NOT_VALID},
    "examples": [TOKEN_EXAMPLE, OpenApiExample("the last of the two", {"changed": True}, response_only=True)],
}


class ApproveEmailView(TokenView):
    """Agreeing, at the old address, to a new one."""

    @extend_schema(
        summary="Agree to another e-mail address",
        description="Takes the token of the mail to the old address. `changed` is false while the new address has "
        "not confirmed.",
        **STEP,
    )
    def post(self, request: Request) -> Response:
        """Agree to another address."""
        return Response({"changed": approve_email(token=self.token(request), at=self.arrived_at)})


class ConfirmEmailView(TokenView):
    """Showing that a new address is one's own."""

    @extend_schema(
        summary="Confirm a new e-mail address",
        description="Takes the token of the mail to the new address. `changed` is false while the old address has "
        "not agreed. The account's address is verified then.",
        **STEP,
    )
    def post(self, request: Request) -> Response:
        """Confirm a new address."""
        return Response({"changed": confirm_email(token=self.token(request), at=self.arrived_at)})


class RefuseEmailView(TokenView):
    """Refusing, at the old address, a new one."""

    @extend_schema(
        summary="Refuse another e-mail address",
        description="Takes the token of the mail to the old address, and withdraws the change.",
        request=serializers.MailedTokenInput,
        responses={204: None, 400: NOT_VALID},
        examples=[TOKEN_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Withdraw a change of address."""
        refuse_email_change(token=self.token(request), at=self.arrived_at)
        return Response(status=204)


class UndoEmailView(TokenView):
    """Taking the old address back."""

    @extend_schema(
        summary="Take the old e-mail address back",
        description="Takes the token of the mail that told the old address of the change, good for "
        "`EMAIL_UNDO_DAYS`. The account has its old address again; every session ends and the password is gone: ask "
        "for a new one.",
        request=serializers.MailedTokenInput,
        responses={204: None, 400: NOT_VALID},
        examples=[TOKEN_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Take the old address back."""
        undo_email_change(token=self.token(request), at=self.arrived_at)
        return Response(status=204)
