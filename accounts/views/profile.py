"""The caller's own profile."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.change_profile import change_profile
from accounts.actions.erase_user import erase_user
from accounts.recent import require_recent_sign_in
from accounts.views.base import USER_EXAMPLE, UserAPIView, caller
from accounts.ways_in import gives_up_phone


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
        "address too, for a new one must be confirmed first. An empty `phone` removes it. To change or remove a "
        "verified one, which signs in, the caller must have signed in within the last minutes; the owner is told by "
        "mail.",
        request=serializers.ProfileInput,
        responses={
            200: serializers.UserSerializer,
            403: OpenApiResponse(description="`sign_in_again`: a verified phone would go, and the session is old."),
            409: OpenApiResponse(description="`last_way_to_sign_in`: nothing but the verified phone signs in."),
        },
        examples=[
            OpenApiExample("a new number", {"first_name": "Wanjiku", "phone": "0712345678"}, request_only=True),
            OpenApiExample("a customer", USER_EXAMPLE, response_only=True),
        ],
    )
    def patch(self, request: Request) -> Response:
        """Change the caller's profile."""
        command = serializers.ProfileInput(data=request.data, partial=True)
        command.is_valid(raise_exception=True)
        if gives_up_phone(caller(request), command.validated_data):
            require_recent_sign_in(request, at=self.arrived_at)
        user = change_profile(user=caller(request), changes=command.validated_data, at=self.arrived_at)
        return Response(serializers.user_shape.to_representation(user))

    @extend_schema(
        summary="Erase the caller",
        description="Closes the account and deletes what the shop holds about the caller, at once and for good. Orders "
        "and payments stay in the books without the person, as tax law asks; published reviews stay by nobody. The "
        "caller must have signed in within the last minutes. Refused while something is open: `errors` names it by "
        "the number of its order.",
        request=None,
        responses={
            204: None,
            403: OpenApiResponse(description="`sign_in_again`: the session began too long ago."),
            409: OpenApiResponse(
                description="`unfinished_business`: an order, a payment or money is open (`open_order`, "
                "`open_payment`, `open_refund`, `money_owed`, `money_due`). `staff_account`: it belongs to the staff."
            ),
        },
    )
    def delete(self, request: Request) -> Response:
        """Erase the caller."""
        require_recent_sign_in(request, at=self.arrived_at)
        erase_user(user=caller(request), at=self.arrived_at)
        return Response(status=204)
