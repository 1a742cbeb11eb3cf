"""The fields of typed specifications."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view

from catalog.filters import parse_reference
from catalog.models import Category, SpecField
from catalog.schema import spec_field_list_schema
from catalog.serializers import SpecFieldSerializer
from catalog.taxonomy import Taxonomy
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from electroports.pagination import PAGE_NAMES, page_in_memory
from electroports.query import refuse_unknown
from electroports.rendering import dump_json


@extend_schema_view(list=extend_schema(**spec_field_list_schema()))
@extend_schema(tags=["specifications"])
class SpecFieldViewSet(PublicReadViewSet):
    """The specification fields: some dozens, made whole for each answer."""

    serializer_class = SpecFieldSerializer
    queryset = SpecField.objects.none()

    def list(self, request: HttpRequest) -> HttpResponse:
        """Return one page of the fields, of all or of those for one category."""
        refuse_unknown(request.GET, {*PAGE_NAMES, "category"})
        revision, taxonomy = fresh_window(request)
        wanted: tuple[int, ...] | None = None
        if "category" in request.GET:
            wanted = parse_reference("category", request.GET["category"], taxonomy.category_ids)
        rows = [
            ([field.position, field.pk], spec_field_document(field, [slug for _pk, slug in categories]))
            for field, categories in fields_with_categories()
            if wanted is None or is_for(wanted, [pk for pk, _slug in categories], taxonomy)
        ]
        return catalogue_response(dump_json(page_in_memory(request, rows)), revision)


def fields_with_categories() -> list[tuple[SpecField, list[tuple[int, str]]]]:
    """Return the fields in their order, each with the ids and slugs of its categories, in two queries."""
    categories: dict[int, list[tuple[int, str]]] = {}
    rows = Category.spec_fields.through._default_manager.order_by("category__position", "category_id")
    for field_id, pk, slug in rows.values_list("specfield_id", "category_id", "category__slug"):
        categories.setdefault(field_id, []).append((pk, slug))
    return [(field, categories.get(field.pk, [])) for field in SpecField.objects.order_by("position", "pk")]


def is_for(wanted: tuple[int, ...], roots: list[int], taxonomy: Taxonomy) -> bool:
    """Tell whether products in a category (`wanted`: it and all below it) can have a field for these categories."""
    return not roots or any(set(wanted) & set(taxonomy.category_ids(str(root)) or ()) for root in roots)


def spec_field_document(field: SpecField, categories: list[str]) -> dict[str, Any]:
    """Return a field as the API shows it."""
    return {
        "id": field.pk,
        "code": field.code,
        "name": field.name,
        "group": field.group,
        "type": field.type,
        "unit": field.unit,
        "decimals": field.decimals,
        "minimum": f"{field.minimum.normalize():f}" if field.minimum is not None else None,
        "maximum": f"{field.maximum.normalize():f}" if field.maximum is not None else None,
        "choices": field.choices,
        "is_multiple": field.is_multiple,
        "is_filterable": field.is_filterable,
        "better": field.better,
        "categories": categories,
    }
