"""Link tokens: what lets a guest, who has no account, come back to the one order that they placed."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from orders.models import Order


def link_token(order: Order) -> str:
    """Return the token of a guest's order: a signature of its number that is good for nothing else."""
    return _signer().signature(order.number)


def opens(token: str, order: Order) -> bool:
    """Tell whether `token` is this guest order's; compares in constant time. Other orders have no token."""
    if not order.is_guests:
        return False
    try:
        signer = _signer()
        signer.unsign(f"{order.number}{signer.sep}{token}")
    except BadSignature:
        return False
    return True


def order_url(order: Order) -> str:
    """Return where whoever ordered reads the order: in the shop's frontend, or, as a guest, at the API.

    Nothing for an account where there is no frontend: a browser cannot sign in at the API.
    """
    query = f"?token={link_token(order)}" if order.is_guests else ""
    if settings.SHOP_URL:
        return f"{settings.SHOP_URL}/orders/{order.number}{query}"
    if order.is_guests:
        return settings.PUBLIC_URL + reverse("order-detail", args=[order.number]) + query
    return ""


def _signer() -> Signer:
    """Return what signs with SECRET_KEY, and knows what SECRET_KEY_FALLBACKS signed."""
    return Signer(salt="orders.link")
