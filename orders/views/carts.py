"""Carts over HTTP: every call answers with the whole cart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from catalog.connections import Wanted, connections
from catalog.views.reading import fresh_window
from electroports.addresses import ID_PATTERN
from electroports.errors import NoSuchRow
from electroports.idempotency import HEADER as IDEMPOTENCY_HEADER
from electroports.idempotency import REPLAYED, Answer, RequestKey, answer_once, body_digest, read_key, user_caller
from electroports.preconditions import tag_of
from electroports.private import PrivateAnswers
from electroports.query import refuse_unknown, truth_of
from electroports.rendering import dump_json
from orders.actions.add_to_cart import add_to_cart
from orders.actions.change_cart import change_cart
from orders.actions.change_line import change_line
from orders.actions.empty_cart import empty_cart
from orders.actions.merge_carts import merge_carts
from orders.actions.remove_line import remove_line
from orders.basket import WantedItem
from orders.cart_documents import cart_document
from orders.cart_review import review_cart
from orders.carts import HEADER, CartOwner, FilledCart, read_carts
from orders.models import Cart, CartAnswer, CartLine
from orders.schema import carts as schema
from orders.serializers import CartInput, CartLineInput, CartSerializer, ItemInput
from orders.views.finding import cart_owner, expected_cart

MOST_COMPARED = 20  # products, as in /api/compatibility/check
item_input, cart_line_input, cart_input = ItemInput(), CartLineInput(), CartInput()


class TokenMade(Exception):
    """A guest's cart was made in a transaction whose answer was to be kept, where no token may stand."""


class CartCalls(PrivateAnswers, GenericViewSet[Any]):
    """What calls of the cart have in common: who calls, and that the whole cart is the answer."""

    throttle_scope = "cart"
    permission_classes: Any = (AllowAny,)
    serializer_class = CartSerializer

    def write(
        self, request: Request, work: Callable[..., str | None], *, status: int = 200, **arguments: Any
    ) -> HttpResponse:
        """Do `work` on the caller's cart in a transaction, once for an Idempotency-Key, and answer with the cart.

        `work` may return the token of a guest's cart that it has made. Answers that are kept hold none: the token of a
        request with a key was unknown then, and so the key is nobody's, and the request is done without it.
        """
        owner, at, expected = cart_owner(request), timezone.now(), expected_cart(request)
        request_key = cart_key(request, owner) if request.method == "POST" else None
        made: list[str | None] = []

        def change(request_key: RequestKey | None) -> Answer:
            def change_once() -> Answer:
                token = work(owner=owner, at=at, expected=expected, **arguments)
                if token is not None and request_key is not None:
                    raise TokenMade
                made[:] = [token]
                now_owner = owner if token is None else CartOwner(None, token)
                return Answer(status, dump_json(documented(now_owner, read_carts(now_owner)[0], at)))

            return answer_once(CartAnswer, request_key=request_key, at=at, work=change_once)

        try:
            answer = change(request_key)
        except TokenMade:
            answer = change(None)
        return respond(answer, token=made[0] if made else None)


@extend_schema(tags=["cart"])
@extend_schema_view(
    retrieve=extend_schema(**schema.READ),
    partial_update=extend_schema(**schema.CHANGE),
    destroy=extend_schema(**schema.EMPTY),
)
class CartViewSet(CartCalls):
    """The caller's cart."""

    queryset = Cart.objects.none()
    tagged: ClassVar[frozenset[str]] = frozenset({"retrieve", "partial_update", "destroy", "merge"})

    def get_permissions(self) -> list[BasePermission]:
        """Only a customer has a cart to merge into."""
        return [IsAuthenticated()] if self.action == "merge" else [AllowAny()]

    def retrieve(self, request: Request) -> HttpResponse:
        """Return the cart."""
        refuse_unknown(request.query_params, ("compatibility",))
        is_compared = truth_of("compatibility", request.query_params.get("compatibility", "false"))
        document = read_cart(cart_owner(request))
        compatibility = compare(request, document) if is_compared else None
        return respond(Answer(200, dump_json(document)), compatibility=compatibility)

    def partial_update(self, request: Request) -> HttpResponse:
        """Keep a coupon or a delivery with the cart."""
        refuse_unknown(request.query_params, ())
        command = cart_input.run_validation(request.data)
        if "coupon" in command:
            command["coupon"] = command["coupon"] or ""
        return self.write(request, change_cart, changes=command)

    def destroy(self, request: Request) -> HttpResponse:
        """Empty the cart."""
        refuse_unknown(request.query_params, ())
        return self.write(request, empty_cart)

    @extend_schema(**schema.MERGE)
    def merge(self, request: Request) -> HttpResponse:
        """Merge a guest's cart into the customer's."""
        refuse_unknown(request.query_params, ())
        return respond(Answer(200, dump_json(read_cart(cart_owner(request)))))


@extend_schema(tags=["cart"])
@extend_schema_view(
    create=extend_schema(**schema.ADD),
    partial_update=extend_schema(**schema.CHANGE_LINE),
    destroy=extend_schema(**schema.REMOVE_LINE),
)
class CartLineViewSet(CartCalls):
    """The lines of the caller's cart."""

    queryset = CartLine.objects.none()
    lookup_field = "id"
    lookup_value_regex = ID_PATTERN
    tagged: ClassVar[frozenset[str]] = frozenset({"create", "partial_update", "destroy"})

    def create(self, request: Request) -> HttpResponse:
        """Put something into the cart."""
        refuse_unknown(request.query_params, ())
        command = item_input.run_validation(request.data)
        wanted = WantedItem(command.get("product"), command.get("variant"), command["quantity"])
        return self.write(request, add_to_cart, status=201, wanted=wanted)

    def partial_update(self, request: Request, id: str) -> HttpResponse:  # noqa: A002  # the name in the URL
        """Change how many are wanted."""
        refuse_unknown(request.query_params, ())
        owner = cart_owner(request)
        if not CartLine.objects.filter(pk=int(id), cart__in=Cart.objects.of(**owner.keys)).exists():
            raise NoSuchRow  # whatever the body is
        command = cart_line_input.run_validation(request.data)
        return self.write(request, change_line, line_id=int(id), quantity=command["quantity"])

    def destroy(self, request: Request, id: str) -> HttpResponse:  # noqa: A002  # as above
        """Take a line out."""
        refuse_unknown(request.query_params, ())
        return self.write(request, remove_line, line_id=int(id))


def cart_key(request: Request, owner: CartOwner) -> RequestKey | None:
    """Return the identity of a request with an Idempotency-Key; a guest without a token has none. Raises InvalidInput.

    A guest who is nobody yet would share keys with all others, and be answered with somebody's cart.
    """
    key = read_key(request.headers.get(IDEMPOTENCY_HEADER))
    if key is None or owner == CartOwner(None, None):
        return None
    caller = user_caller(owner.user.pk) if owner.user is not None else f"cart:{owner.digest}"
    return RequestKey(caller, request.path[:80], key, body_digest(request.data))


def read_cart(owner: CartOwner) -> dict[str, Any]:
    """Return the caller's cart; a guest's that waits for its customer is merged first."""
    at = timezone.now()
    cart, guests = read_carts(owner)
    if guests is not None:
        merge_carts(owner=owner, at=at)
        cart, _guests = read_carts(owner)
    return documented(owner, cart, at)


def documented(owner: CartOwner, cart: FilledCart, at: datetime) -> dict[str, Any]:
    """Return a cart as it is shown to its owner."""
    return cart_document(review_cart(cart, customer=owner.user, at=at))


def compare(request: Request, document: dict[str, Any]) -> dict[str, Any] | None:
    """Return what of a cart plugs into what, None unless two of its products are listed and have ports."""
    fresh_window(request._request)
    quantities = [Wanted(line["product"], line["quantity"]) for line in document["lines"] if line["unit_price"]]
    unlisted = connections.unlisted(wanted.product_id for wanted in quantities)
    answer = connections.check([wanted for wanted in quantities if wanted.product_id not in unlisted][:MOST_COMPARED])
    return answer if answer["verdict"] is not None else None


def respond(answer: Answer, *, token: str | None = None, compatibility: dict[str, Any] | None = None) -> HttpResponse:
    """Return the response with a cart. Its ETag is that of the cart alone, whatever else is said along with it."""
    body = answer.body
    if token is not None or compatibility is not None:
        body = dump_json({**orjson.loads(body), "token": token, "compatibility": compatibility})
    response = HttpResponse(body, "application/json", answer.status, headers={"ETag": tag_of(answer.body)})
    if token is not None:
        response.headers[HEADER] = token
    if answer.is_replay:
        response.headers[REPLAYED] = "true"
    return response
