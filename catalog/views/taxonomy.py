"""The tree of categories, and the brands."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view

from catalog.models import Brand, Category
from catalog.revision import ear
from catalog.schema import simple_detail_schema, simple_list_schema
from catalog.serializers import BrandSerializer, CategorySerializer
from catalog.views.reading import PublicReadViewSet, catalogue_response
from catalog.window import window
from electroports.hot import ask_once
from electroports.query import refuse_unknown
from electroports.rendering import dump_json


class TaxonomyViewSet(PublicReadViewSet):
    """Small public collections that are answered whole: they have dozens of rows, never thousands."""

    lookup_field = "id_or_slug"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def documents(self) -> list[dict[str, Any]]:
        """Return every row, at the top level."""
        raise NotImplementedError

    def list(self, request: HttpRequest) -> HttpResponse:
        """Return the whole collection as a list document of one page."""
        refuse_unknown(request.GET, ())
        revision, _taxonomy = window.fresh(ask_once(request, ear.current))
        rows = self.documents()
        body = {"count": len(rows), "next": None, "previous": None, "results": rows}
        return catalogue_response(dump_json(body), revision)

    def retrieve(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return one row by its id or slug, from anywhere in the tree."""
        refuse_unknown(request.GET, ())
        revision, _taxonomy = window.fresh(ask_once(request, ear.current))
        todo = self.documents()
        name = "id" if id_or_slug.isdecimal() else "slug"
        while todo:
            row = todo.pop()
            if id_or_slug == str(row[name]):
                return catalogue_response(dump_json(row), revision)
            todo += row.get("children", ())
        raise Http404


@extend_schema_view(
    list=extend_schema(**simple_list_schema("categories", CategorySerializer)),
    retrieve=extend_schema(**simple_detail_schema("category", CategorySerializer)),
)
@extend_schema(tags=["categories"])
class CategoryViewSet(TaxonomyViewSet):
    """The tree of categories."""

    serializer_class = CategorySerializer
    queryset = Category.objects.none()

    def documents(self) -> list[dict[str, Any]]:
        """Return the roots, each with the categories below it."""
        own = window.counts("category")
        children: dict[int | None, list[Category]] = {}
        for category in Category.objects.all():
            children.setdefault(category.parent_id, []).append(category)

        def document(category: Category) -> dict[str, Any]:
            below = [document(child) for child in children.get(category.pk, ())]
            return {
                "id": category.pk,
                "name": category.name,
                "slug": category.slug,
                "description": category.description,
                "product_count": own.get(category.pk, 0) + sum(child["product_count"] for child in below),
                "children": below,
            }

        return [document(root) for root in children.get(None, ())]


@extend_schema_view(
    list=extend_schema(**simple_list_schema("brands", BrandSerializer)),
    retrieve=extend_schema(**simple_detail_schema("brand", BrandSerializer)),
)
@extend_schema(tags=["brands"])
class BrandViewSet(TaxonomyViewSet):
    """The brands."""

    serializer_class = BrandSerializer
    queryset = Brand.objects.none()

    def documents(self) -> list[dict[str, Any]]:
        """Return the brands by name."""
        counts = window.counts("brand")
        return [
            {
                "id": brand.pk,
                "name": brand.name,
                "slug": brand.slug,
                "description": brand.description,
                "product_count": counts.get(brand.pk, 0),
            }
            for brand in Brand.objects.all()
        ]
