"""What staff do with products: read them as they are stored, create, change and delete them."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.actions.change_product import change_product
from catalog.actions.create_product import create_product
from catalog.actions.create_variant import create_variant
from catalog.actions.delete_product import delete_product
from catalog.models import Product, StaffAnswer
from catalog.schema import writes as schema
from catalog.schema.staff_lists import LIST_PRODUCTS
from catalog.serializers.writes import NewProductInput, NewVariantInput, ProductChanges, StaffProductSerializer
from catalog.staff_documents import product_document
from catalog.staff_lists import FILTERS, asked_products, listed_document
from electroports.addresses import parse_address
from electroports.pagination import PAGE_NAMES, BoundedPagination
from electroports.query import refuse_unknown
from electroports.staff import StaffCalls, acting_user, expected_version, tagged_response


def product_id_of(id_or_slug: str) -> int:
    """Return the id of the product that is addressed so, published or not; raises Http404."""
    name = parse_address(id_or_slug)
    named = Product.objects.filter(**{"pk" if isinstance(name, int) else "slug": name})
    found: int | None = named.order_by().values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return found


class CatalogueCalls(StaffCalls):
    """The calls of those who keep the catalogue."""

    kept_answers = StaffAnswer


class WritesBesideReads(CatalogueCalls):
    """Writes of staff on paths that everybody reads; put it before the viewset that answers the reads."""

    def get_authenticators(self) -> list[Any]:
        """Ask only those who write who they are."""
        view: Any = self
        is_read = view.request is not None and view.request.method in ("GET", "HEAD")
        found: list[Any] = [] if is_read else super().get_authenticators()
        return found


class ProductWrites(WritesBesideReads):
    """The writes on the paths of products."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "create": ("catalog.add_product", "catalog.add_variant"),
        "partial_update": ("catalog.change_product",),
        "destroy": ("catalog.delete_product",),
        "variants": ("catalog.add_variant",),
    }
    conditional = frozenset({"partial_update", "destroy"})
    tagged = frozenset({"create", "partial_update", "variants"})

    @extend_schema(**schema.CREATE_PRODUCT)
    def create(self, request: Request) -> HttpResponse:
        """Create a product with its variants."""
        refuse_unknown(request.query_params, ())
        command = NewProductInput(data=request.data)
        command.is_valid(raise_exception=True)
        values = command.validated_data
        work = partial(
            create_product,
            kind=values.pop("kind"),
            variants=values.pop("variants"),
            values=values,
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return self.answer(request, work)

    @extend_schema(**schema.CHANGE_PRODUCT)
    def partial_update(self, request: Request, id_or_slug: str) -> Response:
        """Change the fields that are given."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        expected = expected_version(request)
        command = ProductChanges(data=request.data)
        command.is_valid(raise_exception=True)
        document = change_product(
            product_id=product_id,
            changes=command.validated_data,
            expected=expected,
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return tagged_response(document)

    @extend_schema(**schema.DELETE_PRODUCT)
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Delete a product that the shop's books do not name."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        expected, who = expected_version(request), acting_user(request)
        delete_product(product_id=product_id, expected=expected, acting_user=who, at=timezone.now())
        return Response(status=204)

    @extend_schema(**schema.CREATE_VARIANT)
    @action(detail=True, methods=["post"])
    def variants(self, request: Request, id_or_slug: str) -> HttpResponse:
        """Add a variant."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        command = NewVariantInput(data=request.data)
        command.is_valid(raise_exception=True)
        values = command.validated_data
        who, at = acting_user(request), timezone.now()
        work = partial(create_variant, product_id=product_id, values=values, acting_user=who, at=at)
        return self.answer(request, work)


@extend_schema_view(retrieve=extend_schema(**schema.READ_PRODUCT), list=extend_schema(**LIST_PRODUCTS))
@extend_schema(tags=["staff"])
class StaffProductViewSet(CatalogueCalls, GenericViewSet[Product]):
    """Products as they are stored, published or not."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "list": ("catalog.view_product",),
        "retrieve": ("catalog.view_product",),
    }
    tagged = frozenset({"retrieve"})
    pagination_class = BoundedPagination
    queryset = Product.objects.none()
    serializer_class = StaffProductSerializer
    lookup_field = "id_or_slug"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def list(self, request: Request) -> Response:
        """Return a page of products."""
        refuse_unknown(request.query_params, (*FILTERS, *PAGE_NAMES))
        page: Any = self.paginate_queryset(asked_products(request.query_params))
        return self.get_paginated_response([listed_document(product) for product in page])

    def retrieve(self, request: Request, id_or_slug: str) -> Response:
        """Return one product, whole, under the ETag that a change of it needs."""
        refuse_unknown(request.query_params, ())
        return tagged_response(product_document(product_id_of(id_or_slug)))
