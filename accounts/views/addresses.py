"""The caller's addresses."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import serializers
from accounts.actions.add_address import add_address
from accounts.actions.change_address import change_address
from accounts.actions.remove_address import remove_address
from accounts.models import AccountAnswer, Address
from accounts.views.base import caller
from electroports.addresses import ID_PATTERN
from electroports.openapi import KEY_REUSED, idempotency_key
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown
from electroports.repeats import RepeatableCalls

FIELDS = {
    "recipient": "Wanjiku Kamau",
    "phone": "+254712345678",
    "county": "Nairobi",
    "town": "Westlands",
    "street": "Mpaka Road 12",
    "landmark": "opposite the fire station",
    "is_default": True,
}
EXAMPLE = {
    "id": 7,
    **FIELDS,
    "created_at": "2026-03-02T09:30:00+03:00",
    "updated_at": "2026-03-02T09:30:00+03:00",
}
SENT = OpenApiExample("an address", FIELDS | {"phone": "0712 345 678"}, request_only=True)
ONE = OpenApiExample("an address", EXAMPLE, response_only=True)
ID = OpenApiParameter(
    "id",
    {"type": "string", "pattern": f"^{ID_PATTERN}$"},
    OpenApiParameter.PATH,
    description="The number of the address.",
)
NOT_FOUND = OpenApiResponse(description="The caller has no such address.")


@extend_schema(tags=["addresses"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_users_me_addresses",
        summary="List the caller's addresses",
        description="All of them, the default first, then the newest.",
        responses={200: serializers.SavedAddressPageSerializer},
        examples=[
            OpenApiExample(
                "one address",
                {"count": 1, "next": None, "previous": None, "results": [EXAMPLE]},
                response_only=True,
            )
        ],
    ),
    create=extend_schema(
        summary="Add an address",
        parameters=[idempotency_key(every="address", repeated="adds nothing.")],
        description="The fields are those of an order's `address`. The first is the default, and later whichever is "
        f"sent with `is_default`. A customer has up to {Address.MOST}.",
        request=serializers.SavedAddressInput,
        responses={
            201: serializers.SavedAddressSerializer,
            409: OpenApiResponse(description="`too_many_addresses`."),
            422: KEY_REUSED,
        },
        examples=[SENT, ONE],
    ),
    retrieve=extend_schema(
        summary="Read an address",
        description="One of the caller's, as it is kept.",
        parameters=[ID],
        responses={200: serializers.SavedAddressSerializer, 404: NOT_FOUND},
        examples=[ONE],
    ),
    partial_update=extend_schema(
        summary="Change an address",
        parameters=[ID],
        description="Changes the fields that are given. To have another default, send `is_default: true` to that one: "
        "`false` to the one that is, is 400 `default_needed`.",
        request=serializers.ChangeAddressInput,
        responses={200: serializers.SavedAddressSerializer, 404: NOT_FOUND},
        examples=[OpenApiExample("the default from now on", {"is_default": True}, request_only=True), ONE],
    ),
    destroy=extend_schema(
        summary="Delete an address",
        parameters=[ID],
        description="If it was the default, the newest of the others takes its place. Orders keep theirs.",
        responses={204: None, 404: NOT_FOUND},
    ),
)
class AddressViewSet(PrivateAnswers, RepeatableCalls, GenericViewSet[Address]):
    """The caller's addresses; those of others do not exist."""

    kept_answers = AccountAnswer
    serializer_class = serializers.SavedAddressSerializer
    queryset = Address.objects.none()
    pagination_class = None
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Note the time before all else, authenticate, throttle, and refuse query parameters."""
        self.arrived_at = timezone.now()
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, ())

    def list(self, request: Request) -> Response:
        """Return them all."""
        shown = serializers.SavedAddressSerializer(Address.objects.of(caller(request)), many=True).data
        return Response({"count": len(shown), "next": None, "previous": None, "results": shown})

    def create(self, request: Request) -> HttpResponse:
        """Add one."""
        command = serializers.SavedAddressInput(data=request.data)
        command.is_valid(raise_exception=True)

        def work() -> Any:
            address = add_address(user=caller(request), values=command.validated_data, at=self.arrived_at)
            return serializers.address_shape.to_representation(address)

        return self.answer(request, work)

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Return one."""
        address = Address.objects.of(caller(request)).filter(pk=int(id)).first()
        if address is None:
            raise Http404
        return Response(serializers.address_shape.to_representation(address))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Change one."""
        command = serializers.ChangeAddressInput(data=request.data)
        command.is_valid(raise_exception=True)
        address = change_address(
            user=caller(request), address_id=int(id), changes=command.validated_data, at=self.arrived_at
        )
        return Response(serializers.address_shape.to_representation(address))

    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Delete one."""
        remove_address(user=caller(request), address_id=int(id), at=self.arrived_at)
        return Response(status=204)
