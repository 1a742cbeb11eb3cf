"""The tree of categories, and the brands."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view

from catalog.models import Brand, Category
from catalog.schema import simple_detail_schema, simple_list_schema
from catalog.serializers import BrandSerializer, CategorySerializer
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from catalog.window import window
from electroports.addresses import parse_address
from electroports.pagination import PAGE_NAMES, page_in_memory
from electroports.query import refuse_unknown
from electroports.rendering import dump_json


class TaxonomyViewSet(PublicReadViewSet):
    """Small public collections, made whole for each answer: they have dozens of rows, never thousands."""

    lookup_field = "id_or_slug"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def documents(self) -> list[tuple[list[Any], dict[str, Any]]]:
        """Return every row of the top level after its place, by which they rise."""
        raise NotImplementedError

    def list(self, request: HttpRequest) -> HttpResponse:
        """Return one page of the top level."""
        refuse_unknown(request.GET, PAGE_NAMES)
        revision, _taxonomy = fresh_window(request)
        return catalogue_response(dump_json(page_in_memory(request, self.documents())), revision)

    def retrieve(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return one row by its id or slug, from anywhere in the tree."""
        refuse_unknown(request.GET, ())
        revision, _taxonomy = fresh_window(request)
        todo = [row for _place, row in self.documents()]
        wanted = parse_address(id_or_slug)
        name = "id" if isinstance(wanted, int) else "slug"
        while todo:
            row = todo.pop()
            if row[name] == wanted:
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

    def documents(self) -> list[tuple[list[Any], dict[str, Any]]]:
        """Return the roots, each with the categories below it."""
        own = window.counts("category")
        children: dict[int | None, list[Category]] = {}
        for category in sorted(Category.objects.order_by(), key=place_of):
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

        return [(place_of(root), document(root)) for root in children.get(None, ())]


def place_of(category: Category) -> list[Any]:
    """Return where a category stands among those beside it, the same on every database."""
    return [category.position, category.name.casefold(), category.pk]


@extend_schema_view(
    list=extend_schema(**simple_list_schema("brands", BrandSerializer)),
    retrieve=extend_schema(**simple_detail_schema("brand", BrandSerializer)),
)
@extend_schema(tags=["brands"])
class BrandViewSet(TaxonomyViewSet):
    """The brands."""

    serializer_class = BrandSerializer
    queryset = Brand.objects.none()

    def documents(self) -> list[tuple[list[Any], dict[str, Any]]]:
        """Return the brands by name, whatever its case."""
        counts = window.counts("brand")
        return sorted(
            (
                [brand.name.casefold(), brand.pk],
                {
                    "id": brand.pk,
                    "name": brand.name,
                    "slug": brand.slug,
                    "description": brand.description,
                    "product_count": counts.get(brand.pk, 0),
                },
            )
            for brand in Brand.objects.order_by()
        )
