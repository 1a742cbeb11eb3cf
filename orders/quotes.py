"""What an order would cost, and whether it could be placed: what placing one checks, and nothing is written."""

from __future__ import annotations

from orders.basket import Basket, BasketRequest, fill_basket, plan_basket
from orders.customer_limits import customer_of, refuse_over_limit, wanted_of


def quote_basket(request: BasketRequest) -> Basket:
    """Return the basket at the prices of now; raises InvalidInput, OverCustomerLimit and InsufficientStock.

    A coupon that does not apply is told in the price: only an order is refused for it.
    """
    basket = fill_basket(request)
    customer = customer_of(request.customer, {"email": request.email, "phone": request.phone})
    refuse_over_limit(wanted_of(basket), customer=customer)
    plan_basket(basket)
    return basket
