"""Signing in with another provider, and linking its identities."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.link_identity import link_identity
from accounts.actions.sign_in_elsewhere import sign_in_elsewhere
from accounts.actions.unlink_identity import unlink_identity
from accounts.devices import device_of
from accounts.errors import IdentityTokenNotValid, IdentityTokenRefused
from accounts.identity_tokens import Identity, Provider, read_identity_token
from accounts.recent import require_recent_sign_in
from accounts.views.base import (
    BY_COOKIE,
    NOT_SET_UP,
    SIGNED_IN_EXAMPLE,
    SignedOutAPIView,
    UserAPIView,
    caller,
    signed_in_response,
)
from electroports.addresses import ID_PATTERN

ID = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
IDENTITY_EXAMPLE = {
    "id": 3,
    "provider": "google",
    "email": "wanjiku@gmail.com",
    "created_at": "2026-03-02T09:30:00+03:00",
    "last_used_at": "2026-03-02T09:30:00+03:00",
}
TOKEN_EXAMPLE = {"id_token": "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJ…", "nonce": "Zt0cA7qSx2k"}
SIGN_IN_ANSWERS: dict[int, Any] = {
    200: serializers.SignedInSerializer,
    201: OpenApiResponse(serializers.SignedInSerializer, description="An account was made."),
    401: OpenApiResponse(
        description="`identity_token_not_valid`: forged, for another shop, expired or used before; "
        "`invalid_credentials`: the account is disabled; `second_factor_required`, `second_factor_wrong`: of staff."
    ),
    403: NOT_SET_UP,
    409: OpenApiResponse(
        description="`sign_in_to_link`: the address has an account that its owner has to sign in to first; "
        "`provider_not_enabled`: the shop takes no identities of this provider."
    ),
    503: OpenApiResponse(description="`provider_unavailable`: its keys cannot be had now."),
}
EXPLAINED = (
    "Starts a session for whoever the id token is about; each token does so once. An account is linked by an address "
    "only if the provider runs the mailbox; if nobody had verified that address, its password and sessions are gone."
)


class _ProviderView(SignedOutAPIView):
    """Signing in with one provider."""

    throttle_scope = "login"
    provider: Provider

    def sign_in(self, request: Request, command: serializers.GoogleInput) -> Response:
        """Start a session."""
        command.is_valid(raise_exception=True)
        given = command.validated_data
        identity = read_identity_token(
            provider=self.provider, token=given["id_token"], nonce=given.get("nonce"), at=self.arrived_at
        )
        names = {name: given[name] for name in ("first_name", "last_name") if name in given}
        arrived = sign_in_elsewhere(
            identity=identity._replace(**names),
            otp=given.get("otp", ""),
            device=device_of(request),
            at=self.arrived_at,
        )
        return signed_in_response(request, arrived.signed_in, status=201 if arrived.is_new else 200)


class GoogleLoginView(_ProviderView):
    """Signing in with Google."""

    provider = Provider.GOOGLE

    @extend_schema(
        summary="Log in with Google",
        parameters=[BY_COOKIE],
        description=EXPLAINED,
        request=serializers.GoogleInput,
        responses=SIGN_IN_ANSWERS,
        examples=[OpenApiExample("the token of Google's button", TOKEN_EXAMPLE, request_only=True), SIGNED_IN_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Start a session."""
        return self.sign_in(request, serializers.GoogleInput(data=request.data))


class AppleLoginView(_ProviderView):
    """Signing in with Apple."""

    provider = Provider.APPLE

    @extend_schema(
        summary="Log in with Apple",
        parameters=[BY_COOKIE],
        description=f"{EXPLAINED} Apple tells the client the name, once: send it along, for an account that is made.",
        request=serializers.AppleInput,
        responses=SIGN_IN_ANSWERS,
        examples=[
            OpenApiExample(
                "the first time",
                {**TOKEN_EXAMPLE, "first_name": "Wanjiku", "last_name": "Kamau"},
                request_only=True,
            ),
            SIGNED_IN_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        """Start a session."""
        return self.sign_in(request, serializers.AppleInput(data=request.data))


class IdentitiesView(UserAPIView):
    """The caller's identities."""

    throttle_scope = "login"

    @extend_schema(
        summary="See how the caller's account can be signed in to",
        description="The identities that are linked with it, and whether it has a password and a verified phone.",
        responses={200: serializers.WaysInSerializer},
        examples=[
            OpenApiExample(
                "Google alone",
                {"has_password": False, "phone_verified": False, "identities": [IDENTITY_EXAMPLE]},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Read the ways in."""
        user = caller(request)
        ways = {
            "has_password": user.has_usable_password(),
            "phone_verified": user.phone_verified,
            "identities": user.identities.order_by("pk"),
        }
        return Response(serializers.WaysInSerializer(ways).data)

    @extend_schema(
        summary="Link an identity with the caller's account",
        description="From then on it signs in to this account. Linking it again is 200. A token that is forged, for "
        "another shop, expired or used before is 400 with the code `identity_token_not_valid` on its field.",
        request=serializers.LinkIdentityInput,
        responses={
            200: OpenApiResponse(serializers.ExternalIdentitySerializer, description="It was linked before."),
            201: serializers.ExternalIdentitySerializer,
            403: OpenApiResponse(description="`sign_in_again`: the caller's session began too long ago."),
            409: OpenApiResponse(
                description="`identity_taken`: it signs in to another account; `provider_not_enabled`: see the log-in."
            ),
            503: SIGN_IN_ANSWERS[503],
        },
        examples=[
            OpenApiExample("Google", {"provider": "google", **TOKEN_EXAMPLE}, request_only=True),
            OpenApiExample("linked", IDENTITY_EXAMPLE, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Link an identity."""
        require_recent_sign_in(request, at=self.arrived_at)
        command = serializers.LinkIdentityInput(data=request.data)
        command.is_valid(raise_exception=True)
        try:
            identity = self._identity(command.validated_data)
            linked, is_new = link_identity(user=caller(request), identity=identity, at=self.arrived_at)
        except IdentityTokenNotValid as error:  # 401 would say that the caller is not signed in
            raise IdentityTokenRefused from error
        shown = serializers.ExternalIdentitySerializer(linked).data
        return Response(shown, status=201 if is_new else 200)

    def _identity(self, given: dict[str, Any]) -> Identity:
        return read_identity_token(
            provider=Provider(given["provider"]), token=given["id_token"], nonce=given.get("nonce"), at=self.arrived_at
        )


class IdentityView(UserAPIView):
    """One of the caller's identities."""

    @extend_schema(
        summary="Unlink an identity",
        description="It signs in no more. Sessions that it began go on.",
        parameters=[OpenApiParameter("id", ID, OpenApiParameter.PATH, description="The identity's number.")],
        responses={
            204: None,
            403: OpenApiResponse(description="`sign_in_again`: the caller's session began too long ago."),
            409: OpenApiResponse(description="`last_way_to_sign_in`: without a password or a verified phone it stays."),
        },
    )
    def delete(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Unlink an identity."""
        require_recent_sign_in(request, at=self.arrived_at)
        unlink_identity(user=caller(request), identity_id=int(id), at=self.arrived_at)
        return Response(status=204)
