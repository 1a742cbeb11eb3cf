"""Which order or cart a call is about, if the caller may see it."""

from __future__ import annotations

import re

from django.http import Http404
from rest_framework.request import Request

from accounts.models import User
from electroports.errors import FieldError, InvalidInput
from electroports.preconditions import HEADER as IF_MATCH
from electroports.preconditions import Precondition, read_optional_if_match
from orders.carts import HEADER, CartOwner
from orders.links import opens
from orders.models import CART_TOKEN_PATTERN, Order


def caller(request: Request) -> User | None:
    """Return who is calling, None for a guest."""
    return request.user if request.user.is_authenticated else None


def find_order(request: Request, id_or_number: str) -> Order:
    """Return the order if the caller may see it; raises Http404, whatever the reason."""
    token = request.query_params.get("token")
    orders = Order.objects.visible_to(request.user)
    if token is not None:
        orders |= Order.objects.of_guests()
    order = orders.addressed_as(id_or_number).first()
    if order is None:
        raise Http404
    is_own = order.user_id is not None and order.user_id == request.user.pk
    if not (is_own or opens(token or "", order)):
        raise Http404
    found: Order = order
    return found


def cart_owner(request: Request) -> CartOwner:
    """Return whose cart a request is about; raises InvalidInput for a token that cannot be one."""
    token = request.headers.get(HEADER)
    if token is not None and not re.fullmatch(CART_TOKEN_PATTERN, token):
        message = "Send the token as it was received, or leave the header out."
        raise InvalidInput("That is no token of a cart.", errors=[FieldError(HEADER, "invalid", message)])
    return CartOwner(caller(request), token)


def expected_cart(request: Request) -> Precondition:
    """Return which version of the cart the caller has seen, if they say so; raises InvalidInput."""
    return read_optional_if_match(request.headers.get(IF_MATCH))
