"""Validation against the OpenAPI document that is stricter than the document: nothing undeclared may be there."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.contract.document import openapi

BASE = "urn:openapi"
FORMATS = FormatChecker()
URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")  # RFC 3986, its characters


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """Tell whether a text is a time with an offset (RFC 3339)."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri-reference")
def is_uri_reference(value: object) -> bool:
    """Tell whether a text may be a URI or a path."""
    return not isinstance(value, str) or URI_REFERENCE.fullmatch(value) is not None


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    """Tell whether a text may be a whole URI."""
    return is_uri_reference(value) and (not isinstance(value, str) or re.match("https?://[^/]+/", value) is not None)


def closed(node: Any) -> Any:
    """A copy of a document in which no object may have properties that its schema does not declare."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: closed(value) for key, value in node.items()}
    if copy.get("type") == "object" and "properties" in copy:
        copy.setdefault("additionalProperties", False)
    return copy


@cache
def registry(*, strict: bool) -> Registry[Any]:
    """The document, closed if `strict`, so that references into it resolve."""
    contents = closed(openapi()) if strict else openapi()
    resource = Resource.from_contents(contents, default_specification=DRAFT202012)
    return Registry().with_resource(BASE, resource)


def errors_in(value: Any, schema: dict[str, Any], *, strict: bool = True) -> list[str]:
    """What is wrong with a value according to a schema of the document."""
    whole = {"$id": f"{BASE}/here", **absolute(closed(schema) if strict else schema)}
    validator = Draft202012Validator(whole, registry=registry(strict=strict), format_checker=FORMATS)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def absolute(node: Any) -> Any:
    """A copy of a schema whose references name the document."""
    if isinstance(node, list):
        return [absolute(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: f"{BASE}{value}" if key == "$ref" and isinstance(value, str) else absolute(value)
        for key, value in node.items()
    }
