"""Sessions: the next pair of tokens, and signing out."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.end_session import end_session
from accounts.actions.rotate_session import rotate_session
from accounts.cookies import delete_refresh_cookie, refresh_cookie, wants_cookie
from accounts.devices import device_of
from accounts.views.base import BY_COOKIE, TOKENS_EXAMPLE, SignedOutAPIView, tokens_response

REFRESH = PolymorphicProxySerializer(
    component_name="Refresh",
    serializers=[serializers.RefreshInput, serializers.RefreshByCookieInput],
    resource_type_field_name=None,
)


def sent_token(request: Request) -> str:
    """Return the refresh token of a call, from its body or its cookie; raises ValidationError or TokenNotValid."""
    by_cookie = wants_cookie(request)
    command = (serializers.RefreshByCookieInput if by_cookie else serializers.RefreshInput)(data=request.data)
    command.is_valid(raise_exception=True)
    return refresh_cookie(request) if by_cookie else str(command.validated_data["refresh"])


class RefreshView(SignedOutAPIView):
    """The next pair of tokens."""

    throttle_scope = "token"

    @extend_schema(
        summary="Exchange a refresh token",
        description="Gives the next pair of tokens; the refresh token that was sent is dead from then on. For half a "
        "minute it still gives the same next one again, so that two tabs that refresh at once, or a client whose "
        "answer was lost, go on with one session. After that a token that comes back ends the session with all its "
        "tokens: 401 `token_reused`. Without `refresh` in the body if it is in the cookie.",
        parameters=[BY_COOKIE],
        request=REFRESH,
        responses={
            200: serializers.TokenPairSerializer,
            401: OpenApiResponse(
                description="`token_expired`, `token_reused` for one that was exchanged before, or `token_not_valid`."
            ),
        },
        examples=[
            OpenApiExample("a refresh token", {"refresh": TOKENS_EXAMPLE["refresh"]}, request_only=True),
            OpenApiExample("the next pair", TOKENS_EXAMPLE, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Rotate a session's tokens."""
        token = sent_token(request)
        pair = rotate_session(refresh_token=token, device=device_of(request), at=self.arrived_at)
        return tokens_response(request, pair._asdict())


class LogoutView(SignedOutAPIView):
    """Signing out."""

    @extend_schema(
        summary="Log out",
        description="Ends the session of a refresh token: that token and the session's access tokens are dead at once. "
        "Logging out again is 204 too; a token that is forged or expired is 401.",
        parameters=[BY_COOKIE],
        request=REFRESH,
        responses={204: None, 401: OpenApiResponse(description="`token_expired` or `token_not_valid`.")},
        examples=[OpenApiExample("a refresh token", {"refresh": TOKENS_EXAMPLE["refresh"]}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """End a session."""
        end_session(refresh_token=sent_token(request), at=self.arrived_at)
        response = Response(status=204)
        if wants_cookie(request):
            delete_refresh_cookie(response)
        return response
