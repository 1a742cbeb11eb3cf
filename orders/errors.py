"""The refusals of orders."""

from electroports.errors import DomainError


class IllegalTransition(DomainError):
    """An order cannot go from the status that it has to the one that was asked for."""

    status = 409
    code = "illegal_transition"


class IdempotencyKeyReused(DomainError):
    """An Idempotency-Key came a second time, with another body (draft-ietf-httpapi-idempotency-key-header)."""

    status = 422
    code = "idempotency_key_reused"
