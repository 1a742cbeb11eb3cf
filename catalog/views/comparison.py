"""Products side by side."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog.comparison import comparison_document
from catalog.errors import NotListed
from catalog.filters import SLUG_OR_ID
from catalog.pages import read_pages
from catalog.schema import comparison_schema
from catalog.serializers.comparison import MAX_COMPARED, MIN_COMPARED, ComparisonSerializer
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from electroports.errors import DOES_NOT_EXIST, FieldError
from electroports.query import refuse_unknown
from electroports.rendering import dump_json


@extend_schema(tags=["products"])
class ComparisonViewSet(PublicReadViewSet):
    """What products have in common, and in what they differ."""

    serializer_class = ComparisonSerializer
    pagination_class = None

    @extend_schema(**comparison_schema())
    def compare(self, request: HttpRequest) -> HttpResponse:
        """Return the table of the products that `ids` names, in one query."""
        refuse_unknown(request.GET, {"ids"})
        names = parse_ids(request.GET.get("ids"))
        revision, taxonomy = fresh_window(request)
        found = read_pages(names, revision)
        missing = [name for name, page in zip(names, found, strict=True) if page is None]
        if missing:
            errors = [
                FieldError("ids", DOES_NOT_EXIST, f"There is no product {name} in the shop window.") for name in missing
            ]
            raise NotListed(f"Not in the shop window: {', '.join(missing)}.", errors=errors)
        pages = [(orjson.loads(page[0]), orjson.loads(page[1])) for page in found if page is not None]
        refuse_same(names, [card["id"] for card, _detail in pages])
        cards, details = [card for card, _detail in pages], [detail for _card, detail in pages]
        return catalogue_response(dump_json(comparison_document(cards, details, taxonomy.spec_rules)), revision)


def parse_ids(text: str | None) -> list[str]:
    """Return the ids and slugs that `text` lists; raises ValidationError that names what is wrong."""
    if text is None:
        raise refused(f"Give {MIN_COMPARED} to {MAX_COMPARED} ids or slugs.", "required")
    names = text.split(",")
    if not MIN_COMPARED <= len(names) <= MAX_COMPARED:
        raise refused(f"Give {MIN_COMPARED} to {MAX_COMPARED} ids or slugs; these are {len(names)}.")
    for name in names:
        if not SLUG_OR_ID.match(name):
            raise refused(f"{name[:40]!r} is no id and no slug.")
    refuse_same(names, names)
    return names


def refuse_same(names: list[str], products: list[int] | list[str]) -> None:
    """Raise ValidationError that names what stands for the same product as something before it."""
    for place, product in enumerate(products):
        if product in products[:place]:
            raise refused(f"{names[place]} is there twice.", "duplicate")


def refused(message: str, code: str = "invalid") -> ValidationError:
    """Return the refusal of the ids."""
    return ValidationError({"ids": [ErrorDetail(message, code=code)]})
