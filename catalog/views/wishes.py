"""Wishlists and notices: the caller's own, and a wishlist by its link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.actions.ask_for_notice import ask_for_notice, forget_notices
from catalog.actions.keep_wishlist import add_wish, describe_wishlist, share_wishlist, stop_sharing
from catalog.models import Notice, Wishlist, WishlistItem
from catalog.notice_mail import customer_of
from catalog.pages import find_listed
from catalog.schema import wishes as schema
from catalog.serializers.wishes import (
    BackInStockInput,
    NoticeSerializer,
    PriceDropInput,
    SharedWishlistSerializer,
    WishInput,
    WishlistInput,
    WishlistItemSerializer,
)
from catalog.views.reviews import PrivateViewSet, caller
from catalog.wishes import cards, find_wanted, item_document, notice_document, own_document, shared_document
from electroports.addresses import ID_PATTERN
from electroports.pagination import PAGE_NAMES
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown


def own_wishlist(request: Request, *, at: datetime, status: int = 200) -> Response:
    """Answer with the caller's wishlist, at the prices of `at`; one that nobody has made yet is empty."""
    wishlist = Wishlist.objects.filter(owner=caller(request).pk).first()
    return Response(own_document(wishlist, at=at), status=status)


class PrivateAPIView(PrivateAnswers):
    """Calls without query parameters whose answers no cache keeps."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, throttle, and refuse query parameters."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, ())


@extend_schema(tags=["wishlists"])
class WishlistView(PrivateAPIView):
    """The caller's wishlist."""

    @extend_schema(**schema.wishlist_schema())
    def get(self, request: Request) -> Response:
        """Return the caller's wishlist."""
        return own_wishlist(request, at=timezone.now())

    @extend_schema(**schema.describe_wishlist_schema())
    def patch(self, request: Request) -> Response:
        """Give the wishlist a title, and its owner a name on it."""
        at = timezone.now()
        command = WishlistInput(data=request.data)
        command.is_valid(raise_exception=True)
        describe_wishlist(owner_id=caller(request).pk, changes=command.validated_data, at=at)
        return own_wishlist(request, at=at)


@extend_schema(tags=["wishlists"])
class WishlistLinkView(PrivateAPIView):
    """The link to the caller's wishlist."""

    @extend_schema(**schema.share_schema())
    def post(self, request: Request) -> Response:
        """Make a link to the wishlist, or a new one."""
        at = timezone.now()
        share_wishlist(owner_id=caller(request).pk, at=at)
        return own_wishlist(request, at=at, status=201)

    @extend_schema(**schema.stop_sharing_schema())
    def delete(self, request: Request) -> Response:
        """Take the link away."""
        stop_sharing(owner_id=caller(request).pk)
        return Response(status=204)


@extend_schema_view(
    create=extend_schema(**schema.add_wish_schema()),
    destroy=extend_schema(**schema.remove_wish_schema()),
)
@extend_schema(tags=["wishlists"])
class WishlistItemViewSet(PrivateViewSet):
    """What is on the caller's wishlist."""

    serializer_class = WishlistItemSerializer
    queryset = WishlistItem.objects.none()
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN

    def create(self, request: Request) -> Response:
        """Put a product or a variant on the wishlist."""
        refuse_unknown(request.query_params, ())
        command = WishInput(data=request.data)
        command.is_valid(raise_exception=True)
        wanted = find_wanted(command.validated_data)
        at = timezone.now()
        item = add_wish(owner_id=caller(request).pk, **wanted._asdict(), at=at)
        card = cards([item.product_id], at=at).get(item.product_id)
        return Response(item_document(item, card), status=201)

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Take an item off the wishlist."""
        refuse_unknown(request.query_params, ())
        deleted, _ = WishlistItem.objects.filter(pk=int(id), wishlist__owner=caller(request).pk).delete()
        if not deleted:
            raise Http404
        return Response(status=204)


@extend_schema_view(retrieve=extend_schema(**schema.shared_wishlist_schema()))
@extend_schema(tags=["wishlists"])
class SharedWishlistViewSet(PrivateViewSet):
    """Wishlists whose owners gave out a link."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = SharedWishlistSerializer
    queryset = Wishlist.objects.none()
    lookup_field = "id"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002
        """Return the wishlist that the token opens."""
        refuse_unknown(request.query_params, ())
        wishlist = Wishlist.objects.filter(token=id).first()
        if wishlist is None:
            raise Http404
        return Response(shared_document(wishlist, at=timezone.now()))


@extend_schema(tags=["notices"])
class NotifyView(PrivateAPIView):
    """Notices of one product."""

    throttle_scope = "notices"

    @extend_schema(**schema.notify_schema())
    def post(self, request: Request, id_or_slug: str) -> Response:
        """Ask for a notice."""
        product_id = find_listed(id_or_slug)
        if product_id is None:
            raise Http404
        is_drop = isinstance(request.data, Mapping) and request.data.get("kind") == Notice.Kind.PRICE_DROP
        command = (PriceDropInput if is_drop else BackInStockInput)(data=request.data)
        command.is_valid(raise_exception=True)
        kind, target = Notice.Kind(command.validated_data["kind"]), command.validated_data.get("target_price")
        wanted = find_wanted(command.validated_data, product_id)
        at = timezone.now()
        notice = ask_for_notice(customer_id=caller(request).pk, kind=kind, wanted=wanted, target_price=target, at=at)
        card = cards([notice.product_id], at=at).get(notice.product_id)
        return Response(notice_document(notice, card), status=201)


@extend_schema_view(
    list=extend_schema(**schema.notices_schema()),
    destroy=extend_schema(**schema.forget_notice_schema()),
)
@extend_schema(tags=["notices"])
class NoticeViewSet(PrivateViewSet):
    """What the caller asked to be told."""

    serializer_class = NoticeSerializer
    queryset = Notice.objects.none()
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN

    def list(self, request: Request) -> Response:
        """Return a page of the caller's notices, newest first."""
        refuse_unknown(request.query_params, PAGE_NAMES)
        mine = Notice.objects.filter(customer=caller(request).pk).select_related("variant")
        page: Any = self.paginate_queryset(mine)
        found = cards((notice.product_id for notice in page), at=timezone.now())
        return self.get_paginated_response([notice_document(row, found.get(row.product_id)) for row in page])

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a notice."""
        refuse_unknown(request.query_params, ())
        deleted, _ = Notice.objects.filter(pk=int(id), customer=caller(request).pk).delete()
        if not deleted:
            raise Http404
        return Response(status=204)


@never_cache
@csrf_exempt  # the token is the proof, and mail programs post without a cookie (RFC 8058, section 3.1)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to stop all notices of whom the token names; a POST, by button or mail program, stops them.

    A GET changes nothing: mail scanners follow links.
    """
    customer_id = customer_of(token)
    if customer_id is None:
        raise Http404
    if request.method == "POST":
        forget_notices(customer_id=customer_id)
    return render(request, "unsubscribe.html", {"is_done": request.method == "POST"})
