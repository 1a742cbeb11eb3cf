"""How much of an order is asked for at once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from catalog.pricing import shown_price
from electroports.errors import FieldError, InvalidInput
from orders.gateways.facts import Gateway, OrderFacts

ONE = Decimal(1)


def amount_to_ask(order: OrderFacts, provider: Gateway, wished: Decimal | None) -> Decimal:
    """Return how much to ask for: what is wished, or else what is due, up to what the provider takes at once.

    Whole shillings where the provider knows no cents, rounded half up. Raises InvalidInput that names `amount`, or
    `provider` if that one does not take such an order at all.
    """
    terms = provider.terms
    most = min(order.due, terms.max_amount) if terms.max_amount is not None else order.due
    if wished is None:
        amount = max(most.quantize(ONE, rounding=ROUND_HALF_UP), ONE) if terms.whole_units else most
        amount = amount.quantize(Decimal("0.01"))
    else:
        amount = wished
        if amount > most:
            raise _wrong("max_value", f"At most {shown_price(most)} can be paid like this.")
        if amount < terms.min_amount:
            raise _wrong("min_value", f"At least {shown_price(terms.min_amount)} has to be paid like this.")
        if terms.whole_units and amount % 1:
            raise _wrong("not_whole", "Only whole shillings can be paid like this.")
    if refusal := provider.refusal(order, amount):
        raise InvalidInput(
            "The order cannot be paid like this.", errors=[FieldError("provider", "provider_not_available", refusal)]
        )
    return amount


def _wrong(code: str, message: str) -> InvalidInput:
    return InvalidInput("The amount cannot be paid like this.", errors=[FieldError("amount", code, message)])
