"""Counts per filter value, and completions of what is being typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from catalog.filters import parse_filters, parse_search, resolvers_of
from catalog.models import ProductListing
from catalog.schema import facets_schema, suggest_schema
from catalog.serializers import FacetsSerializer, SuggestionsSerializer
from catalog.suggestions import suggestions
from catalog.views.products import search_document
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from catalog.window import window
from electroports.query import refuse_unknown
from electroports.rendering import dump_json


class FacetsViewSet(PublicReadViewSet):
    """How many products each further filter would leave."""

    serializer_class = FacetsSerializer
    queryset = ProductListing.objects.none()
    pagination_class = None

    @extend_schema(tags=["products"], **facets_schema())
    def counts(self, request: HttpRequest) -> HttpResponse:
        """Return the counts of every facet under the filters of the query string."""
        revision, taxonomy = fresh_window(request)
        filters, search = parse_filters(request.GET, resolvers=resolvers_of(taxonomy))
        total, facets, found = window.facets(filters)
        searched = {"search": search_document(search, found)} if found else {}
        return catalogue_response(dump_json({"count": total, **searched, "facets": facets}), revision)


class SuggestViewSet(PublicReadViewSet):
    """Completions as one types."""

    serializer_class = SuggestionsSerializer
    queryset = ProductListing.objects.none()
    pagination_class = None

    @extend_schema(tags=["products"], **suggest_schema())
    def complete(self, request: HttpRequest) -> HttpResponse:
        """Return products, brands and categories that what was typed may become."""
        refuse_unknown(request.GET, ("q",))
        text = parse_search(str(request.GET.get("q", "")), name="q")
        revision, _taxonomy = fresh_window(request)
        found = suggestions(text)
        body = b'{"query":%s,"corrected":%s,"products":[%s],"brands":%s,"categories":%s}' % (
            dump_json(text),
            dump_json(found.corrected),
            b",".join(found.cards),
            dump_json(found.brands),
            dump_json(found.categories),
        )
        return catalogue_response(body, revision)
