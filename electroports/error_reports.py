"""Reports of errors to Sentry: what failed and where, and nothing of whom it failed for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from electroports.discretion import discreet_all, shown_path

# Of a request only what says which one it was. Bodies, cookies, queries and other headers are the caller's own.
HEADERS = ("content-length", "content-type", "user-agent", "x-request-id")
OF_FRAMES = ("vars",)
QUIET = ("query", "http", "httplib", "redis")  # breadcrumbs with SQL, addresses and keys: only that there was one stays


def options(dsn: str, **more: Any) -> dict[str, Any]:
    """Return what Sentry is begun with.

    Its own defaults keep neither local variables, which hold passwords and addresses, nor texts of others out.
    """
    return {
        "dsn": dsn,
        "include_local_variables": False,
        "max_request_body_size": "never",
        "server_name": "",
        "before_send": discreet_event,
        "before_breadcrumb": discreet_breadcrumb,
        "before_send_transaction": discreet_event,
        "before_send_log": nothing,
        **more,
    }


def begin(dsn: str) -> None:
    """Have errors reported."""
    import sentry_sdk

    sentry_sdk.init(**options(dsn))


def discreet_event(event: Any, _hint: Any) -> Any:
    """Return the event as it may be sent."""
    event.pop("user", None)
    request = event.pop("request", None)
    for frame in _frames(event):
        for name in OF_FRAMES:
            frame.pop(name, None)
    told = discreet_all(event)
    if request:
        told["request"] = discreet_request(request)
        if str(told.get("transaction", "")).startswith("/") and "{" not in told["transaction"]:
            told["transaction"] = shown_path(told["transaction"])
    return told


def discreet_request(request: Any) -> dict[str, Any]:
    """Return what may be told of a request: method, host, path without what was typed there, some headers."""
    headers = {name: value for name, value in (request.get("headers") or {}).items() if name.lower() in HEADERS}
    told = {"method": request.get("method"), "headers": discreet_all(headers)}
    if request.get("url"):
        url = urlsplit(str(request["url"]))
        told["url"] = f"{url.scheme}://{url.hostname or ''}{shown_path(url.path)}"
    return told


def discreet_breadcrumb(crumb: Any, _hint: Any) -> Any:
    """Return the breadcrumb as it may be kept: a step before the error."""
    if crumb.get("category") in QUIET or crumb.get("type") == "http":
        return {name: crumb[name] for name in ("type", "category", "level", "timestamp") if name in crumb}
    return discreet_all(crumb)


def nothing(_item: Any, _hint: Any) -> None:
    """Logs are not sent."""


def _frames(event: Any) -> list[Any]:
    groups = [event.get("exception"), event.get("threads")]
    stacks = [row.get("stacktrace") for group in groups if group for row in group.get("values") or []]
    stacks.append(event.get("stacktrace"))
    return [frame for stack in stacks if stack for frame in stack.get("frames") or []]
