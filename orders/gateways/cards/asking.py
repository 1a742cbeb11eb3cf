"""How asking Stripe can end without an answer. Apart from its library, which is imported late."""

from __future__ import annotations

from typing import Any, Protocol

from orders.gateways.facts import Reason

Body = dict[str, Any]


class NotTaken(Exception):
    """Stripe turned the request down."""

    def __init__(self, reason: Reason, detail: str, code: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.code = code


class NoAnswer(Exception):
    """The request may have been taken on or not. `status` is that of the answer, 0 if there was none."""

    def __init__(self, detail: str, status: int = 0) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status


class Client(Protocol):
    """What the gateway asks of Stripe."""

    def create_intent(self, body: Body, *, key: str) -> Body:
        """Create a PaymentIntent, once per key."""

    def intent(self, known: str) -> Body:
        """Return a PaymentIntent as it is now."""

    def cancel_intent(self, known: str) -> Body:
        """Call a PaymentIntent off."""

    def create_refund(self, body: Body, *, key: str) -> Body:
        """Give money back, once per key."""

    def refund(self, known: str) -> Body:
        """Return a refund as it is now."""

    def listed(self, kind: str, most: int, **filters: Any) -> list[Body]:
        """Return what there is of a kind, the newest first, at most so many."""
