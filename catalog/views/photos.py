"""Photos of reviews."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.actions.add_photo import add_photo, remove_photo
from catalog.models import Review, ReviewPhoto
from catalog.reviews import photo_document
from catalog.schema import reviews as schema
from catalog.serializers.reviews import PhotoSerializer
from catalog.views.reviews import PrivateViewSet, caller
from electroports.query import refuse_unknown
from electroports.uploads import PICTURE_PARSERS


@extend_schema_view(create=extend_schema(**schema.add_photo_schema()))
@extend_schema(tags=["reviews"])
class ReviewPhotosViewSet(PrivateViewSet):
    """The photos of one of the caller's reviews."""

    serializer_class = PhotoSerializer
    queryset = ReviewPhoto.objects.none()
    parser_classes = PICTURE_PARSERS
    throttle_scope = "reviews"

    def create(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Add a photo."""
        refuse_unknown(request.query_params, ())
        review = Review.objects.filter(pk=int(id), author=caller(request).pk).first()
        if review is None:
            raise Http404
        data: Any = request.data
        try:
            photo = add_photo(review=review, data=data if isinstance(data, bytes) else b"", at=timezone.now())
        except Review.DoesNotExist as error:
            raise Http404 from error
        return Response(photo_document(photo), status=201)


@extend_schema_view(destroy=extend_schema(**schema.remove_photo_schema()))
@extend_schema(tags=["reviews"])
class ReviewPhotoViewSet(PrivateViewSet):
    """A photo of one of the caller's reviews."""

    serializer_class = PhotoSerializer
    queryset = ReviewPhoto.objects.none()
    lookup_field = "id"
    lookup_value_regex = r"[0-9]{1,18}"
    throttle_scope = "reviews"

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Take it away."""
        refuse_unknown(request.query_params, ())
        photo = ReviewPhoto.objects.filter(pk=int(id), review__author=caller(request).pk).first()
        if photo is None:
            raise Http404
        try:
            remove_photo(photo=photo)
        except Review.DoesNotExist as error:
            raise Http404 from error
        return Response(status=204)
