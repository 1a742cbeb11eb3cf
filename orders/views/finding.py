"""Which order a call is about, if the caller may see it."""

from __future__ import annotations

from django.http import Http404
from rest_framework.request import Request

from accounts.models import User
from orders.links import opens
from orders.models import Order


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
    if order is None or (order.user_id is None and not opens(token or "", order)):
        raise Http404
    found: Order = order
    return found
