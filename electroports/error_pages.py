"""Errors as a browser shows them under /admin/: pages in the back office's look, where programs read problem documents.

What has gone wrong may be what a page needs, so that one that cannot be made, and every 5xx, is a page without any.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from html import escape
from http import HTTPStatus
from typing import Any, NamedTuple

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.csrf import csrf_failure

from electroports import problems
from electroports.logs import request_id_var
from electroports.private import keep_out_of_caches
from electroports.texts import how_long

logger = logging.getLogger(__name__)

OFFICE = "/admin/"
KINDS = [problems.CONTENT_TYPE, "text/html"]  # the first is for those who take anything


class Words(NamedTuple):
    """What a page of an error says."""

    title: str
    text: str


WORDS: dict[int, Words] = {
    400: Words(
        "That did not work", "The shop cannot make sense of what was sent. Load the page again, then try again."
    ),
    403: Words(
        "This is not open to you",
        "Your account has no right to see or do this. Whoever needs it asks an administrator for a role that has it.",
    ),
    404: Words("Nothing is here", "There is no such page, or what it was about is gone."),
    413: Words("That was too large", "More was sent than the shop takes. Choose a smaller file."),
    500: Words(
        "Something went wrong", "It is the shop's fault, not yours. Try again; if it stays, tell whoever runs it."
    ),
    503: Words("The shop is busy", "Its database does not answer. Try again in a moment."),
}
FORGED = Words(
    "That form was too old",
    "It was open for too long, you signed in or out meanwhile, or cookies are blocked. Load the page again.",
)
PLAIN = """<!DOCTYPE html>
<html lang="en">
<head>
<title>{title} | Back office</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>
body {{ color: #334155; font: 1rem/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 24rem; padding: 0 1rem }}
h1 {{ color: #0f766e; font-size: 1.25rem }} a {{ color: #0f766e }} small {{ color: #64748b }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{text}</p>
<p><a href="{office}">To the back office</a></p>
<p><small>Request {request_id}</small></p>
</body>
</html>
"""


def is_for_browser(request: HttpRequest) -> bool:
    """Tell whether an answer is read by a person, in the back office."""
    return request.path_info.startswith(OFFICE) and request.get_preferred_type(KINDS) == "text/html"


def as_page(request: HttpRequest, problem: HttpResponse, words: Words | None = None) -> HttpResponse:
    """Return a problem as it is for programs, and as a page for a browser in the back office."""
    if not is_for_browser(request):
        return problem
    status = problem.status_code
    shown = words or WORDS.get(status) or Words(HTTPStatus(status).phrase, "")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = timedelta(seconds=int(problem.headers.get("Retry-After", 60)))
        shown = Words("Too many attempts", f"There were too many attempts from here. Try again in {how_long(wait)}.")
    text = plain_page(shown) if status >= 500 else page(request, shown)
    headers = {name: value for name, value in problem.items() if name.lower() not in ("content-type", "content-length")}
    return keep_out_of_caches(HttpResponse(text, status=status, headers=headers))


def page(request: HttpRequest, words: Words) -> str:
    """Return a page within the back office, for whom it is open to, or before it."""
    try:
        is_open = admin.site.has_permission(request)
        context = {
            **admin.site.each_context(request),
            "title": words.title,
            "text": words.text,
            "is_open": is_open,
            "request_id": request_id_var.get(),
            "layout": "admin/base_site.html" if is_open else "unfold/layouts/unauthenticated.html",
        }
        return render_to_string("office/refused.html", context, request=request)
    except Exception:
        logger.warning("page of an error not made", exc_info=True)
        return plain_page(words)


def plain_page(words: Words) -> str:
    """Return a page that needs neither the database nor templates nor files."""
    return PLAIN.format(
        title=escape(words.title), text=escape(words.text), office=OFFICE, request_id=escape(request_id_var.get() or "")
    )


def shown(handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a handler of errors answer browsers in the back office with a page, under the back office's policy."""

    @csp_update(settings.ADMIN_CSP)
    @wraps(handler)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return as_page(request, handler(request, *args, **kwargs))

    return answer


bad_request = shown(problems.bad_request)
permission_denied = shown(problems.permission_denied)
not_found = shown(problems.not_found)
server_error = shown(problems.server_error)


@csp_update(settings.ADMIN_CSP)
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that may not be ours (the setting CSRF_FAILURE_VIEW)."""
    refusal: HttpResponse = csrf_failure(request, reason=reason)
    return as_page(request, refusal, FORGED)
