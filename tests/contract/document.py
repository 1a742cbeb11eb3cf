"""The OpenAPI document, as the tests read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import orjson

from electroports.openapi import document


class Operation(NamedTuple):
    method: str
    path: str
    schema: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.schema["operationId"])

    @property
    def is_for_staff(self) -> bool:
        """Whether it needs a member of staff with certain permissions."""
        return re.search(r"Needs `\w+\.\w+`", self.schema["description"]) is not None

    @property
    def needs_account(self) -> bool:
        """Whether nobody gets through without a token."""
        return bool(self.schema["security"]) and {} not in self.schema["security"]

    def parameters(self, location: str) -> list[dict[str, Any]]:
        return [row for row in self.schema.get("parameters", ()) if row["in"] == location]


@cache
def openapi() -> dict[str, Any]:
    """The document as it is served."""
    return dict(orjson.loads(document()))


def operations() -> list[Operation]:
    """Every operation."""
    return [
        Operation(method, path, schema)
        for path, methods in openapi()["paths"].items()
        for method, schema in methods.items()
    ]


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """What `node` refers to, or itself."""
    while "$ref" in node:
        found: Any = openapi()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def media_types(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that an operation takes or answers with: where it stands, and its media type object."""
    for name, media in operation.schema.get("requestBody", {}).get("content", {}).items():
        yield f"{operation.name} request {name}", media
    for status, response in operation.schema["responses"].items():
        for name, media in resolve(response).get("content", {}).items():
            yield f"{operation.name} {status} {name}", media
