"""Problem documents (RFC 9457): the one shape in which every error leaves the API."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions
from rest_framework.views import set_rollback

from electroports.errors import DomainError, FieldError
from electroports.logs import request_id_var
from electroports.private import keep_out_of_caches
from electroports.texts import how_many

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
MAX_ERRORS = 100
CHALLENGE = 'Bearer realm="api"'


def problem_response(
    *,
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem document: `type` is about:blank, so `title` is the status phrase (RFC 9457, section 4.2.1).

    A 401 carries the challenge that RFC 9110 (section 15.5.2) asks for, whoever raised it.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(request.path),
        "code": code,
        "request_id": request_id_var.get(),
        "errors": [error._asdict() for error in errors],
    }
    response = HttpResponse(orjson.dumps(body), status=status, content_type=CONTENT_TYPE, headers=headers)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers.setdefault("WWW-Authenticate", CHALLENGE)
    return keep_out_of_caches(response)


def bounded(errors: Iterable[FieldError]) -> list[FieldError]:
    """Return the first of the errors, and how many more there are: an answer is not many times what was asked."""
    found = list(errors)
    if len(found) <= MAX_ERRORS:
        return found
    more = len(found) - MAX_ERRORS
    message = f"There {'is' if more == 1 else 'are'} {how_many(more, 'more error')}."
    return [*found[:MAX_ERRORS], FieldError(None, "more_errors", message)]


def field_errors(detail: Any, path: str = "") -> Iterator[FieldError]:
    """Flatten the nested `detail` of a DRF validation error; a field's path is dotted (`items.0.quantity`)."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from field_errors(value, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for position, value in enumerate(detail):
            nested = isinstance(value, Mapping | list)
            yield from field_errors(value, f"{path}.{position}".lstrip(".") if nested else path)
    else:
        yield FieldError(path or None, getattr(detail, "code", "invalid"), str(detail))


def problem_for_validation(error: exceptions.ValidationError, request: HttpRequest) -> HttpResponse:
    """Render a validation error: its code is that of its fields where they agree on `unknown_field`, else `invalid`."""
    errors = list(field_errors(error.detail))
    unknown = bool(errors) and all(row.code == "unknown_field" for row in errors)
    named = ", ".join(dict.fromkeys(row.field for row in errors[:MAX_ERRORS] if row.field))
    return problem_response(
        request=request,
        status=400,
        code="unknown_field" if unknown else "invalid",
        detail=f"The request is not valid: {named}." if named else "The request is not valid.",
        errors=bounded(errors),
    )


def problem_for_api_exception(error: exceptions.APIException, request: HttpRequest) -> HttpResponse:
    """Render one of DRF's own exceptions with the headers that its status asks for."""
    if isinstance(error, exceptions.ValidationError):
        return problem_for_validation(error, request)
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, ceil(getattr(error, "wait", None) or 0)))
    first = next(field_errors(error.detail))
    code = first.code
    if isinstance(error.detail, Mapping) and "code" in error.detail:  # simplejwt puts its code beside the text
        code = str(error.detail["code"])
    detail = str(error.detail.get("detail", "")) if isinstance(error.detail, Mapping) else first.message
    return problem_response(
        request=request, status=error.status_code, code=code, detail=detail or first.message, headers=headers
    )


def problem_for_exception(error: Exception, context: Mapping[str, Any]) -> HttpResponseBase | None:
    """DRF's exception handler: render what is a refusal, leave the rest to become a logged 500."""
    request = getattr(context["request"], "_request", context["request"])
    response: HttpResponse | None = None
    if isinstance(error, DomainError):
        response = problem_response(
            request=request,
            status=error.status,
            code=error.code,
            detail=error.message,
            errors=error.errors,
            headers=error.headers,
        )
    elif isinstance(error, exceptions.APIException):
        response = problem_for_api_exception(error, request)
    elif isinstance(error, Http404):
        response = not_found(request)
    elif isinstance(error, PermissionDenied):
        response = permission_denied(request)
    elif isinstance(error, RequestDataTooBig):
        response = problem_response(
            request=request, status=413, code="too_large", detail="The request body is too large."
        )
    elif isinstance(error, SuspiciousOperation):
        response = bad_request(request)
    elif isinstance(error, InterfaceError | OperationalError):
        logger.error("database unavailable", exc_info=error)
        response = unavailable(request)
    if response is not None:
        set_rollback()
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer for a database that does not: 503, to be tried again."""
    return problem_response(
        request=request,
        status=503,
        code="unavailable",
        detail="The shop cannot reach its database. Try again in a moment.",
        headers={"Retry-After": "5"},
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return problem_response(request=request, status=400, code="bad_request", detail="The request is malformed.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return problem_response(
        request=request, status=403, code="permission_denied", detail="You may not do this with this account."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404; also what another customer's object answers, with the very same body."""
    return problem_response(request=request, status=404, code="not_found", detail="Not found.")


def method_not_allowed(request: HttpRequest, allowed: Iterable[str]) -> HttpResponse:
    """Answer a method that a path does not have; Allow names those that it has (RFC 9110, section 15.5.6)."""
    return problem_response(
        request=request,
        status=405,
        code="method_not_allowed",
        detail=f'Method "{request.method}" not allowed.',
        headers={"Allow": ", ".join(allowed)},
    )


def unknown_path(request: HttpRequest) -> HttpResponse:
    """Answer for every path of the API that leads nowhere, in DEBUG too, where Django would show a page."""
    return not_found(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the request id is what support needs to find the log line.

    Pages come here too when the database does not answer, which is 503 as it is for the API.
    """
    if isinstance(sys.exc_info()[1], InterfaceError | OperationalError):
        return unavailable(request)
    return problem_response(
        request=request,
        status=500,
        code="internal_error",
        detail="Something went wrong on our side. Quote the request id when you report it.",
    )
