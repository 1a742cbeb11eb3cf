"""Headers that name a cart, and the version of it that the caller has seen."""

from drf_spectacular.utils import OpenApiParameter

from electroports.openapi import IF_MATCH
from electroports.preconditions import HEADER as IF_MATCH_HEADER
from orders.carts import HEADER
from orders.models import CART_TOKEN_PATTERN

CART_TOKEN = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{CART_TOKEN_PATTERN}$"},
    OpenApiParameter.HEADER,
    description="A guest's token, from the answer to the first write. One that opens nothing is as none. With an "
    "access token, the guest's cart is merged into the customer's.",
)
IF_MATCH_TOO = OpenApiParameter(
    IF_MATCH_HEADER,
    IF_MATCH["schema"],
    OpenApiParameter.HEADER,
    description="The ETag of the cart as it was shown: if it is another now, 412 comes back and nothing changes. "
    "Without it the change goes through.",
)
