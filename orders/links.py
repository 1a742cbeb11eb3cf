"""Link tokens: what lets a guest, who has no account, come back to the one order that they placed."""

from django.core.signing import BadSignature, Signer

from orders.models import Order

signer = Signer(salt="orders.link")


def link_token(order: Order) -> str:
    """Return the token of a guest's order: a signature of its number that is good for nothing else."""
    return signer.signature(order.number)


def opens(token: str, order: Order) -> bool:
    """Tell whether `token` is this guest order's; compares in constant time. Orders of accounts have no token."""
    if order.user_id is not None:
        return False
    try:
        signer.unsign(f"{order.number}{signer.sep}{token}")
    except BadSignature:
        return False
    return True
