"""The refusals of orders."""

from electroports.errors import DomainError


class IllegalTransition(DomainError):
    """An order cannot go from the status that it has to the one that was asked for."""

    status = 409
    code = "illegal_transition"
