"""Delivery over HTTP: the ways in which goods get to a county, and the counties."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog.views.reading import PublicReadViewSet
from electroports.counties import County, UnknownCounty, parse_county
from electroports.hot import answer_for
from electroports.query import refusals_into, refuse_unknown
from electroports.rendering import dump_json
from orders.delivery_documents import Parcel, counties_document, options_document
from orders.delivery_offers import read_holidays, read_offers
from orders.models import DeliveryMethod
from orders.models.delivery import MAX_GRAMS
from orders.schema import delivery as schema
from orders.serializers import DeliveryOptionsSerializer

NAMES = ("county", "value", "grams")
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,7}", re.ASCII)
DATES_HOLD = 60  # seconds
COUNTIES_HOLD = 24 * 3600
COUNTIES = dump_json(counties_document())


@extend_schema(tags=["delivery"])
class DeliveryViewSet(PublicReadViewSet):
    """How the shop delivers, for everybody to see."""

    queryset = DeliveryMethod.objects.none()
    serializer_class = DeliveryOptionsSerializer
    pagination_class = None

    @extend_schema(**schema.OPTIONS)
    @action(detail=False, url_path="options")
    def list_options(self, request: HttpRequest) -> HttpResponse:
        """Return the ways of delivery."""
        refuse_unknown(request.GET, NAMES)
        parcel, at = read_parcel(request.GET), timezone.now()
        document = options_document(read_offers(), parcel, holidays=read_holidays(at=at), at=at)
        return answer_for(request, dump_json(document), seconds=DATES_HOLD)

    @extend_schema(**schema.COUNTIES)
    @action(detail=False, url_path="counties")
    def list_counties(self, request: HttpRequest) -> HttpResponse:
        """Return the counties."""
        refuse_unknown(request.GET, ())
        return answer_for(request, COUNTIES, seconds=COUNTIES_HOLD)


def read_parcel(params: QueryDict) -> Parcel:
    """Return what is to be delivered; raises ValidationError that names every parameter that cannot be read."""
    errors: dict[str, Any] = {}
    county, value, grams = None, Decimal(0), 0
    with refusals_into(errors):
        county = county_of(str(params["county"])) if "county" in params else None
    with refusals_into(errors):
        value = Decimal(matched("value", params.get("value", "0"), AMOUNT, "Give an amount in KES, such as 4500."))
    with refusals_into(errors):
        grams = int(matched("grams", params.get("grams", "0"), WHOLE, "Give a weight in grams, such as 1500."))
        if grams > MAX_GRAMS:
            raise ValidationError({"grams": [ErrorDetail(f"At most {MAX_GRAMS} g.", code="max_value")]})
    if errors:
        raise ValidationError(errors)
    return Parcel(county=county, grams=grams, value=value)


def county_of(text: str) -> County:
    """Return the county that a parameter names; raises ValidationError with the nearest."""
    try:
        return parse_county(text)
    except UnknownCounty as error:
        raise ValidationError({"county": [ErrorDetail(error.message, code="unknown_county")]}) from error


def matched(name: str, text: str, pattern: re.Pattern[str], message: str) -> str:
    """Return the value of a parameter that matches; raises ValidationError."""
    if not pattern.fullmatch(text):
        raise ValidationError({name: [ErrorDetail(message, code="invalid")]})
    return text
