"""Pictures of products, as staff add, change, order and delete them."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.actions.add_picture import add_picture
from catalog.actions.change_picture import change_picture, delete_picture, order_pictures
from catalog.models import ProductImage
from catalog.pictures import PictureRefused, keep_upload
from catalog.schema import pictures as schema
from catalog.serializers.pictures import PictureChanges, PictureInput, PictureOrderInput
from catalog.serializers.writes import StaffImageSerializer
from catalog.staff_documents import image_document
from catalog.views.product_writes import CatalogueCalls, product_id_of
from electroports.addresses import ID_PATTERN
from electroports.parsing import UploadParser
from electroports.query import refuse_unknown
from electroports.staff import acting_user, expected_version, tagged_response


@extend_schema(tags=["staff"])
class ProductPictureViewSet(CatalogueCalls, GenericViewSet[ProductImage]):
    """New pictures of a product."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {"create": ("catalog.add_productimage",)}
    tagged = frozenset({"create"})
    parser_classes = (UploadParser,)
    queryset = ProductImage.objects.none()
    serializer_class = StaffImageSerializer

    @extend_schema(**schema.ADD)
    def create(self, request: Request, id_or_slug: str) -> HttpResponse:
        """Add a picture."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        command = PictureInput(data=request.data)
        command.is_valid(raise_exception=True)
        values = command.validated_data
        sent = values.pop("file").read()
        try:
            data, extension = keep_upload(sent)  # before the transaction: it takes its time
        except PictureRefused as refused:
            raise ValidationError({"file": [ErrorDetail(refused.message, code=refused.code)]}) from refused
        work = partial(
            add_picture,
            product_id=product_id,
            data=data,
            extension=extension,
            values=values,
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return self.answer(request, work, sent=[values, sha256(sent).hexdigest()])


@extend_schema(tags=["staff"])
class PictureOrderViewSet(CatalogueCalls, GenericViewSet[ProductImage]):
    """The order of a product's pictures."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {"update": ("catalog.change_productimage",)}
    conditional = tagged = frozenset({"update"})
    queryset = ProductImage.objects.none()
    serializer_class = StaffImageSerializer

    @extend_schema(**schema.ORDER)
    def update(self, request: Request, id_or_slug: str) -> Response:
        """Put the pictures into an order."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        expected = expected_version(request)
        command = PictureOrderInput(data=request.data)
        command.is_valid(raise_exception=True)
        document = order_pictures(
            product_id=product_id,
            image_ids=command.validated_data["images"],
            expected=expected,
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return tagged_response(document)


@extend_schema_view(
    retrieve=extend_schema(**schema.READ),
    partial_update=extend_schema(**schema.CHANGE),
    destroy=extend_schema(**schema.DELETE),
)
@extend_schema(tags=["staff"])
class PictureViewSet(CatalogueCalls, GenericViewSet[ProductImage]):
    """Pictures, one by one."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "retrieve": ("catalog.view_productimage",),
        "partial_update": ("catalog.change_productimage",),
        "destroy": ("catalog.delete_productimage",),
    }
    conditional = frozenset({"partial_update", "destroy"})
    tagged = frozenset({"retrieve", "partial_update"})
    queryset = ProductImage.objects.none()
    serializer_class = StaffImageSerializer
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Return one picture."""
        refuse_unknown(request.query_params, ())
        return tagged_response(image_document(self._find(id)))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the fields that are given."""
        refuse_unknown(request.query_params, ())
        image = self._find(id)
        expected = expected_version(request)
        command = PictureChanges(data=request.data)
        command.is_valid(raise_exception=True)
        changes: dict[str, Any] = command.validated_data
        who = acting_user(request)
        return tagged_response(
            change_picture(image_id=image.pk, changes=changes, expected=expected, acting_user=who, at=timezone.now())
        )

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a picture."""
        refuse_unknown(request.query_params, ())
        image = self._find(id)
        delete_picture(
            image_id=image.pk, expected=expected_version(request), acting_user=acting_user(request), at=timezone.now()
        )
        return Response(status=204)

    @staticmethod
    def _find(id: str) -> ProductImage:  # noqa: A002
        image = ProductImage.objects.filter(pk=int(id)).first()
        if image is None:
            raise Http404
        return image
