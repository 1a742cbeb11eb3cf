"""Finished responses: whole answers to public reads, kept in the process while what they were made from stands.

A view that can say from what its answer was made marks the response with `keep_while`. The middleware, placed before
everything that costs time, then answers the same request from those bytes for as long as that holds. Whatever ran on
the way out (security headers, CORS, CSP) is kept with the bytes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from operator import call
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase

Version = TypeVar("Version")
Freshness = Callable[[], object]
Key = tuple[str, str, str, str, str]


class Finished(NamedTuple):
    """One kept answer: `body` and `headers` are final, and hold while `freshness()` returns `version`."""

    body: bytes
    headers: dict[str, tuple[str, str]]
    etag: str
    freshness: Freshness
    version: object


def keep_while(response: HttpResponse, *, freshness: Freshness, version: object) -> HttpResponse:
    """Mark a 200 response as a pure function of `version`, good for as long as `freshness()` returns the same.

    Adds the strong ETag (a digest of the body) and the caching headers of a public resource: caches may store it, and
    must ask again each time (RFC 9111, section 5.2.2.4).
    """
    response.headers["ETag"] = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.finished_from = (freshness, version)  # type: ignore[attr-defined]
    return response


def ask_once(request: HttpRequest, freshness: Callable[[], Version]) -> Version:
    """Return what `freshness()` says, asked once in a request: it held when the request was already here."""
    asked: dict[Freshness, Version] = request.__dict__.setdefault("freshness_asked", {})
    if freshness not in asked:
        asked[freshness] = freshness()
    return asked[freshness]


class ResponseStore:
    """Finished answers by request, those not asked for the longest first out, bounded by the bytes that they hold."""

    OVERHEAD = 1500  # bytes that an entry costs besides its body and its key's text: objects, headers, links

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._entries: OrderedDict[Key, Finished] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key, ask: Callable[[Freshness], object] = call) -> Finished | None:
        """Return the answer kept for `key` if it is known that it still holds; `ask` puts the question."""
        entry = self._entries.get(key)
        try:
            if entry is None or ask(entry.freshness) != entry.version:
                return None
        except Error:  # of the database: the view will meet it too, and say so
            return None
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
        return entry

    def put(self, key: Key, entry: Finished) -> None:
        """Keep `entry`; past the limit, forget those that nobody asked for the longest."""
        with self._lock:
            self._forget(key)
            if self._size(key, entry) > self.limit:
                return
            self._entries[key] = entry
            self._bytes += self._size(key, entry)
            while self._bytes > self.limit and self._entries:
                self._forget(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _forget(self, key: Key) -> None:
        if (old := self._entries.pop(key, None)) is not None:
            self._bytes -= self._size(key, old)

    def _size(self, key: Key, entry: Finished) -> int:
        return len(entry.body) + sum(map(len, key)) + self.OVERHEAD


store = ResponseStore(settings.HOT_CACHE_BYTES)


def etag_matches(header: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names `etag`; the comparison is weak (RFC 9110, section 13.1.2)."""
    return header.strip() == "*" or any(tag.strip().removeprefix("W/") == etag for tag in header.split(","))


def answer_for(request: HttpRequest, body: bytes, *, seconds: int) -> HttpResponse:
    """Return a public answer of JSON that caches may give for so many seconds, or 304 if the caller has it already."""
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={seconds}"}
    wanted = request.META.get("HTTP_IF_NONE_MATCH")
    if wanted is not None and etag_matches(wanted, etag):
        response = HttpResponse(status=304, headers=headers)
        del response.headers["Content-Type"]
        return response
    return HttpResponse(body, content_type="application/json", headers=headers)


class HotResponseMiddleware:
    """Answer public reads from finished bytes; turn matching conditional requests into 304."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):  # the server leaves the body out of an answer to HEAD
            return self.get_response(request)
        meta = request.META
        key = (
            meta.get("HTTP_HOST", ""),
            request.path_info,
            meta.get("QUERY_STRING", ""),
            meta.get("HTTP_ORIGIN", ""),
            request.scheme or "",
        )
        entry = store.get(key, partial(ask_once, request))
        if entry is not None:
            return self._not_modified(request, entry) or self._again(entry)
        response = self.get_response(request)
        finished_from = getattr(response, "finished_from", None)
        if finished_from is None or response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        freshness, version = finished_from
        entry = Finished(response.content, dict(response.headers._store), response.headers["ETag"], freshness, version)
        store.put(key, entry)
        return self._not_modified(request, entry) or response

    @staticmethod
    def _not_modified(request: HttpRequest, entry: Finished) -> HttpResponse | None:
        wanted = request.META.get("HTTP_IF_NONE_MATCH")
        if wanted is None or not etag_matches(wanted, entry.etag):
            return None
        response = HttpResponse(status=304)
        response.headers._store = dict(entry.headers)
        del response.headers["Content-Type"]
        if "Content-Length" in response.headers:
            del response.headers["Content-Length"]
        return response

    @staticmethod
    def _again(entry: Finished) -> HttpResponse:
        response = HttpResponse(entry.body)
        response.headers._store = dict(entry.headers)
        return response
