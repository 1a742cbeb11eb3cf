"""The OpenAPI document: valid, complete, true to its own examples, and the one that is kept in the repository."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from tests.contract.document import Operation, media_types, openapi, operations, resolve
from tests.contract.strict import errors_in

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
WORDS = re.compile(r"[A-Z].{5,}")
UNDOCUMENTED = {"/api/schema", "/api/docs", "/api"}  # the document itself, its page, and what leads nowhere


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a part of the document."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from schemas(item)


def served_paths(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """The paths of the API that the URL map has, as the document writes them."""
    for pattern in patterns:
        text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", str(pattern.pattern))
        path = prefix + re.sub(r"^\^|\\?Z?\$$|\\[zZ]$", "", text).replace("\\", "").replace("<int:", "<")
        if isinstance(pattern, URLResolver):
            yield from served_paths(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("api"):
            yield "/" + re.sub(r"<(\w+)>", r"{\1}", path).partition("(?:")[0]


def test_the_document_is_valid_openapi_3_1() -> None:
    assert openapi()["openapi"].startswith("3.1.")
    validate_schema(openapi())


def test_every_schema_is_valid_json_schema() -> None:
    found = list(openapi()["components"]["schemas"].values())
    found += [node["schema"] for node in schemas(openapi()) if isinstance(node.get("schema"), dict)]

    assert len(found) > 100
    for schema in found:
        Draft202012Validator.check_schema(schema)
        for node in schemas(schema):
            if isinstance(node.get("pattern"), str):
                re.compile(node["pattern"])


def test_the_document_is_generated_without_a_warning_and_as_it_is_kept(tmp_path: Path) -> None:
    written = tmp_path / "openapi.yaml"
    warnings = StringIO()

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(written), stderr=warnings)

    assert warnings.getvalue() == ""
    kept = (ROOT / "docs" / "openapi.yaml").read_text()
    assert written.read_text() == kept, "docs/openapi.yaml is out of date: make schema"


def test_every_path_is_in_it() -> None:
    assert set(served_paths(get_resolver().url_patterns)) - UNDOCUMENTED == set(openapi()["paths"])


def test_operation_ids_are_unique_and_identifiers() -> None:
    names = [operation.name for operation in operations()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z_]*", name) for name in names)


def test_every_reference_leads_somewhere_and_no_component_is_left_over() -> None:
    references = {node["$ref"] for node in schemas(openapi()) if isinstance(node.get("$ref"), str)}
    assert all(resolve({"$ref": reference}) for reference in references)

    components = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses", "headers")
        for name in openapi()["components"][kind]
    }
    assert components == references


def test_tags_are_described() -> None:
    described = {tag["name"]: tag["description"] for tag in openapi()["tags"]}

    assert {tag for operation in operations() for tag in operation.schema["tags"]} == set(described)
    assert all(WORDS.match(text) for text in described.values())


@OPERATIONS
def test_every_operation_says_what_it_does_and_for_whom(operation: Operation) -> None:
    schema = operation.schema

    assert WORDS.match(schema["summary"])
    assert not schema["summary"].endswith(".")
    assert WORDS.match(schema["description"])
    assert len(schema["tags"]) == 1
    assert all(scheme in ({}, {"jwtAuth": []}) for scheme in schema["security"])
    for parameter in schema.get("parameters", ()):
        assert WORDS.match(parameter["description"]), parameter["name"]
        assert parameter["schema"]


@OPERATIONS
def test_every_operation_says_how_it_can_end(operation: Operation) -> None:
    responses = {status: resolve(response) for status, response in operation.schema["responses"].items()}
    expected = {"400", "500", "503"}
    if {"jwtAuth": []} in operation.schema["security"]:
        expected.add("401")
    if "requestBody" in operation.schema:
        expected |= {"413", "415", "429"}
    if "{" in operation.path:
        expected.add("404")

    assert expected <= set(responses)
    # Whoever signs in with what may also make an account, or links what is linked, learns by the status which it was.
    assert len([status for status in responses if status < "300"]) == 1 or {"200", "201"} <= responses.keys()
    for status, response in responses.items():
        assert response["description"]
        assert "X-Request-ID" in response["headers"], status
        if status >= "400":
            assert list(response["content"]) == ["application/problem+json"]
            schema = response["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}
        else:
            assert list(response.get("content", {})) in ([], ["application/json"], ["application/pdf"])
    assert list(responses) == sorted(responses)


@OPERATIONS
def test_headers_that_matter_are_declared(operation: Operation) -> None:
    responses = {status: resolve(response) for status, response in operation.schema["responses"].items()}
    names = {parameter["name"] for parameter in operation.parameters("header")}

    assert ("304" in responses) == ("If-None-Match" in names)
    if "304" in responses:
        assert operation.method == "get"
        assert {"ETag", "Cache-Control"} <= responses["200"]["headers"].keys() & responses["304"]["headers"].keys()
    if operation.path in ("/api/orders", "/api/orders/create") and operation.method == "post":
        assert "Idempotency-Key" in names
    if "Idempotency-Key" in names:
        assert "Idempotent-Replayed" in responses["201" if "201" in responses else "200"]["headers"]
    assert "Retry-After" in responses["503"]["headers"]
    if "429" in responses:
        assert "Retry-After" in responses["429"]["headers"]
    if "401" in responses:
        assert "WWW-Authenticate" in responses["401"]["headers"]


def test_public_reads_of_the_catalogue_are_conditional() -> None:
    conditional = {row.path for row in operations() if "304" in row.schema["responses"]}

    parts = ("products", "accessories", "sound-devices", "categories", "brands")
    assert conditional >= {path for part in parts for path in (f"/api/{part}", f"/api/{part}/{{id_or_slug}}")}


def examples(media: dict[str, Any]) -> list[Any]:
    """The examples of a media type object."""
    return [
        *([media["example"]] if "example" in media else []),
        *(row["value"] for row in media.get("examples", {}).values()),
    ]


@OPERATIONS
def test_every_body_has_an_example_that_is_valid(operation: Operation) -> None:
    found = dict(media_types(operation))

    assert found or next(iter(operation.schema["responses"])) == "204"
    for where, media in found.items():
        assert examples(media) or media["schema"] == {"type": "string", "format": "binary"}, where
        for example in examples(media):
            assert errors_in(example, media["schema"]) == [], where


@OPERATIONS
def test_examples_of_problems_name_their_status(operation: Operation) -> None:
    for status, response in operation.schema["responses"].items():
        for media in resolve(response).get("content", {}).values():
            if status >= "400":
                assert [example["status"] for example in examples(media)] == [int(status)]


def test_examples_within_schemas_are_valid() -> None:
    found = 0
    for node in schemas(openapi()):
        schema = node.get("schema", node)
        if "example" in node and isinstance(schema, dict) and ("type" in schema or "$ref" in schema):
            found += 1
            assert errors_in(node["example"], {key: value for key, value in schema.items() if key != "example"}) == []
    assert found > 5


def test_inputs_are_closed_and_bounded() -> None:
    bodies = [media["schema"] for row in operations() for where, media in media_types(row) if " request " in where]
    todo, seen = list(bodies), []
    while todo:
        node = todo.pop()
        for schema in schemas(node):
            if "$ref" in schema and schema["$ref"] not in seen:
                seen.append(schema["$ref"])
                todo.append(resolve(schema))
            if schema.get("type") == "object":
                values = schema["additionalProperties"]  # of a map by code, each value is bounded in its turn
                assert values is False or values["type"] in ("string", "integer")
            if schema.get("type") == "string":
                assert "maxLength" in schema or "enum" in schema, schema
            if schema.get("type") == "integer":
                assert {"minimum", "maximum"} <= set(schema), schema
            if schema.get("type") == "array":
                assert "maxItems" in schema, schema
    assert len(seen) > 8


def test_the_same_document_is_served(api: APIClient) -> None:
    response = api.get("/api/schema")

    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content) == openapi()
    assert api.get("/api/schema", headers={"If-None-Match": response["ETag"]}).status_code == 304
