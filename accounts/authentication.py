"""Who is calling: access tokens bound to a live session, and the back office's log-in by user name or e-mail."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import ExpiredTokenError, InvalidToken, TokenError

from accounts.actions.check_credentials import check_credentials
from accounts.actions.note_use import note_use
from accounts.devices import UNKNOWN_DEVICE, device_of
from accounts.errors import InvalidCredentials
from accounts.models import User
from accounts.tokens import AccessToken


class ExpiredToken(InvalidToken):
    """An access token that the shop did sign, for a time that is over: time to refresh."""

    default_detail: Any = "The access token has expired. Refresh it."
    default_code = "token_expired"


class SessionJWTAuthentication(JWTAuthentication):
    """Bearer access tokens, each good for as long as its session lives.

    One query finds the session and its user. So a token dies with the session, when its user is disabled or deleted,
    and when the password changes, not only when it expires.
    """

    def get_validated_token(self, raw_token: bytes) -> AccessToken:
        """Return the token; raises ExpiredToken, or InvalidToken unless it is an access token that was signed here."""
        try:
            return AccessToken(raw_token)  # type: ignore[arg-type]  # simplejwt's annotation says Token
        except ExpiredTokenError as error:
            raise ExpiredToken from error
        except TokenError as error:
            raise InvalidToken from error

    def get_user(self, validated_token: AccessToken) -> User:  # type: ignore[override]  # narrower: no other comes here
        """Return the user of the token's live session; raises InvalidToken."""
        user = User.objects.signed_in(
            session_id=validated_token.session_id, user_id=validated_token.user_id, at=timezone.now()
        )
        if user is None:
            raise InvalidToken
        return user

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:  # type: ignore[override]  # narrower
        """Return the user and the token of a request that has one; raises InvalidToken.

        Now and then, the first call in some minutes, it is written down when and from where the session is used.
        """
        found = super().authenticate(request)
        if found is None:
            return None
        user, token = cast("tuple[User, AccessToken]", found)
        if user.is_session_unseen:
            note_use(session_id=token.session_id, device=device_of(request), at=timezone.now())
        return user, token


class SessionJWTScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]  # its base registers classes
    """How the OpenAPI document describes SessionJWTAuthentication."""

    target_class = "accounts.authentication.SessionJWTAuthentication"


class UsernameOrEmailBackend(ModelBackend):
    """The back office's log-in: a user name or an e-mail address, in any case, and the password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active user with these credentials, or None; raises TooManyAttempts or TooBusy."""
        if username is None or password is None:
            return None
        device = UNKNOWN_DEVICE if request is None else device_of(Request(request))
        try:
            return check_credentials(identifier=username, password=password, device=device, at=timezone.now())
        except InvalidCredentials:
            return None
