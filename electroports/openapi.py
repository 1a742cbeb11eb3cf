"""The OpenAPI document: what the generator cannot read off the code by itself."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import PolymorphicProxySerializer

from electroports.serializers import StrictSerializer

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What went wrong, for a person."},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "What went wrong, for a program; stable."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
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
    "example": {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Only 1 of ANK-735-65W is left.",
        "instance": "/api/orders/create",
        "code": "insufficient_stock",
        "request_id": "5f1c0a9be2d34c6f8a7b9c0d",
        "errors": [{"field": "items.0.quantity", "code": "insufficient_stock", "message": "Only 1 is left."}],
    },
}

REASONS = {
    "400": "The request is malformed or a field is not valid.",
    "401": "A valid access token is needed.",
    "403": "This account may not do this.",
    "404": "There is no such thing, or it is somebody else's.",
    "405": "The path exists, the method does not.",
    "413": "The body is too large.",
    "415": "The body is not application/json.",
    "429": "Too many requests; Retry-After says when.",
    "503": "The database cannot be reached.",
}


class ShopSchema(AutoSchema):
    """DRF views described as this API behaves: stable operation ids, throttles and problems on every operation."""

    def get_operation_id(self) -> str:
        """Return `verb_path_words`, stable as long as the path is."""
        words = [part for part in self.path.removeprefix("/api/").split("/") if part and not part.startswith("{")]
        one = self.path.endswith("}")
        verb = {
            "get": "read" if one or not self._is_list_view() else "list",
            "post": "post",
            "patch": "change",
        }
        return "_".join([verb.get(self.method.lower(), self.method.lower()), *words]).replace("-", "_")

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> tuple[Any, bool]:
        schema, required = super()._get_request_for_media_type(serializer, direction)  # type: ignore[no-untyped-call]
        return schema, required or isinstance(serializer, PolymorphicProxySerializer)


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add to every operation the problem documents that it can answer with (a post-processing hook)."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            statuses = ["400", "503"]
            if any(operation.get("security", [])):
                statuses += ["401"]
            if method in ("post", "put", "patch"):
                statuses += ["413", "415"]
            if method != "get" or operation.get("security"):
                statuses += ["429"]
            if "{" in path:
                statuses += ["404"]
            for status in statuses:
                operation["responses"].setdefault(status, {"description": REASONS[status], "content": content})
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    response["content"] = content
                    response["description"] = response.get("description") or REASONS.get(status, "A problem.")
    return result
