"""Stock as staff see and move it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.receive_stock import receive_stock
from catalog.actions.transfer_stock import transfer_stock
from catalog.models import StockLevel, StockLocation, StockMovement, Variant
from catalog.schema import stock as schema
from catalog.serializers.stock import MovementInput, StockLevelSerializer, StockMovementSerializer
from catalog.views.product_writes import CatalogueCalls
from electroports.addresses import parse_id
from electroports.errors import DOES_NOT_EXIST, FieldError
from electroports.pagination import PAGE_NAMES, BoundedPagination
from electroports.query import choice_of, refuse_unknown
from electroports.rendering import written_time
from electroports.staff import acting_user
from electroports.validation import refuse_if

# What a SKU and the code of a location look like.
NAMED = {"sku": re.compile(r"(?=.{1,40}\Z)[A-Z0-9]+(-[A-Z0-9]+)*"), "location": re.compile(r"[A-Z0-9][A-Z0-9-]{0,9}")}


@extend_schema_view(list=extend_schema(**schema.LEVELS))
@extend_schema(tags=["staff"])
class StockLevelViewSet(CatalogueCalls, GenericViewSet[StockLevel]):
    """How much lies where."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {"list": ("catalog.view_stocklevel",)}
    pagination_class = BoundedPagination
    queryset = StockLevel.objects.none()
    serializer_class = StockLevelSerializer

    def list(self, request: Request) -> Response:
        """Return a page of levels."""
        refuse_unknown(request.query_params, ("sku", "location", "product", *PAGE_NAMES))
        levels = StockLevel.objects.filter(**asked_filters(request, sku="variant__sku", location="location__code"))
        if (product := request.query_params.get("product")) is not None:
            if (product_id := parse_id(product)) is None:
                raise ValidationError({"product": [ErrorDetail("Give the id of a product.", code="invalid")]})
            levels = levels.filter(variant__product=product_id)
        page: Any = self.paginate_queryset(levels.select_related("variant", "location"))
        return self.get_paginated_response([level_document(level) for level in page])


@extend_schema_view(list=extend_schema(**schema.MOVEMENTS), create=extend_schema(**schema.MOVE))
@extend_schema(tags=["staff"])
class StockMovementViewSet(CatalogueCalls, GenericViewSet[StockMovement]):
    """The books of the stock, and what is entered into them by hand."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "list": ("catalog.view_stockmovement",),
        "create": ("catalog.change_stocklevel",),
    }
    pagination_class = BoundedPagination
    queryset = StockMovement.objects.none()
    serializer_class = StockMovementSerializer

    def list(self, request: Request) -> Response:
        """Return a page of movements."""
        refuse_unknown(request.query_params, ("sku", "location", "type", *PAGE_NAMES))
        movements = StockMovement.objects.all()
        if named := asked_filters(request, sku="variant__sku", location="location__code"):
            levels = StockLevel.objects.filter(**named).values("pk")
            movements = movements.filter(level__in=levels)
        if (kind := request.query_params.get("type")) is not None:
            movements = movements.filter(type=choice_of("type", kind, StockMovement.Type.values))
        rows = movements.select_related("level__variant", "level__location", "acting_user")
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response([movement_document(movement) for movement in page])

    def create(self, request: Request) -> HttpResponse:
        """Move stock."""
        refuse_unknown(request.query_params, ())
        command = MovementInput(data=request.data)
        command.is_valid(raise_exception=True)
        values = command.validated_data
        who, at = acting_user(request), timezone.now()
        return self.answer(request, lambda: perform_move(values, who, at))


def asked_filters(request: Request, **columns: str) -> dict[str, str]:
    """Return the filters that the query string gives, by column; raises ValidationError for an empty one."""
    given = {name: request.query_params[name] for name in columns if name in request.query_params}
    if empty := [name for name, value in given.items() if not NAMED[name].fullmatch(value)]:
        raise ValidationError({name: [ErrorDetail("Give one that there may be.", code="invalid")] for name in empty})
    return {columns[name]: value for name, value in given.items()}


def perform_move(values: dict[str, Any], who: AbstractUser, at: datetime) -> dict[str, Any]:
    """Do what a validated body says and return the levels that it changed; raises InvalidInput, InvalidAdjustment."""
    variant = Variant.objects.filter(sku=values["sku"]).first()
    codes = [values[name] for name in ("location", "to") if name in values]
    places = dict(StockLocation.objects.filter(code__in=codes).values_list("code", "pk"))
    errors = [] if variant else [FieldError("sku", DOES_NOT_EXIST, "There is no such SKU.")]
    unknown = [name for name in ("location", "to") if name in values and values[name] not in places]
    errors += [FieldError(name, DOES_NOT_EXIST, "There is no such location.") for name in unknown]
    refuse_if(errors)
    assert variant is not None  # noqa: S101  # for the type checker
    place = places[values["location"]]
    common: dict[str, Any] = {"acting_user": who, "at": at}
    level = StockLevel.objects.filter(variant=variant, location=place)
    if values["type"] == "receipt":
        receive_stock(
            variant_id=variant.pk,
            location_id=place,
            quantity=values["quantity"],
            reference=values["reference"],
            **common,
        )
    elif values["type"] == "transfer":
        transfer_stock(
            variant_id=variant.pk,
            from_location_id=place,
            to_location_id=places[values["to"]],
            quantity=values["quantity"],
            reference=values["reference"],
            **common,
        )
    else:
        refuse_if([] if level.exists() else [FieldError("location", DOES_NOT_EXIST, "Nothing of it ever lay there.")])
        adjust_stock(level=level.get(), change=values["change"], reason=values["reference"], **common)
    moved = StockLevel.objects.filter(variant=variant, location__code__in=codes).select_related("variant", "location")
    return {"levels": [level_document(row) for row in moved.order_by("pk")]}


def level_document(level: StockLevel) -> dict[str, Any]:
    """Return a stock level as staff see it."""
    return {
        "id": level.pk,
        "product": level.variant.product_id,
        "variant": level.variant_id,
        "sku": level.variant.sku,
        "location": level.location.code,
        "on_hand": level.on_hand,
        "allocated": level.allocated,
        "available": level.available,
    }


def movement_document(movement: StockMovement) -> dict[str, Any]:
    """Return a movement as staff see it; `acting_user` is null where the shop itself moved."""
    return {
        "id": movement.pk,
        "type": movement.type,
        "variant": movement.level.variant_id,
        "sku": movement.level.variant.sku,
        "location": movement.level.location.code,
        "on_hand_change": movement.on_hand_change,
        "allocated_change": movement.allocated_change,
        "reference": movement.reference,
        "acting_user": movement.acting_user.get_username() if movement.acting_user else None,
        "created_at": written_time(movement.created_at),
    }
