"""What plugs into what: into one product, between two, and in a whole basket."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.connections import Wanted, compatibility, connections
from catalog.filters import RELEVANCE, ListQuery, make_filters, parse_value, resolvers_of
from catalog.models import ProductListing, Variant
from catalog.pages import find_listed
from catalog.ports import Carrying, Verdict
from catalog.schema.compatibility import check_schema, compatible_schema, connect_schema
from catalog.serializers.compatibility import BasketInput
from catalog.taxonomy import Taxonomy
from catalog.views.products import page_links
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from electroports.errors import DOES_NOT_EXIST
from electroports.pagination import DEFAULT_PAGE_SIZE, PAGE_NAMES, not_our_cursor
from electroports.query import choice_of, refusals_into, refuse_unknown
from electroports.rendering import dump_json

FILTERS = frozenset(
    {"kind", "category", "brand", "connector", "accessory_type", "form_factor", "in_stock", "min_price", "max_price"}
)
NO_SUCH_PRODUCT = ErrorDetail("There is no such product.", code=DOES_NOT_EXIST)
FITTING = (Verdict.WORKS, Verdict.LIMITED)


class CompatibleViewSet(PublicReadViewSet):
    """What plugs into one product."""

    queryset = ProductListing.objects.none()
    lookup_field = "id_or_slug"

    @extend_schema(tags=["compatibility"], **compatible_schema())
    def list(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return one page of what fits a product: what works first, then what is limited."""
        revision, taxonomy = fresh_window(request)
        query, verdicts, carrying = parse_fitting(request.GET, taxonomy)
        product_id = find_listed(id_or_slug)
        if product_id is None:
            raise Http404
        page = compatibility.page(product_id, query, verdicts=verdicts, carrying=carrying)
        if page is None:
            raise Http404
        following, preceding = page_links(request, page)
        body = b'{"count":%d,"next":%s,"previous":%s,"results":[%s]}' % (
            *(page.total, following, preceding),
            b",".join(page.cards),
        )
        return catalogue_response(body, revision)


class ConnectView(PublicReadViewSet):
    """How two products are connected."""

    queryset = ProductListing.objects.none()

    @extend_schema(tags=["compatibility"], **connect_schema())
    def retrieve(self, request: HttpRequest) -> HttpResponse:
        """Return the cheapest chain of cables and adapters in stock between two products, or why there is none."""
        revision, _taxonomy = fresh_window(request)
        refuse_unknown(request.GET, ("from", "to", "carrying"))
        errors: dict[str, Any] = {
            name: [ErrorDetail("This parameter is required.", code="required")]
            for name in ("from", "to", "carrying")
            if not request.GET.get(name)
        }
        carrying = request.GET.get("carrying", "")
        if carrying:
            with refusals_into(errors):
                choice_of("carrying", carrying, list(Carrying))
        ends = {name: find_listed(request.GET.get(name, "")) or 0 for name in ("from", "to") if name not in errors}
        unlisted = connections.unlisted(ends.values())
        errors |= {name: [NO_SUCH_PRODUCT] for name, product_id in ends.items() if product_id in unlisted}
        if not errors and ends["from"] == ends["to"]:
            errors["to"] = [ErrorDetail("Name another product.", code="invalid")]
        if errors:
            raise ValidationError(errors)
        answer = connections.connect(ends["from"], ends["to"], Carrying(carrying))
        return catalogue_response(dump_json(answer), revision)


class CheckView(APIView):
    """What of a basket fits what."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(tags=["compatibility"], **check_schema())
    def post(self, request: Request) -> Response:
        """Say what of a basket fits what, what charges what and how fast, and what would mend what is missing."""
        refuse_unknown(request.query_params, ())
        command = BasketInput(data=request.data)
        command.is_valid(raise_exception=True)
        items = command.validated_data["items"]
        fresh_window(request._request)
        product_ids = products_of(items)
        unlisted = connections.unlisted(product_id for _name, product_id in product_ids)
        unknown = {
            str(place): {name: [NO_SUCH_PRODUCT]}
            for place, (name, product_id) in enumerate(product_ids)
            if product_id in unlisted
        }
        if unknown:
            raise ValidationError({"items": unknown})
        answer = connections.check(
            Wanted(product_id, item.get("quantity", 1))
            for (_name, product_id), item in zip(product_ids, items, strict=True)
        )
        return Response(answer)


def parse_fitting(params: QueryDict, taxonomy: Taxonomy) -> tuple[ListQuery, tuple[Verdict, ...], Carrying | None]:
    """Return what the query string asks of the products that fit; raises ValidationError that names what is wrong."""
    refuse_unknown(params, FILTERS | {"verdict", "carrying"} | (frozenset(PAGE_NAMES)))
    errors: dict[str, Any] = {}
    values: dict[str, Any] = {}
    resolvers = resolvers_of(taxonomy)
    for name, text in params.items():
        words = {"verdict": FITTING, "carrying": tuple(Carrying)}.get(name)
        with refusals_into(errors):
            if words is None:
                values[name] = parse_value(name, str(text), resolvers)
            else:
                choice_of(name, str(text), words)
    cursor = values.get("cursor")
    if cursor is not None and cursor.ordering != RELEVANCE:
        raise not_our_cursor()
    if cursor is not None and "page" in values:
        errors["cursor"] = [ErrorDetail("Give either page or cursor.", code="invalid")]
    if errors:
        raise ValidationError(errors)
    query = ListQuery(
        make_filters(values), RELEVANCE, values.get("page", 1), values.get("page_size", DEFAULT_PAGE_SIZE), cursor
    )
    verdicts = (Verdict(str(params["verdict"])),) if "verdict" in params else FITTING
    return query, verdicts, Carrying(str(params["carrying"])) if "carrying" in params else None


def products_of(items: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return the field that names each item, and the product that it is or is a variant of."""
    variants = [item["variant"] for item in items if "variant" in item]
    owners = dict(Variant.objects.filter(pk__in=variants, is_active=True).values_list("pk", "product_id"))
    return [
        ("product", item["product"]) if "product" in item else ("variant", owners.get(item["variant"], 0))
        for item in items
    ]
