"""Reviews: a product's, the caller's own, and the queue of those that staff have to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet

from catalog.actions.change_review import change_review, delete_review
from catalog.actions.moderate_review import publish_review, reject_review, reply_to_review
from catalog.actions.vote_on_review import vote_on_review, withdraw_vote
from catalog.actions.write_review import write_review
from catalog.models import Review
from catalog.models.reviews import STARS
from catalog.reviews import ORDERINGS, beyond, own_document, place_of, review_document, staff_document, summary_document
from catalog.schema import reviews as schema
from catalog.serializers.reviews import (
    ChangeReviewInput,
    OwnReviewSerializer,
    PublishReviewInput,
    RejectReviewInput,
    ReplyInput,
    StaffReviewSerializer,
    WriteReviewInput,
)
from catalog.views.reading import PublicReadViewSet
from electroports.addresses import ID_PATTERN, parse_address
from electroports.hot import ask_once, keep_while
from electroports.pagination import PAGE_NAMES, Asked, asked_page, encode_cursor, link_to, not_our_cursor
from electroports.private import PrivateAnswers, keep_out_of_caches
from electroports.query import choice_of, refusals_into, refuse_unknown, truth_of
from electroports.rendering import dump_json
from electroports.sql import PreparedRead
from electroports.staff import StaffCalls, expected_version

COUNTERS = [f"{kind}_{star}" for kind in ("stars", "verified") for star in STARS]
SUMMARY = (
    f"SELECT listing.product_id, coalesce(summary.version, 0), {', '.join(f'coalesce({c}, 0)' for c in COUNTERS)} "  # noqa: S608
    "FROM catalog_productlisting listing LEFT JOIN catalog_reviewsummary summary "
    "ON summary.product_id = listing.product_id WHERE listing.is_listed"
)
SUMMARY_BY_ID = PreparedRead(f"{SUMMARY} AND listing.product_id = %s", "bigint")
SUMMARY_BY_SLUG = PreparedRead(f"{SUMMARY} AND listing.slug = %s", "text")


@dataclass(frozen=True)
class ReviewsAt:
    """What the reviews of the product at an address were last changed by: called, it asks by one read of a key."""

    address: str

    def __call__(self) -> tuple[Any, ...] | None:
        """Return the product's id, the version of its reviews and their counters; None for no product."""
        name = parse_address(self.address)
        if name is None:
            return None
        return (SUMMARY_BY_ID if isinstance(name, int) else SUMMARY_BY_SLUG).row(name)


class Wanted(NamedTuple):
    """Which reviews of a product are asked for, and in which order."""

    ordering: str
    stars: tuple[int, ...]
    is_verified: bool
    page: Asked

    def how_many(self, stars: Mapping[int, int], verified: Mapping[int, int]) -> int:
        """Return how many these are, from the counters."""
        counted = verified if self.is_verified else stars
        return sum(counted[star] for star in self.stars)

    def condition(self) -> Q:
        """Return the filter."""
        condition = Q() if self.stars == STARS else Q(rating__in=self.stars)
        return condition & Q(is_verified_purchase=True) if self.is_verified else condition


def parse_wanted(request: HttpRequest) -> Wanted:
    """Return what the query string asks for; raises ValidationError."""
    refuse_unknown(request.GET, ("rating", "verified", "ordering", *PAGE_NAMES))
    errors: dict[str, Any] = {}
    words = request.GET.get("rating", "1,2,3,4,5").split(",")
    if len(words) > len(STARS) or not set(words) <= set(map(str, STARS)):
        errors["rating"] = "Give one or more of 1, 2, 3, 4, 5."
    with refusals_into(errors):
        is_verified = truth_of("verified", request.GET.get("verified", "false"))
    with refusals_into(errors):
        ordering = choice_of("ordering", request.GET.get("ordering", "newest"), ORDERINGS)
    if errors:
        raise ValidationError(errors)
    page = asked_page(request.GET)
    if page.cursor is not None:
        place = page.cursor[1]
        known = type(place) is list and place[:1] == [ordering] and len(place) == 1 + len(ORDERINGS[ordering])
        if not known or not all(type(value) is int and 0 <= value < 2**63 for value in place[1:]):
            raise not_our_cursor()
    return Wanted(ordering, tuple(sorted({int(word) for word in words})), is_verified, page)


def read_page(product_id: int, wanted: Wanted, count: int) -> tuple[list[Review], bool, bool]:
    """Return a page of published reviews, and whether there are any before and after it; raises NotFound."""
    rows = Review.objects.filter(wanted.condition(), product=product_id, status=Review.Status.PUBLISHED)
    rows = rows.prefetch_related("photos")
    falling = ORDERINGS[wanted.ordering]
    size = wanted.page.size
    if wanted.page.cursor is None:
        start = wanted.page.start
        found = list(rows.order_by(*falling)[start : start + size]) if start < max(count, 1) else []
        if wanted.page.page > 1 and not found:
            raise NotFound("There is no such page.")
        return found, start > 0, start + len(found) < count
    direction, (_ordering, *place) = wanted.page.cursor
    backwards = direction == "before"
    order = (
        [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in falling] if backwards else falling
    )
    found = list(rows.filter(beyond(place, wanted.ordering, backwards=backwards)).order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return found, more or not backwards, more or backwards


def caller(request: Request) -> AbstractUser:
    """Return who is calling, where nobody else gets through."""
    return cast("AbstractUser", request.user)


@extend_schema_view(
    list=extend_schema(**schema.product_reviews_schema()),
    create=extend_schema(**schema.write_review_schema()),
)
@extend_schema(tags=["reviews"])
class ProductReviewViewSet(PublicReadViewSet):
    """The reviews of one product."""

    serializer_class = OwnReviewSerializer
    queryset = Review.objects.none()
    authentication_classes = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    throttle_classes = api_settings.DEFAULT_THROTTLE_CLASSES
    pagination_class = schema.ReviewPagination
    throttle_scope = "reviews"

    def get_permissions(self) -> Sequence[BasePermission]:
        """Writing needs an account."""
        return [IsAuthenticated()] if self.action == "create" else [AllowAny()]

    def list(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return a page of the product's published reviews with the counters of all; it needs three queries."""
        wanted = parse_wanted(request)
        freshness = ReviewsAt(id_or_slug)
        version = ask_once(request, freshness)
        if version is None:
            raise Http404
        product_id, _version, *counters = version
        stars = dict(zip(STARS, counters[:5], strict=True))
        verified = dict(zip(STARS, counters[5:], strict=True))
        count = wanted.how_many(stars, verified)
        rows, before, after = read_page(product_id, wanted, count)
        body = {
            "count": count,
            "next": self._link(request, "after", rows[-1:] if after else [], wanted.ordering),
            "previous": self._link(request, "before", rows[:1] if before else [], wanted.ordering),
            "results": [review_document(review) for review in rows],
            "summary": summary_document(stars, verified),
        }
        response = HttpResponse(dump_json(body), content_type="application/json")
        return keep_while(response, freshness=freshness, version=version)

    def create(self, request: Request, id_or_slug: str) -> Response:
        """Write the caller's review."""
        refuse_unknown(request.query_params, ())
        found = ReviewsAt(id_or_slug)()
        if found is None:
            raise Http404
        command = WriteReviewInput(data=request.data)
        command.is_valid(raise_exception=True)
        review = write_review(
            product_id=found[0], **command.validated_data, acting_user=caller(request), at=timezone.now()
        )
        return keep_out_of_caches(Response(own_document(review), status=201))

    @staticmethod
    def _link(request: HttpRequest, direction: str, edge: Sequence[Review], ordering: str) -> str | None:
        place = [[ordering, *place_of(review, ordering)] for review in edge]
        return link_to(request, encode_cursor(direction, *place) if place else None)


class PrivateViewSet(PrivateAnswers, GenericViewSet[Any]):
    """Calls whose answers depend on who asks: no cache keeps them."""


@extend_schema_view(list=extend_schema(**schema.own_reviews_schema()))
@extend_schema(tags=["reviews"])
class OwnReviewViewSet(PrivateViewSet):
    """The caller's own reviews, wherever they stand."""

    serializer_class = OwnReviewSerializer
    queryset = Review.objects.none()

    def list(self, request: Request) -> Response:
        """Return a page of them, newest first."""
        refuse_unknown(request.query_params, PAGE_NAMES)
        mine = Review.objects.filter(author=caller(request).pk).prefetch_related("photos")
        page: Any = self.paginate_queryset(mine)
        return self.get_paginated_response([own_document(review) for review in page])


@extend_schema_view(
    retrieve=extend_schema(**schema.read_review_schema()),
    partial_update=extend_schema(**schema.change_review_schema()),
    destroy=extend_schema(**schema.delete_review_schema()),
)
@extend_schema(tags=["reviews"])
class ReviewViewSet(PrivateViewSet):
    """One review: to read, for its author to change, for customers to vote on, for staff to moderate."""

    serializer_class = OwnReviewSerializer
    queryset = Review.objects.none()
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN
    throttle_scope = "reviews"
    http_method_names = ("get", "head", "options", "post", "put", "patch", "delete")
    conditional: ClassVar[frozenset[str]] = frozenset({"moderation"})

    def get_permissions(self) -> list[BasePermission]:
        """Published reviews are read by anybody."""
        return [AllowAny()] if self.action in ("retrieve", None) else [IsAuthenticated()]

    def handle_exception(self, exc: Exception) -> Any:
        """Answer 404 for a review that somebody deleted meanwhile."""
        return super().handle_exception(Http404() if isinstance(exc, Review.DoesNotExist) else exc)

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Return one review."""
        review = self._find(request, id)
        if self._may(request, "view_review"):
            return Response(staff_document(review))
        is_theirs = request.user.is_authenticated and review.author_id == request.user.pk
        return Response(own_document(review) if is_theirs else review_document(review))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change one's own review."""
        review = self._find_own(request, id)
        command = ChangeReviewInput(data=request.data)
        command.is_valid(raise_exception=True)
        return Response(own_document(change_review(review=review, changes=command.validated_data, at=timezone.now())))

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete one's own review; staff who may, anybody's."""
        review = self._find(request, id)
        is_theirs = review.author_id == request.user.pk
        if not (is_theirs or self._may(request, "delete_review")):
            raise Http404
        delete_review(review=review, acting_user=None if is_theirs else caller(request), at=timezone.now())
        return Response(status=204)

    @extend_schema(**schema.vote_schema(), methods=["POST"])
    @extend_schema(**schema.withdraw_vote_schema(), methods=["DELETE"])
    @action(detail=True, methods=["post", "delete"])
    def helpful(self, request: Request, id: str) -> Response:  # noqa: A002
        """Find a review helpful, or no longer."""
        review = self._find(request, id)
        if request.method == "DELETE":
            withdraw_vote(review=review, acting_user=caller(request))
            return Response(status=204)
        vote_on_review(review=review, acting_user=caller(request), at=timezone.now())
        return Response(status=204)

    @extend_schema(**schema.moderate_schema())
    @action(detail=True, methods=["put"])
    def moderation(self, request: Request, id: str) -> Response:  # noqa: A002
        """Publish or reject a review, in the version that If-Match names."""
        review = self._find(request, id)
        self._need(request, "moderate_review")
        is_rejection = isinstance(request.data, Mapping) and request.data.get("status") == "rejected"
        command = (RejectReviewInput if is_rejection else PublishReviewInput)(data=request.data)
        command.is_valid(raise_exception=True)
        expected, user, at = expected_version(request), caller(request), timezone.now()
        if is_rejection:
            reason = command.validated_data["reason"]
            review = reject_review(review=review, expected=expected, reason=reason, acting_user=user, at=at)
        else:
            review = publish_review(review=review, expected=expected, acting_user=user, at=at)
        return Response(staff_document(review))

    @extend_schema(**schema.reply_schema(), methods=["PUT"])
    @extend_schema(**schema.withdraw_reply_schema(), methods=["DELETE"])
    @action(detail=True, methods=["put", "delete"])
    def reply(self, request: Request, id: str) -> Response:  # noqa: A002
        """Say something to a review, or no longer."""
        review = self._find(request, id)
        self._need(request, "reply_to_review")
        text = ""
        if request.method == "PUT":
            command = ReplyInput(data=request.data)
            command.is_valid(raise_exception=True)
            text = command.validated_data["text"]
        review = reply_to_review(review=review, text=text, acting_user=caller(request), at=timezone.now())
        return Response(staff_document(review)) if text else Response(status=204)

    def _find(self, request: Request, id_: str) -> Review:
        """Return the review if the caller may read it; raises Http404."""
        refuse_unknown(request.query_params, ())
        review: Review | None = (
            Review.objects.visible_to(request.user).prefetch_related("photos").filter(pk=int(id_)).first()
        )
        if review is None:
            raise Http404
        return review

    def _find_own(self, request: Request, id_: str) -> Review:
        """Return the review if the caller wrote it; raises Http404."""
        review = self._find(request, id_)
        if review.author_id != request.user.pk:
            raise Http404
        return review

    @staticmethod
    def _may(request: Request, codename: str) -> bool:
        """Tell whether the caller is of the staff and has this permission of the catalogue."""
        user: Any = request.user
        return bool(user.is_authenticated and user.is_staff and user.has_perm(f"catalog.{codename}"))

    def _need(self, request: Request, codename: str) -> None:
        """Raise PermissionDenied for who may not do this."""
        if not self._may(request, codename):
            raise PermissionDenied


@extend_schema_view(list=extend_schema(**schema.moderation_queue_schema()))
@extend_schema(tags=["staff"])
class StaffReviewViewSet(StaffCalls, GenericViewSet[Review]):
    """All reviews, wherever they stand."""

    serializer_class = StaffReviewSerializer
    queryset = Review.objects.none()
    rights: ClassVar[Mapping[str, tuple[str, ...]]] = {"list": ("catalog.view_review",)}

    def list(self, request: Request) -> Response:
        """Return a page of all reviews, newest first, for staff."""
        refuse_unknown(request.query_params, ("status", *PAGE_NAMES))
        rows = Review.objects.prefetch_related("photos")
        if (status := request.query_params.get("status")) is not None:
            rows = rows.filter(status=choice_of("status", status, Review.Status.values))
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response([staff_document(review) for review in page])
