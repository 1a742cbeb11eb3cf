"""The OpenAPI document: what the generator cannot read off the code by itself, and the view that serves it."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import is_list_serializer
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from electroports import problems
from electroports.hot import keep_while
from electroports.idempotency import HEADER as IDEMPOTENCY_KEY
from electroports.idempotency import REPLAYED
from electroports.query import refuse_unknown
from electroports.serializers import StrictSerializer
from electroports.texts import FILLED_LINE, LINE

Document = dict[str, Any]

PROBLEM: Document = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What went wrong, for a person."},
        "instance": {"type": "string", "format": "uri-reference", "description": "The path that was called."},
        "code": {"type": "string", "pattern": "^[a-z_]+$", "description": "What went wrong, for a program; stable."},
        "request_id": {"type": "string", "description": "Also in X-Request-ID: quote it to support."},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field; empty when no field is to blame.",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": ["string", "null"], "description": "A path: items.0.quantity."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

HEADERS: Document = {
    "X-Request-ID": {
        "description": "The request's own X-Request-ID if that was 8 to 64 letters, digits, dots, underscores and "
        "hyphens, else a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
        "example": "5f1c0a9be2d34c6f8a7b9c0d",
    },
    "ETag": {
        "description": "Names this very answer: send it back in If-None-Match to read it again, or, where staff change "
        "it, in If-Match.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9a-f]+"$'},
        "example": '"b2d34c6f8a7b9c0d5f1c0a9b"',
    },
    "Cache-Control": {
        "description": "Caches may keep the answer, and must ask each time whether it still holds.",
        "required": True,
        "schema": {"type": "string"},
        "example": "public, no-cache",
    },
    REPLAYED: {
        "description": "There, and `true`, when this is the answer to an earlier request with the same key.",
        "schema": {"type": "string", "const": "true"},
        "example": "true",
    },
    "Retry-After": {
        "description": "In how many seconds to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
        "example": 30,
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "required": True,
        "schema": {"type": "string"},
        "example": problems.CHALLENGE,
    },
}
HEADERS_OF_PROBLEMS = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}

# Status → name of the response, its code, and what it says.
PROBLEMS: dict[str, tuple[str, str, str]] = {
    "400": ("BadRequest", "invalid", "The request is malformed, or `errors` names what is not valid in it."),
    "401": ("Unauthorized", "not_authenticated", "A valid access token is needed."),
    "403": ("Forbidden", "permission_denied", "You may not do this with this account."),
    "404": ("NotFound", "not_found", "There is no such thing, or it is somebody else's."),
    "412": ("PreconditionFailed", "precondition_failed", "It was changed since: If-Match names another version."),
    "413": ("TooLarge", "too_large", "The body is too large."),
    "415": ("UnsupportedMediaType", "unsupported_media_type", "The body is of a type that the call does not take."),
    "428": ("PreconditionRequired", "precondition_required", "If-Match is missing: say which version you change."),
    "429": ("TooManyRequests", "throttled", "Too many requests; Retry-After says when to come back."),
    "500": ("InternalError", "internal_error", "Something went wrong on our side. Quote the request id."),
    "503": ("Unavailable", "unavailable", "The shop cannot reach its database. Try again in a moment."),
}
IF_MATCH_PATTERN = r'^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$'
IF_NONE_MATCH: Document = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag of an answer that you have: if it still holds, 304 comes back without a body.",
    "schema": {"type": "string"},
    "example": '"b2d34c6f8a7b9c0d5f1c0a9b"',
}
IF_MATCH: Document = {
    "in": "header",
    "name": "If-Match",
    "description": "The ETag of the version that you have read and want to change, or `*` for whatever is there. "
    "Without it 428 comes back, and 412 if somebody else changed it since.",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": IF_MATCH_PATTERN},
    "example": '"b2d34c6f8a7b9c0d5f1c0a9b"',
}
NOT_MODIFIED = OpenApiResponse(description="What you have still holds.")
KEY_REUSED = OpenApiResponse(description="`idempotency_key_reused`: the key came before with another body.")


def idempotency_key(*, every: str, repeated: str) -> OpenApiParameter:
    """Return the header of a key that is new for `every` thing, and what a request that is `repeated` does."""
    return OpenApiParameter(
        IDEMPOTENCY_KEY,
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~][ !#-~]*$"},
        OpenApiParameter.HEADER,
        description=f"Any text of your own, new for every {every}: sent again with the same body within 24 hours, it "
        f"gets the first answer again and {repeated}",
    )


def problem_example(*, status: str, code: str, detail: str) -> Document:
    """Return a problem document as it could come."""
    errors = [{"field": "quantity", "code": "invalid", "message": "A valid integer is required."}]
    return {
        "type": "about:blank",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "detail": "The request is not valid: quantity." if status == "400" else detail,
        "instance": "/api/orders/create",
        "code": code,
        "request_id": HEADERS["X-Request-ID"]["example"],
        "errors": errors if status == "400" else [],
    }


def problem_response(*, status: str, code: str, description: str) -> Document:
    """Return the description of a problem document with that status."""
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "example": problem_example(status=status, code=code, detail=description.replace("`", "")),
    }
    return {
        "description": description,
        "headers": header_references("X-Request-ID", *HEADERS_OF_PROBLEMS.get(status, ())),
        "content": {problems.CONTENT_TYPE: content},
    }


def describe_limits(field: Any, schema: Document) -> None:
    """Add to a field's schema what the generator leaves out.

    That is how long a list may be; that a text, or one in a list, may not be blank, where it may not; and that no text
    may hold U+0000.
    """
    if isinstance(field, serializers.ListSerializer):
        limits: Any = field  # the stubs leave them out
        if limits.max_length is not None:
            schema["maxItems"] = limits.max_length
        if not limits.allow_empty:
            schema["minItems"] = limits.min_length or 1
    if isinstance(field, serializers.ListField):
        if getattr(field, "is_set", False):
            schema["uniqueItems"] = True
        describe_limits(field.child, schema["items"])
    if not isinstance(field, serializers.CharField) or schema.get("type") != "string":
        return
    if not field.allow_blank:
        schema.setdefault("minLength", 1)
    if "pattern" not in schema and "format" not in schema:
        trimmed_to_nothing = field.trim_whitespace and not field.allow_blank
        if getattr(field, "is_line", False):
            schema["pattern"] = FILLED_LINE if trimmed_to_nothing else LINE
        else:
            schema["pattern"] = r"^[^\u0000]*\S[^\u0000]*$" if trimmed_to_nothing else r"^[^\u0000]*$"


def header_references(*names: str) -> Document:
    """Return references to shared header descriptions."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


class ShopSchema(AutoSchema):
    """DRF views described as this API behaves: stable operation ids, every problem, every header that matters."""

    def get_operation_id(self) -> str:
        """Return `verb_path_words`, stable as long as the path is."""
        words = [part for part in self.path.removeprefix("/api/").split("/") if part and not part.startswith("{")]
        verb = {"get": "read", "patch": "change"}.get(self.method.lower(), self.method.lower())
        if verb == "read" and self._answers_list():
            verb = "list"
        return "_".join([verb, *words]).replace("-", "_")

    def get_operation(self, *args: Any) -> Document | None:
        """Return the operation with the problems and headers of its answers, in the order of their status."""
        operation: Document | None = super().get_operation(*args)
        if operation is None:
            return None
        operation.setdefault("security", [])
        responses = operation["responses"]
        if "304" in responses:
            operation.setdefault("parameters", []).append(IF_NONE_MATCH)
        if self._is_conditional():
            operation.setdefault("parameters", []).append(IF_MATCH)
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        if self.method == "POST" and "Idempotency-Key" not in names:
            operation["description"] = f"{operation.get('description', '')} An `Idempotency-Key` has no effect.".strip()
        for status, response in list(responses.items()):
            responses[status] = self._described(status, response, conditional="304" in responses, names=names)
            if status in ("200", "201") and self._action in getattr(self.view, "tagged", ()):
                responses[status]["headers"] |= header_references("ETag")
        for status in self._statuses(operation):
            responses.setdefault(status, {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"})
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    @property
    def _action(self) -> str | None:
        return getattr(self.view, "action", None)

    def _is_for_staff(self) -> bool:
        return self._action in getattr(self.view, "rights", ())

    def _is_conditional(self) -> bool:
        return self._action in getattr(self.view, "conditional", ())

    def _answers_list(self) -> bool:
        declared = self.get_response_serializers()
        answer = declared.get(200) if isinstance(declared, dict) else declared
        answer = answer.response if isinstance(answer, OpenApiResponse) else answer
        return bool(is_list_serializer(answer))

    def _statuses(self, operation: Document) -> list[str]:
        """Return the statuses with which the operation can fail, besides those that its view names."""
        statuses = ["400", "500", "503"]
        if any(operation["security"]):
            statuses.append("401")
        if "requestBody" in operation:
            statuses += ["413", "415"]
        if self.view.throttle_classes and (any(operation["security"]) or "requestBody" in operation):
            statuses.append("429")
        if "{" in self.path:
            statuses.append("404")
        if self._is_for_staff():
            statuses.append("403")
        if self._is_conditional():
            statuses += ["412", "428"]
        return statuses

    @staticmethod
    def _described(status: str, response: Document, *, conditional: bool, names: set[str]) -> Document:
        """Return a response that the view names, as a problem document or with its headers."""
        if status >= "400":
            description = response["description"]
            named = re.search(r"`(\w+)`", description)
            code = named[1] if named else PROBLEMS[status][1]
            return problem_response(status=status, code=code, description=description)
        headers = ["X-Request-ID"]
        if conditional:
            headers += ["ETag", "Cache-Control"]
        if IDEMPOTENCY_KEY in names:
            headers.append(REPLAYED)
        description = response["description"] or HTTPStatus(int(status)).phrase
        references = {**response.get("headers", {}), **header_references(*headers)}
        return {**response, "description": description, "headers": references}

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
            if serializer.exactly_one_of:
                schema["oneOf"] = [{"required": [name]} for name in serializer.exactly_one_of]
            for name, field in serializer.fields.items():
                describe_limits(field, schema["properties"][name])
        return schema

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> tuple[Any, bool]:
        schema, required = super()._get_request_for_media_type(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, serializers.ListSerializer):
            describe_limits(serializer, schema)
        shape = serializer if isinstance(serializer, type) else type(serializer)
        has_choice = issubclass(shape, StrictSerializer) and bool(shape.exactly_one_of)
        return schema, required or has_choice or isinstance(serializer, PolymorphicProxySerializer)


def add_shared_components(result: Document, generator: Any, request: Any, public: bool) -> Document:
    """Add what every operation refers to: the problem document, its responses, the headers (a post-processing hook)."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["headers"] = HEADERS
    components["responses"] = {
        name: problem_response(status=status, code=code, description=description)
        for status, (name, code, description) in PROBLEMS.items()
    }
    return result


@cache
def document() -> bytes:
    """Return the OpenAPI document as JSON; it is the same for everybody, and as long as the process lives."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return orjson.dumps(orjson.loads(OpenApiJsonRenderer().render(schema)))


class SchemaView(APIView):
    """The OpenAPI document over HTTP."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Return the document."""
        refuse_unknown(request.query_params, ())
        return keep_while(HttpResponse(document(), "application/json"), freshness=lambda: None, version=None)
