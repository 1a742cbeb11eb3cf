"""Sessions: the next pair of tokens, and signing out."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.end_session import end_session
from accounts.actions.rotate_session import rotate_session
from accounts.views.base import TOKENS_EXAMPLE, SignedOutAPIView


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
        pair = rotate_session(refresh_token=command.validated_data["refresh"], at=self.arrived_at)
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
        end_session(refresh_token=command.validated_data["refresh"], at=self.arrived_at)
        return Response(status=204)
