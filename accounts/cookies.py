"""The refresh token in a cookie, for pages in browsers: no script can read it there.

A browser sends cookies by itself, so calls by cookie are guarded against forgery by other sites (OWASP, Cross-Site
Request Forgery Prevention): they have a header of their own, which no other site's form can send, and no other site's
script without the shop's leave (CORS); they come from an origin that the shop trusts; and the cookie is SameSite.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http.request import HttpHeaders
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import CookiesOff, OriginNotAllowed, TokenNotValid
from accounts.tokens import read_refresh_token

HEADER = "X-Refresh-Cookie"


def wants_cookie(request: Request) -> bool:
    """Tell whether the caller keeps the refresh token in the cookie."""
    return HttpHeaders.to_wsgi_name(HEADER) in request.META  # asked of every call: `headers` would read all of them


def refuse_strangers(request: Request) -> None:
    """Raise CookiesOff where the shop has no cookies, and OriginNotAllowed unless the call is from a page of the shop.

    Browsers name the origin with every POST (Fetch, section 3.2); a call without one is from no browser.
    """
    if not settings.REFRESH_COOKIE:
        raise CookiesOff
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") not in (own, *settings.CORS_ALLOWED_ORIGINS):
        raise OriginNotAllowed


def refresh_cookie(request: Request) -> str:
    """Return the refresh token that came in the cookie; raises TokenNotValid if none did."""
    token: str | None = request.COOKIES.get(settings.REFRESH_COOKIE_NAME)
    if not token:
        raise TokenNotValid
    return token


def set_refresh_cookie(response: Response, token: str) -> None:
    """Put a refresh token into the cookie, for as long as it is good."""
    _set(response, token, expires=datetime.fromtimestamp(read_refresh_token(token)["exp"], UTC))


def delete_refresh_cookie(response: Response) -> None:
    """Have the browser forget the cookie."""
    _set(response, "", expires=datetime.fromtimestamp(0, UTC))


def _set(response: Response, value: str, *, expires: datetime) -> None:
    """Set the cookie.

    Outside DEBUG its name begins with `__Host-`: no other host, nor a sub-domain, can set or overwrite it, and it is
    Secure and of the whole host (`Path=/`).
    """
    same_site: Any = settings.REFRESH_COOKIE
    name = settings.REFRESH_COOKIE_NAME
    is_secure = name.startswith("__Host-")
    response.set_cookie(name, value, expires=expires, path="/", secure=is_secure, httponly=True, samesite=same_site)
