"""Throttles by scope. The client's address is the one that the trusted proxies saw, never one it claims itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ScopedThrottle(SimpleRateThrottle):
    """Limit a caller (the user, or the address of a guest) by the view's `throttle_scope`, else by `default`.

    `NUM_PROXIES` (the TRUSTED_PROXIES variable) says how many X-Forwarded-For entries to believe: with 0 the header
    is ignored altogether.
    """

    scope = "default"

    def __init__(self) -> None:
        """Wait for the view: its scope decides the rate."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request; return whether it is within the rate. An unset rate allows everything."""
        self.scope = getattr(view, "throttle_scope", None) or "default"
        self.rate = self.get_rate()
        if not self.rate:
            return True
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key under which this caller's calls are counted."""
        user = getattr(request, "user", None)
        ident = f"user-{user.pk}" if user is not None and user.is_authenticated else self.get_ident(request)
        return f"throttle:{self.scope}:{ident}"
