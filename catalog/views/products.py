"""Lists and pages of products, accessories and sound devices."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view

from catalog.filters import parse_list_query, resolvers_of
from catalog.models import ProductListing
from catalog.pages import read_page
from catalog.related import Related
from catalog.schema import SearchedPagination, detail_schema, list_schema
from catalog.search.searching import Found
from catalog.serializers import (
    AccessoryCardSerializer,
    AccessorySerializer,
    ProductCardSerializer,
    ProductSerializer,
    SoundDeviceCardSerializer,
    SoundDeviceSerializer,
)
from catalog.views.product_writes import ProductWrites
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from catalog.window import Page, window
from electroports.query import refuse_unknown
from electroports.rendering import dump_json

related_products = Related(window)


class ListingViewSet(PublicReadViewSet):
    """The list and the pages of one kind of product, or of all."""

    kind: ClassVar[str | None] = None
    queryset = ProductListing.objects.none()
    pagination_class = SearchedPagination
    lookup_field = "id_or_slug"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def list(self, request: HttpRequest) -> HttpResponse:
        """Return one page of the products that the query string asks for."""
        revision, taxonomy = fresh_window(request)
        query = parse_list_query(
            request.GET,
            kind=self.kind,
            resolvers=resolvers_of(taxonomy),
        )
        page = window.page(query, typed=self.kind is not None)
        body = b'{"count":%d,"next":%s,"previous":%s,%s"results":[%s]}' % (
            page.total,
            *page_links(request, page),
            b'"search":%s,' % dump_json(search_document(query.search, page.found)) if page.found else b"",
            b",".join(page.cards),
        )
        return catalogue_response(body, revision)

    def retrieve(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return one product, whole, by its id or slug."""
        refuse_unknown(request.GET, ())
        revision, _taxonomy = fresh_window(request)
        page = read_page(id_or_slug, revision)
        if page is None or self.kind not in (None, page.kind):
            raise Http404
        related = b",".join(related_products.cards(page))
        typed = [page.traits.encode()[1:-1]] if self.kind is not None else []
        parts = [page.detail.encode()[:-1], *typed, b'"related":[' + related + b"]}"]
        return catalogue_response(b",".join(parts), revision)


def page_links(request: HttpRequest, page: Page) -> tuple[bytes, bytes]:
    """Return the JSON of the whole URLs of the next and the previous page, `null` where there is none."""
    if page.next is None and page.previous is None:
        return b"null", b"null"
    params = [(key, value) for key, value in request.GET.items() if key not in ("page", "cursor")]
    base = f"{request.scheme}://{request.get_host()}{request.path}?{urlencode([*params, ('cursor', '')])}"
    following, preceding = (
        dump_json(base + cursor.encode()) if cursor is not None else b"null" for cursor in (page.next, page.previous)
    )
    return following, preceding


def search_document(query: str, found: Found) -> dict[str, Any]:
    """Return what was searched for, and how it was understood."""
    return {
        "query": query,
        "corrected": found.corrected,
        "corrections": [correction._asdict() for correction in found.corrections],
    }


@extend_schema_view(
    list=extend_schema(**list_schema("products", None, ProductCardSerializer)),
    retrieve=extend_schema(**detail_schema("product", ProductSerializer)),
)
@extend_schema(tags=["products"])
class ProductViewSet(ProductWrites, ListingViewSet):
    """Every product of every kind."""

    serializer_class = ProductSerializer


@extend_schema_view(
    list=extend_schema(**list_schema("accessories", "accessory", AccessoryCardSerializer)),
    retrieve=extend_schema(**detail_schema("accessory", AccessorySerializer)),
)
@extend_schema(tags=["accessories"])
class AccessoryViewSet(ListingViewSet):
    """Accessories, with their typed fields."""

    kind = "accessory"
    serializer_class = AccessorySerializer


@extend_schema_view(
    list=extend_schema(**list_schema("sound devices", "sound_device", SoundDeviceCardSerializer)),
    retrieve=extend_schema(**detail_schema("sound device", SoundDeviceSerializer)),
)
@extend_schema(tags=["sound devices"])
class SoundDeviceViewSet(ListingViewSet):
    """Sound devices, with their typed fields."""

    kind = "sound_device"
    serializer_class = SoundDeviceSerializer
