"""Variants, one by one, as staff read and change them."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.actions.change_variant import change_variant
from catalog.actions.delete_variant import delete_variant
from catalog.models import Variant
from catalog.schema import writes as schema
from catalog.serializers.writes import StaffVariantSerializer, VariantChanges
from catalog.staff_documents import variant_document
from catalog.views.product_writes import CatalogueCalls
from electroports.addresses import ID_PATTERN
from electroports.query import refuse_unknown
from electroports.staff import acting_user, expected_version, tagged_response


@extend_schema_view(
    retrieve=extend_schema(**schema.READ_VARIANT),
    partial_update=extend_schema(**schema.CHANGE_VARIANT),
    destroy=extend_schema(**schema.DELETE_VARIANT),
)
@extend_schema(tags=["staff"])
class VariantViewSet(CatalogueCalls, GenericViewSet[Variant]):
    """What is bought, one by one."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "retrieve": ("catalog.view_variant",),
        "partial_update": ("catalog.change_variant",),
        "destroy": ("catalog.delete_variant",),
    }
    conditional = frozenset({"partial_update", "destroy"})
    tagged = frozenset({"retrieve", "partial_update"})
    queryset = Variant.objects.none()
    serializer_class = StaffVariantSerializer
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Return one variant."""
        refuse_unknown(request.query_params, ())
        return tagged_response(variant_document(self._find(id)))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the fields that are given."""
        refuse_unknown(request.query_params, ())
        variant = self._find(id)
        expected = expected_version(request)
        command = VariantChanges(data=request.data)
        command.is_valid(raise_exception=True)
        document = change_variant(
            variant_id=variant.pk,
            changes=command.validated_data,
            expected=expected,
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return tagged_response(document)

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a variant that the shop's books do not name."""
        refuse_unknown(request.query_params, ())
        variant = self._find(id)
        delete_variant(
            variant_id=variant.pk,
            expected=expected_version(request),
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return Response(status=204)

    @staticmethod
    def _find(id: str) -> Variant:  # noqa: A002
        variant = Variant.objects.filter(pk=int(id)).first()
        if variant is None:
            raise Http404
        return variant
