"""The shop's URLs and a few more, for what the shop's own views do not do: fail, and be called without limit."""

from __future__ import annotations

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from electroports import urls as shop
from electroports.errors import DomainError, FieldError

SECRET = "correct-horse-battery-staple"


class TooManyPins(DomainError):
    status = 422
    code = "too_many_pins"


class ExplodeView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        password = SECRET
        raise RuntimeError(f"no room for {len(password)} characters")


class OpenView(APIView):
    """Answers with what it was sent."""

    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response({"ok": True})

    def post(self, request: Request) -> Response:
        return Response({"received": request.data})


class RefuseView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        raise TooManyPins("24 pins do not fit.", errors=[FieldError("pins.0", "too_many_pins", "At most 8.")])


class NoDatabaseView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        raise OperationalError("could not connect to server: secret-host")


def explode(request: HttpRequest) -> HttpResponse:
    password = SECRET
    raise RuntimeError(f"no room for {len(password)} characters")


urlpatterns = [
    path("api/test/explode", ExplodeView.as_view()),
    path("api/test/open", OpenView.as_view()),
    path("api/test/refuse", RefuseView.as_view()),
    path("api/test/no-database", NoDatabaseView.as_view()),
    path("test/explode", explode),
    *shop.urlpatterns,
]
handler400, handler403 = shop.handler400, shop.handler403
handler404, handler500 = shop.handler404, shop.handler500
