"""Orders over HTTP: place, quote, list, read, cancel, and their timeline."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from electroports.idempotency import HEADER, REPLAYED, AlreadyAnswered, RequestKey, body_digest, read_key, user_caller
from electroports.pagination import PAGE_NAMES, TimelinePagination
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown
from electroports.rendering import dump_json
from orders.actions.cancel_order import cancel_order
from orders.actions.claim_orders import claim_orders
from orders.actions.merge_carts import merge_carts
from orders.actions.place_order import Once, PlacedOrder, Purchase, place_order
from orders.basket import BasketRequest, WantedItem
from orders.carts import read_carts, wanted_from
from orders.confirmation_pdf import confirmation_pdf
from orders.contacts import contact_of
from orders.delivery_choice import WantedDelivery
from orders.documents import event_document, order_document, quote_document
from orders.idempotency import guest_caller
from orders.links import link_token
from orders.models import Order
from orders.quotes import quote_basket
from orders.schema import orders as schema
from orders.serializers import CancelInput, OrderSerializer, PlaceOrderInput
from orders.views.finding import caller, cart_owner, expected_cart, find_order
from orders.views.payments import PaymentCalls

# Building a serializer takes longer than validating with it; one does for all requests, for it keeps nothing of them.
place_order_input = PlaceOrderInput()
# Which limit of calls an action counts for.
SCOPES = {
    "create": "orders",
    "create_by_name": "orders",
    "begin_payment": "payments",
    "confirmation": "documents",
}


@extend_schema(tags=["orders"])
@extend_schema_view(
    list=extend_schema(**schema.LIST),
    retrieve=extend_schema(**schema.READ),
    create=extend_schema(**schema.PLACE),
)
class OrderViewSet(PaymentCalls, PrivateAnswers, GenericViewSet[Order]):
    """What a customer can do with orders: their own, or, with its link token, one that was placed as a guest."""

    queryset = Order.objects.none()
    serializer_class = OrderSerializer
    lookup_field = "id"
    lookup_value_regex = r"[A-Za-z0-9][A-Za-z0-9-]*"

    @property
    def throttle_scope(self) -> str:
        """Placing orders and paying have limits of their own, and so has what takes long: a document."""
        return SCOPES.get(self.action, "default")

    def get_permissions(self) -> list[BasePermission]:
        """Only the list, and what puts orders into it, need an account."""
        return [IsAuthenticated()] if self.action in ("list", "claim") else [AllowAny()]

    def list(self, request: Request) -> Response:
        """Return a page of the caller's orders."""
        refuse_unknown(request.query_params, PAGE_NAMES)
        page: Any = self.paginate_queryset(Order.objects.visible_to(request.user).with_lines())
        return self.get_paginated_response([whole_document(order) for order in page])

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Return one order."""
        refuse_unknown(request.query_params, ("token",))
        return Response(whole_document(find_order(request, id)))

    def create(self, request: Request) -> HttpResponse:
        """Place an order."""
        refuse_unknown(request.query_params, ())
        command = read_command(request)
        purchase = to_purchase(request, command)
        once = to_once(request, purchase)
        try:
            placed = place_order(purchase=purchase, at=timezone.now(), once=once)
        except AlreadyAnswered as earlier:
            record = earlier.record
            return HttpResponse(bytes(record.body), "application/json", record.status, headers={REPLAYED: "true"})
        return HttpResponse(render_placed(placed), "application/json", 201)

    @extend_schema(**schema.PLACE)
    @action(detail=False, methods=["post"], url_path="create", url_name="create")
    def create_by_name(self, request: Request) -> HttpResponse:
        """Place an order: the same as POST to the list."""
        return self.create(request)

    @extend_schema(**schema.QUOTE)
    @action(detail=False, methods=["post"])
    def quote(self, request: Request) -> Response:
        """Price and check what would be ordered."""
        refuse_unknown(request.query_params, ())
        command = read_command(request)
        basket = quote_basket(to_basket_request(request, command))
        return Response(quote_document(basket, settings.CURRENCY))

    @extend_schema(**schema.CLAIM)
    @action(detail=False, methods=["post"])
    def claim(self, request: Request) -> Response:
        """Take what the caller ordered as a guest into their account."""
        refuse_unknown(request.query_params, ())
        claimed = claim_orders(user=cast("User", request.user), at=timezone.now())
        return Response({"claimed": claimed})

    @extend_schema(**schema.CANCEL)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:  # noqa: A002  # as above
        """Call an order off."""
        refuse_unknown(request.query_params, ("token",))
        order = find_order(request, id)
        command = CancelInput(data=request.data)
        command.is_valid(raise_exception=True)
        reason = command.validated_data.get("reason", "")
        cancel_order(order=order, acting_user=caller(request), reason=reason, at=timezone.now())
        return Response(whole_document(Order.objects.with_lines().get(pk=order.pk)))

    @extend_schema(**schema.CONFIRMATION)
    @action(detail=True)
    def confirmation(self, request: Request, id: str) -> HttpResponse:  # noqa: A002  # as above
        """Return an order as a document."""
        refuse_unknown(request.query_params, ("token",))
        order = find_order(request, id)
        headers = {"Content-Disposition": f'inline; filename="{order.number}.pdf"'}
        return HttpResponse(confirmation_pdf(order), "application/pdf", headers=headers)

    @extend_schema(**schema.EVENTS)
    @action(detail=True, pagination_class=TimelinePagination)
    def events(self, request: Request, id: str) -> Response:  # noqa: A002  # as above
        """Return a page of an order's timeline."""
        refuse_unknown(request.query_params, ("token", *PAGE_NAMES))
        order = find_order(request, id)
        page: Any = self.paginate_queryset(order.events.all())
        return self.get_paginated_response([event_document(event) for event in page])


def whole_document(order: Order) -> dict[str, Any]:
    """Return an order with all that belongs to it."""
    return order_document(order, order.lines.all(), order.events.all())


def render_placed(placed: PlacedOrder) -> bytes:
    """Return the answer to whoever placed this order; a guest's holds the token of its link."""
    document = order_document(*placed)
    if placed.order.user_id is None:
        document["token"] = link_token(placed.order)
    return dump_json(document)


def read_command(request: Request) -> dict[str, Any]:
    """Return the validated body of an order or a quote; raises ValidationError."""
    command: dict[str, Any] = place_order_input.run_validation(request.data)
    return command


def to_wanted(command: dict[str, Any]) -> list[WantedItem]:
    """Return the items of a validated body."""
    return [WantedItem(item.get("product"), item.get("variant"), item["quantity"]) for item in command.get("items", ())]


def to_coupons(command: dict[str, Any]) -> list[str]:
    """Return the coupon of a validated body, if it has one."""
    return [command["coupon"]] if "coupon" in command else []


def to_delivery(command: dict[str, Any], *, is_estimate: bool = False) -> WantedDelivery | None:
    """Return the delivery that a validated body asks for, if it does."""
    delivery, address = command.get("delivery"), command.get("address")
    if delivery is None:
        return None
    return WantedDelivery(**delivery, address_county=address["county"] if address else "", is_estimate=is_estimate)


def to_basket_request(request: Request, command: dict[str, Any]) -> BasketRequest:
    """Return what a quote depends on; a guest need not say who they are."""
    contact = command.get("contact", {})
    owner = cart_owner(request)
    wanted, coupons = to_wanted(command), to_coupons(command)
    if "cart" in command:
        merge_carts(owner=owner, at=timezone.now())
        cart, _guests = read_carts(owner)
        wanted = wanted_from((item.variant_id, item.quantity) for item in cart.items)
        coupons = coupons or cart.coupons
    return BasketRequest(
        wanted=wanted,
        at=timezone.now(),
        customer=caller(request),
        email=contact.get("email", ""),
        phone=contact.get("phone", ""),
        coupons=coupons,
        delivery=to_delivery(command, is_estimate=True),
    )


def to_purchase(request: Request, command: dict[str, Any]) -> Purchase:
    """Return what the caller wants to buy; raises InvalidInput for a guest who cannot be reached."""
    address = command.get("address")
    owner, expected = cart_owner(request), expected_cart(request)
    return Purchase(
        wanted=to_wanted(command),
        contact=contact_of(caller(request), command.get("contact", {})),
        address=dict.fromkeys(("street", "landmark"), "") | address if address else None,
        note=command.get("note", ""),
        acting_user=caller(request),
        coupons=to_coupons(command),
        cart=owner if "cart" in command else None,
        expected_cart=expected,
        delivery=to_delivery(command),
    )


def to_once(request: Request, purchase: Purchase) -> Once | None:
    """Return the identity of the request if it carries an Idempotency-Key; raises InvalidInput."""
    key = read_key(request.headers.get(HEADER))
    if key is None:
        return None
    user = purchase.acting_user
    scope = user_caller(user.pk) if user is not None else guest_caller(purchase.contact, key=key)
    return Once(RequestKey(scope, "orders.create", key, body_digest(request.data)), render_placed)
