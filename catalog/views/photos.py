"""Photos of reviews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.actions.add_photo import add_photo, photo_renditions, remove_photo
from catalog.models import Review, ReviewPhoto, StaffAnswer
from catalog.reviews import photo_document
from catalog.schema import reviews as schema
from catalog.serializers.reviews import PhotoSerializer
from catalog.views.reviews import PrivateViewSet, caller
from electroports.addresses import ID_PATTERN
from electroports.query import refuse_unknown
from electroports.repeats import RepeatableCalls
from electroports.uploads import PICTURE_PARSERS


@extend_schema_view(create=extend_schema(**schema.add_photo_schema()))
@extend_schema(tags=["reviews"])
class ReviewPhotosViewSet(RepeatableCalls, PrivateViewSet):
    """The photos of one of the caller's reviews."""

    kept_answers = StaffAnswer
    serializer_class = PhotoSerializer
    queryset = ReviewPhoto.objects.none()
    parser_classes = PICTURE_PARSERS
    throttle_scope = "reviews"

    def create(self, request: Request, id: str) -> HttpResponse:  # noqa: A002  # the name in the URL
        """Add a photo."""
        refuse_unknown(request.query_params, ())
        review = Review.objects.filter(pk=int(id), author=caller(request).pk).first()
        if review is None:
            raise Http404
        sent: Any = request.data
        data = sent if isinstance(sent, bytes) else b""
        renditions, at = photo_renditions(data), timezone.now()
        work = partial(_add, review, renditions, at)
        try:
            return self.answer(request, work, sent=sha256(data).hexdigest())
        except Review.DoesNotExist as error:
            raise Http404 from error


def _add(review: Review, renditions: Mapping[str, bytes], at: datetime) -> dict[str, Any]:
    return photo_document(add_photo(review=review, renditions=renditions, at=at))


@extend_schema_view(destroy=extend_schema(**schema.remove_photo_schema()))
@extend_schema(tags=["reviews"])
class ReviewPhotoViewSet(PrivateViewSet):
    """A photo of one of the caller's reviews."""

    serializer_class = PhotoSerializer
    queryset = ReviewPhoto.objects.none()
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN
    throttle_scope = "reviews"

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Take a photo away."""
        refuse_unknown(request.query_params, ())
        photo = ReviewPhoto.objects.filter(pk=int(id), review__author=caller(request).pk).first()
        if photo is None:
            raise Http404
        try:
            remove_photo(photo=photo)
        except Review.DoesNotExist as error:
            raise Http404 from error
        return Response(status=204)
