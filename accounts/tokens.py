"""Tokens: simplejwt's (HS256), each bound to a session by its `sid` claim."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt import tokens as simplejwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import (
    ExpiredTokenError,
    TokenBackendError,
    TokenBackendExpiredToken,
    TokenError,
)
from rest_framework_simplejwt.settings import api_settings

from accounts.errors import TokenExpired, TokenNotValid
from electroports.addresses import parse_id

SESSION_CLAIM = "sid"
# What parsers raise over a hostile token: a header nested thousands deep, an expiry past the year 9999, and the like.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)


@cache
def backend_for(key: str) -> TokenBackend:
    """Return the backend that signs and verifies with `key`."""
    return TokenBackend(api_settings.ALGORITHM, key)


class SigningBackend(TokenBackend):
    """Signs with SECRET_KEY; verifies what SECRET_KEY_FALLBACKS signed too, so that a new key signs nobody out."""

    def __init__(self) -> None:
        super().__init__(api_settings.ALGORITHM)

    def encode(self, payload: dict[str, Any]) -> str:
        """Return the token of these claims."""
        return backend_for(settings.SECRET_KEY).encode(payload)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """Return the claims; raises TokenBackendError over anything else than a good token."""
        try:
            return self._decode_with_any_key(token, verify=verify)
        except UNREADABLE as error:
            raise TokenBackendError("Token is invalid") from error

    def _decode_with_any_key(self, token: Any, *, verify: bool) -> dict[str, Any]:
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                claims: dict[str, Any] = backend_for(key).decode(token, verify)
            except TokenBackendExpiredToken:
                raise  # this key did sign it
            except TokenBackendError:
                continue
            return claims
        raise TokenBackendError("Token is invalid")


signing_backend = SigningBackend()


class SessionToken(simplejwt.Token):
    """A token that names its session and its user."""

    _token_backend = signing_backend

    @classmethod
    def for_session(cls, *, session_id: UUID, user_id: int, jti: str = "", at: datetime) -> Self:
        """Return a token of that session, whose life begins at `at`: a new one, or the one with this id once more."""
        token = cls()
        token.current_time = at
        token.set_exp()
        token.set_iat(at_time=at)
        token[api_settings.USER_ID_CLAIM] = str(user_id)
        token[SESSION_CLAIM] = str(session_id)
        if jti:
            token[api_settings.JTI_CLAIM] = jti
        return token

    @property
    def session_id(self) -> UUID:
        """The session that the token belongs to."""
        return UUID(self.payload[SESSION_CLAIM])

    @property
    def user_id(self) -> int:
        """The user whose session that is."""
        text = self.payload[api_settings.USER_ID_CLAIM]
        found = parse_id(text) if isinstance(text, str) else None
        if found is None:
            raise ValueError("not a user id")
        return found

    @property
    def jti(self) -> str:
        """The token's own id."""
        return str(self.payload[api_settings.JTI_CLAIM])

    def verify(self) -> None:
        """Raise TokenError unless the type, the expiry and the claims that this class reads are well-formed."""
        try:
            super().verify()
            _ = self.session_id, self.user_id
        except UNREADABLE as error:
            raise TokenError("Token is invalid") from error


class AccessToken(SessionToken, simplejwt.AccessToken):
    """What goes into `Authorization: Bearer …`."""


class RefreshToken(SessionToken, simplejwt.RefreshToken):  # type: ignore[misc]
    """What is exchanged, once, for a new access token and the next refresh token."""

    access_token_class = AccessToken


def read_refresh_token(text: str) -> RefreshToken:
    """Return the refresh token that `text` is; raises TokenNotValid or TokenExpired. Does not ask the database."""
    try:
        return RefreshToken(text)  # type: ignore[arg-type]  # simplejwt's annotation says Token and means text
    except ExpiredTokenError as error:
        raise TokenExpired from error
    except TokenError as error:
        raise TokenNotValid from error
