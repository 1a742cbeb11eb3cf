"""The outermost middleware: an id for every request, and a log line for those that matter."""

import logging
import os
import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

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
        token = request_id_var.set(request_id)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            seconds = time.perf_counter() - started
            if response.status_code >= 400 or request.method not in ("GET", "HEAD") or seconds > SLOW_SECONDS:
                facts = {
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "ms": round(seconds * 1000, 1),
                }
                logger.info("request", extra={"facts": facts})
            return response
        finally:
            request_id_var.reset(token)


class TrailingSlashMiddleware:
    """Serve `/api/products/` as `/api/products`: the API's paths carry no trailing slash, clients sometimes do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/") and request.path_info.endswith("/"):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)
