"""Paging through what a database holds: a page number to jump, a cursor to walk on without OFFSET."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

DEFAULT_PAGE_SIZE = 24
MAX_PAGE_SIZE = 100
MAX_PAGE = 1_000_000
CURSOR = re.compile(r"[A-Za-z0-9_-]{4,1000}")

if TYPE_CHECKING:
    from rest_framework.views import APIView


def encode_cursor(*parts: Any) -> str:
    """Return an opaque text that `decode_cursor` turns back into `parts`."""
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode_cursor(text: str) -> list[Any]:
    """Return the parts of a cursor; raises ValidationError on anything that is none."""
    try:
        if not CURSOR.fullmatch(text):
            raise ValueError(text)
        parts = orjson.loads(urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except ValueError as error:  # that of base64 is one, too
        raise ValidationError({"cursor": "This is not a cursor that we gave out."}) from error
    if not isinstance(parts, list):
        raise ValidationError({"cursor": "This is not a cursor that we gave out."})
    return parts


def bounded_int(name: str, text: str, *, low: int, high: int) -> int:
    """Return the query parameter `name` as an integer in [low, high]; raises ValidationError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and low <= int(text) <= high):
        raise ValidationError({name: f"Give a whole number from {low} to {high}."})
    return int(text)


def counted(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Return `queryset` with the number of its rows on each of them (`row_count`), found by the same query."""
    total = queryset.order_by().annotate(row_count=Func(F("pk"), function="COUNT")).values("row_count")
    rows: QuerySet[Any] = queryset.annotate(row_count=Subquery(total, output_field=IntegerField()))
    return rows


class KeysetPagination(BasePagination):
    """Newest first by primary key. `cursor` holds a direction and the last key seen."""

    def __init__(self) -> None:
        self.next_cursor: str | None = None
        self.previous_cursor: str | None = None
        self.count = 0

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return one page of `queryset`; raises ValidationError or NotFound (a page past the last one)."""
        self.request = request
        params = request.query_params
        size = bounded_int("page_size", params.get("page_size", str(DEFAULT_PAGE_SIZE)), low=1, high=MAX_PAGE_SIZE)
        if "cursor" in params and "page" in params:
            raise ValidationError({"cursor": "Give either page or cursor."})
        if "cursor" in params:
            return self._page_at_cursor(queryset, decode_cursor(params["cursor"]), size)
        page = bounded_int("page", params.get("page", "1"), low=1, high=MAX_PAGE)
        start = (page - 1) * size
        rows = list(counted(queryset).order_by("-pk")[start : start + size])
        if page > 1 and not rows:
            raise NotFound("There is no such page.")
        self.count = rows[0].row_count if rows else 0
        self._link(rows, before=start > 0, after=start + len(rows) < self.count)
        return rows

    def _page_at_cursor(self, queryset: QuerySet[Any], cursor: list[Any], size: int) -> list[Any]:
        if len(cursor) != 2 or cursor[0] not in ("after", "before") or type(cursor[1]) is not int:
            raise ValidationError({"cursor": "This is not a cursor that we gave out."})
        if not 0 <= cursor[1] < 2**63:
            raise ValidationError({"cursor": "This is not a cursor that we gave out."})
        rows_with_count = counted(queryset)
        if cursor[0] == "after":
            rows = list(rows_with_count.filter(pk__lt=cursor[1]).order_by("-pk")[: size + 1])
            more, rows = len(rows) > size, rows[:size]
            self._link(rows, before=True, after=more)
        else:
            rows = list(rows_with_count.filter(pk__gt=cursor[1]).order_by("pk")[: size + 1])
            more, rows = len(rows) > size, rows[:size][::-1]
            self._link(rows, before=more, after=True)
        self.count = rows[0].row_count if rows else queryset.count()
        return rows

    def _link(self, rows: list[Any], *, before: bool, after: bool) -> None:
        if rows and after:
            self.next_cursor = encode_cursor("after", rows[-1].pk)
        if rows and before:
            self.previous_cursor = encode_cursor("before", rows[0].pk)

    def _url(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        params = {key: value for key, value in self.request.query_params.items() if key not in ("page", "cursor")}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode({**params, 'cursor': cursor})}")

    def get_paginated_response(self, data: Any) -> Response:
        """Return the list document: count, next, previous, results."""
        return Response(
            {
                "count": self.count,
                "next": self._url(self.next_cursor),
                "previous": self._url(self.previous_cursor),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of the list document."""
        return list_document_schema(schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters that page through a list."""
        return PAGE_PARAMETERS


def list_document_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI schema of a list document whose results are `schema`, an array."""
    link = {"type": ["string", "null"], "format": "uri", "example": None}
    return {
        "type": "object",
        "required": ["count", "next", "previous", "results"],
        "properties": {
            "count": {"type": "integer", "minimum": 0, "example": 1},
            "next": link,
            "previous": link,
            "results": schema,
        },
    }


PAGE_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "page",
        "in": "query",
        "description": "Page number, from 1. To walk on, follow `next`.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
    },
    {
        "name": "page_size",
        "in": "query",
        "description": f"Rows a page, {DEFAULT_PAGE_SIZE} by default.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Where to go on, from a `next` or `previous` link. Not together with `page`.",
        "schema": {"type": "string", "pattern": f"^{CURSOR.pattern}$"},
    },
]
