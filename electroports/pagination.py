"""Paging through lists: a page number to jump, a cursor to walk on from a row, wherever that row has moved."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import orjson
from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.http import HttpRequest, QueryDict
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

DEFAULT_PAGE_SIZE = 24
MAX_PAGE_SIZE = 100
MAX_PAGE = 1_000_000
MAX_COUNT = 10_000  # rows of a table that grows without end
COUNTED_SO_FAR = f"Up to {MAX_COUNT:,} rows are counted; that number says that there are so many or more."
PAGE_NAMES = ("page", "page_size", "cursor")
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
        raise not_our_cursor() from error
    if not isinstance(parts, list):
        raise not_our_cursor()
    return parts


def not_our_cursor() -> ValidationError:
    """Return the refusal of a cursor that was never given out."""
    return ValidationError({"cursor": "This is not a cursor that we gave out."})


def bounded_int(name: str, text: str, *, low: int, high: int) -> int:
    """Return the query parameter `name` as an integer in [low, high]; raises ValidationError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and low <= int(text) <= high):
        raise ValidationError({name: f"Give a whole number from {low} to {high}."})
    return int(text)


class Asked(NamedTuple):
    """Which page of a list is asked for: one by its number, or one that begins or ends at a cursor's row."""

    size: int
    page: int
    cursor: list[Any] | None

    @property
    def start(self) -> int:
        """How many rows stand before the page of that number."""
        return (self.page - 1) * self.size


def asked_page(params: QueryDict) -> Asked:
    """Return which page the query string asks for; raises ValidationError. A cursor is [after or before, its row]."""
    size = bounded_int("page_size", params.get("page_size", str(DEFAULT_PAGE_SIZE)), low=1, high=MAX_PAGE_SIZE)
    if "cursor" in params and "page" in params:
        raise ValidationError({"cursor": "Give either page or cursor."})
    page = bounded_int("page", params.get("page", "1"), low=1, high=MAX_PAGE)
    cursor = decode_cursor(str(params["cursor"])) if "cursor" in params else None
    if cursor is not None and (len(cursor) != 2 or cursor[0] not in ("after", "before")):
        raise not_our_cursor()
    return Asked(size, page, cursor)


def link_to(request: HttpRequest | Request, cursor: str | None) -> str | None:
    """Return the whole URL of the same list at `cursor`."""
    if cursor is None:
        return None
    params = {key: value for key, value in request.GET.items() if key not in ("page", "cursor")}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**params, 'cursor': cursor})}")


def page_in_memory(request: HttpRequest, rows: Sequence[tuple[list[Any], Any]]) -> dict[str, Any]:
    """Return the list document of one page of `rows`, each after its place: texts and numbers, by which they rise.

    Raises ValidationError or NotFound (a page past the last one).
    """
    asked = asked_page(request.GET)
    start, end = asked.start, min(asked.start + asked.size, len(rows))
    if asked.cursor is not None:
        direction, place = asked.cursor
        if rows and (type(place) is not list or list(map(type, place)) != list(map(type, rows[0][0]))):
            raise not_our_cursor()
        if direction == "after":
            start = bisect_right(rows, place, key=lambda row: row[0])
            end = min(start + asked.size, len(rows))
        else:
            end = bisect_left(rows, place, key=lambda row: row[0])
            start = max(end - asked.size, 0)
    elif asked.page > 1 and start >= len(rows):
        raise NotFound("There is no such page.")
    shown = rows[start:end]
    return {
        "count": len(rows),
        "next": link_to(request, encode_cursor("after", shown[-1][0]) if shown and end < len(rows) else None),
        "previous": link_to(request, encode_cursor("before", shown[0][0]) if shown and start > 0 else None),
        "results": [document for _place, document in shown],
    }


def counted(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Return `queryset` with the number of its rows on each of them (`row_count`), found by the same query."""
    total = queryset.order_by().annotate(row_count=Func(F("pk"), function="COUNT")).values("row_count")
    rows: QuerySet[Any] = queryset.annotate(row_count=Subquery(total, output_field=IntegerField()))
    return rows


class KeysetPagination(BasePagination):
    """By primary key, newest first. `cursor` holds a direction and the last key seen."""

    newest_first = True

    def __init__(self) -> None:
        self.next_cursor: str | None = None
        self.previous_cursor: str | None = None
        self.count = 0

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return one page of `queryset`; raises ValidationError or NotFound (a page past the last one)."""
        self.request = request
        asked = asked_page(request.query_params)
        if asked.cursor is not None:
            return self._page_at_cursor(queryset, asked.cursor, asked.size)
        rows = list(self._walk(queryset)[asked.start : asked.start + asked.size + 1])
        more, rows = len(rows) > asked.size, rows[: asked.size]
        if asked.page > 1 and not rows:
            raise NotFound("There is no such page.")
        self.count = self._count(rows, queryset) if rows else 0
        self._link(rows, before=asked.start > 0, after=more)
        return rows

    def _page_at_cursor(self, queryset: QuerySet[Any], cursor: list[Any], size: int) -> list[Any]:
        direction, key = cursor
        if type(key) is not int or not 0 <= key < 2**63:
            raise not_our_cursor()
        backwards = direction == "before"
        beyond = {"pk__lt" if self.newest_first != backwards else "pk__gt": key}
        rows = list(self._walk(queryset, backwards=backwards).filter(**beyond)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self._link(rows, before=more or not backwards, after=more or backwards)
        self.count = self._count(rows, queryset)
        return rows

    def _walk(self, queryset: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        return self._prepared(queryset).order_by("-pk" if self.newest_first != backwards else "pk")

    def _prepared(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return counted(queryset)

    def _count(self, rows: list[Any], queryset: QuerySet[Any]) -> int:
        return int(rows[0].row_count) if rows else queryset.count()

    def _link(self, rows: list[Any], *, before: bool, after: bool) -> None:
        if rows and after:
            self.next_cursor = encode_cursor("after", rows[-1].pk)
        if rows and before:
            self.previous_cursor = encode_cursor("before", rows[0].pk)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the list document: count, next, previous, results."""
        return Response(
            {
                "count": self.count,
                "next": link_to(self.request, self.next_cursor),
                "previous": link_to(self.request, self.previous_cursor),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of the list document."""
        return list_document_schema(schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters that page through a list."""
        return PAGE_PARAMETERS


class TimelinePagination(KeysetPagination):
    """By primary key, oldest first: what happened is read from its beginning."""

    newest_first = False


class BoundedPagination(KeysetPagination):
    """For tables that grow without end: rows are counted, and pages are numbered, up to MAX_COUNT and no further."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return one page of `queryset`; raises ValidationError or NotFound (a page past the last or MAX_COUNT)."""
        if asked_page(request.query_params).start >= MAX_COUNT:
            raise NotFound(f"Pages are numbered as far as the row {MAX_COUNT:,}. Walk on by `next`.")
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of the list document."""
        document = list_document_schema(schema)
        document["properties"]["count"] |= {"maximum": MAX_COUNT, "description": COUNTED_SO_FAR}
        return document

    def _prepared(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def _count(self, rows: list[Any], queryset: QuerySet[Any]) -> int:
        return int(queryset.order_by()[:MAX_COUNT].count())


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
