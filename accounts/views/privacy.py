"""A copy of what is held about the caller, and what they say about being sent advertising."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.record_consents import record_consents
from accounts.consents import consents_document, subscription_of
from accounts.errors import AccountGone
from accounts.exports import export_user
from accounts.models import Consent, User
from accounts.recent import require_recent_sign_in
from accounts.views.base import UserAPIView, caller

SAID = {
    "email": {"given": True, "changed_at": "2026-11-27T09:30:00+03:00", "wording": "2026-11"},
    "sms": {"given": False, "changed_at": None, "wording": ""},
}
COPY = {
    "format": 1,
    "exported_at": "2026-11-27T09:30:00+03:00",
    "accounts": {"user": [{"id": 12, "username": "wanjiku", "email": "wanjiku@example.com"}], "consent": []},
    "catalog": {"review": [], "wishlist": []},
    "orders": {"order": [{"number": "EP-7K3QXM", "total": "2500.00"}], "payment": []},
}
SIGN_IN_AGAIN = OpenApiResponse(description="`sign_in_again`: the session began too long ago.")


class ExportView(UserAPIView):
    """A copy of what the shop holds about the caller."""

    throttle_scope = "privacy"

    @extend_schema(
        summary="Export everything about the caller",
        description="What every part of the shop holds about the caller, by kind of row, as it is kept: profile, "
        "sessions, addresses, orders with their payments, reviews, notices, and so on. The caller must have signed in "
        "within the last minutes.",
        responses={200: serializers.PersonalDataSerializer, 403: SIGN_IN_AGAIN},
        examples=[OpenApiExample("a copy", COPY, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> Response:
        """Return the copy."""
        require_recent_sign_in(request, at=self.arrived_at)
        return Response(export_user(user=caller(request), at=self.arrived_at))


class ConsentsView(UserAPIView):
    """What the caller says about being sent advertising."""

    @extend_schema(
        summary="Read the caller's consents",
        description="Whether the caller agreed to marketing, by channel. Nobody has who has not said so. Messages "
        "about orders and the account, and notices that were asked for, are no marketing.",
        responses={200: serializers.ConsentsSerializer},
        examples=[OpenApiExample("agreed to e-mail", SAID, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Read the last words."""
        return Response(consents_document(caller(request)))

    @extend_schema(
        summary="Give or withdraw consent",
        description="What is said is added to what was said before, with the time, the address and the version of the "
        "words; nothing is overwritten. Saying the same again adds nothing.",
        request=serializers.ConsentsInput,
        responses={200: serializers.ConsentsSerializer},
        examples=[
            OpenApiExample("agree to e-mail", {"email": True, "wording": "2026-11"}, request_only=True),
            OpenApiExample("withdraw", {"email": False, "sms": False}, request_only=True),
            OpenApiExample("agreed to e-mail", SAID, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Add what is said."""
        command = serializers.ConsentsInput(data=request.data)
        command.is_valid(raise_exception=True)
        said = dict(command.validated_data)
        wording = said.pop("wording", "")
        user = caller(request)
        record_consents(user=user, given=said, source=Consent.Source.ACCOUNT, wording=wording, at=self.arrived_at)
        return Response(consents_document(user))


@never_cache
@csrf_exempt  # the token is the proof, and mail programs post without a cookie (RFC 8058, section 3.1)
@require_http_methods(["GET", "HEAD", "POST"])
def stop_marketing(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to stop marketing on the channel of a link; a POST, by button or mail program, stops it.

    A GET changes nothing: mail scanners follow links. Whoever has been erased gets the same pages.
    """
    subscription = subscription_of(token)
    if subscription is None:
        raise Http404
    if request.method == "POST":
        user = User.objects.filter(pk=subscription.user_id, is_active=True).first()
        if user is not None:
            said = {subscription.channel: False}
            with suppress(AccountGone):
                record_consents(user=user, given=said, source=Consent.Source.LINK, at=timezone.now())
    return render(request, "stop_marketing.html", {"is_done": request.method == "POST"})
