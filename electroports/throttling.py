"""Throttles by scope. The client's address is the one that the trusted proxies saw, never one it claims itself."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the address that the outermost trusted proxy saw, None if there is none (a Unix socket).

    An entry of X-Forwarded-For that is no address, such as `unknown`, counts for the connection's own.
    """
    seen = _address_in(BaseThrottle().get_ident(Request(request)) or "")
    return seen or _address_in(request.META.get("REMOTE_ADDR") or "")


def _address_in(entry: str) -> IPv4Address | IPv6Address | None:
    """Read what proxies write, some with a port: `203.0.113.7:4711`, `[2001:db8::1]:4711`; None if it is no address."""
    host = entry[1:].partition("]")[0] if entry.startswith("[") else entry
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])  # without the name of a network card, which no column takes
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


class ScopedThrottle(SimpleRateThrottle):
    """Limit a caller (the user, or the address of a guest) by the view's `throttle_scope`, else by `default`.

    Calls are counted in windows as long as the rate's period, by one atomic increment each: requests that arrive at
    once cannot overlook one another, as they can where a list of times is read, extended and written back.
    """

    scope = "default"

    def __init__(self) -> None:
        """Wait for the view: its scope decides the rate."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request; return whether it is within the rate. An unset rate allows everything."""
        self.scope = getattr(view, "throttle_scope", None) or "default"
        limit, seconds = self.parse_rate(self.get_rate())
        if limit is None or seconds is None:
            return True
        now = self.timer()
        window = int(now // seconds)
        self.seconds_left = (window + 1) * seconds - now
        key = f"{self.get_cache_key(request, view)}:{window}"
        self.cache.add(key, 0, timeout=seconds)
        try:
            calls = self.cache.incr(key)
        except ValueError:  # evicted in between
            calls = 1
        return calls <= limit

    def wait(self) -> float:
        """Return the seconds until the next window begins."""
        return self.seconds_left

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key under which this caller's calls are counted."""
        user = getattr(request, "user", None)
        ident = f"user-{user.pk}" if user is not None and user.is_authenticated else self.get_ident(request)
        return f"throttle:{self.scope}:{ident}"

    def get_ident(self, request: Request) -> str:
        """Return the address that the outermost trusted proxy saw; of an IPv6 address its /64, which one client has.

        `NUM_PROXIES` (the TRUSTED_PROXIES variable) says how many entries of X-Forwarded-For to believe, from its end:
        with 0 the header is ignored altogether. An entry that is no address counts for the connection's own.
        """
        address = client_address(getattr(request, "_request", request))
        if address is None:
            return str(request.META.get("REMOTE_ADDR", ""))
        return str(IPv6Address(int(address) >> 64 << 64) if isinstance(address, IPv6Address) else address)
