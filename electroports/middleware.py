"""Middleware: an id for every request, a log line for those that matter, and what only browsers need kept to them."""

import logging
import os
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

from electroports.discretion import path_of
from electroports.history import request_var
from electroports.logs import request_id_var

logger = logging.getLogger("electroports.requests")

CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
SLOW_SECONDS = 0.5


class RequestLogMiddleware:
    """Give every request an id (the client's own, if it is well-formed) and log writes, errors and slow reads.

    Quick, successful reads are not logged: they are nearly all traffic, and the proxy in front counts them. The query
    string is never logged, for it can hold an order's link token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        claimed = request.META.get("HTTP_X_REQUEST_ID")
        request_id = claimed if claimed and CLIENT_REQUEST_ID.match(claimed) else os.urandom(12).hex()
        token, serving = request_id_var.set(request_id), request_var.set(request)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            seconds = time.perf_counter() - started
            if response.status_code >= 400 or request.method not in ("GET", "HEAD") or seconds > SLOW_SECONDS:
                facts = {
                    "method": request.method,
                    "path": path_of(request, status=response.status_code),
                    "status": response.status_code,
                    "ms": round(seconds * 1000, 1),
                }
                logger.info("request", extra={"facts": facts})
            return response
        finally:
            request_id_var.reset(token)
            request_var.reset(serving)


class TrailingSlashMiddleware:
    """Serve `/api/products/` as `/api/products`: the API's paths carry no trailing slash, clients sometimes do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/") and request.path_info.endswith("/"):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)


API_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}


PROBES = ("/healthz", "/readyz")
WITH_BODY = ("POST", "PUT", "PATCH")


def is_api(request: HttpRequest) -> bool:
    """Tell whether a program is calling: everything under /api but the documentation page, and the probes."""
    path = request.path_info
    return (path.startswith("/api/") and path != "/api/docs") or path in ("/api", *PROBES)


class ApiMiddleware:
    """What every request to the API goes through: the host is ours, the body is whole, the answer is no page.

    The headers are OWASP's for REST (REST Security Cheat Sheet, "Security headers"): nothing in an answer may be run,
    loaded or framed. The probes answer whatever the host, for who sends them knows the machine by its address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        if request.path_info not in PROBES:
            request.get_host()  # raises DisallowedHost
        if request.method in WITH_BODY and not request.META.get("CONTENT_LENGTH"):
            read_chunked_body(request)
        response = self.get_response(request)
        for name, value in API_HEADERS.items():
            response.headers[name] = value
        return response


def read_chunked_body(request: HttpRequest) -> None:
    """Read a body whose length was not declared, which Django takes for no body; at most as much as any may have.

    Only where the server says that it marks the end (`wsgi.input_terminated`); elsewhere the read would hang.
    """
    if request.META.get("wsgi.input_terminated"):
        body = request.META["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        request._stream = BytesIO(body)
        request.META["CONTENT_LENGTH"] = str(len(body))


class BrowserOnly(MiddlewareMixin):
    """Makes a middleware stand aside for the API, which has no sessions, cookies, forms or pages.

    Where several follow each other, a request to the API steps past them all at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        following = getattr(get_response, "__wrapped__", None)  # Django wraps each, so that errors become responses
        self.past_all: Callable[[HttpRequest], Any] = (
            following.past_all if isinstance(following, BrowserOnly) else get_response
        )

    def __call__(self, request: HttpRequest) -> Any:
        if is_api(request):
            return self.past_all(request)
        return super().__call__(request)


class BrowserCSPMiddleware(BrowserOnly, CSPMiddleware):
    """The content security policy of pages."""


class BrowserSessionMiddleware(BrowserOnly, SessionMiddleware):
    """Sessions of the back office."""


class BrowserCommonMiddleware(BrowserOnly, CommonMiddleware):
    """The final slash of the back office's paths."""


class BrowserCsrfMiddleware(BrowserOnly, CsrfViewMiddleware):
    """Forgery protection of forms. The API is called with bearer tokens, which no browser sends by itself."""

    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        return None if is_api(request) else super().process_view(request, *args)


class BrowserAuthenticationMiddleware(BrowserOnly, AuthenticationMiddleware):
    """The signed-in member of staff."""


class BrowserMessageMiddleware(BrowserOnly, MessageMiddleware):
    """One-time notices in the back office."""


class BrowserFrameMiddleware(BrowserOnly, XFrameOptionsMiddleware):
    """No page of ours in somebody else's frame."""
