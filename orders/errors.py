"""The refusals of orders."""

from collections.abc import Sequence

from electroports.errors import DomainError, FieldError


class PromotionMoved(DomainError):
    """A promotion that was counted on has been taken by others meanwhile."""

    status = 409
    code = "promotion_moved"


class IllegalTransition(DomainError):
    """An order cannot go from the status that it has to the one that was asked for."""

    status = 409
    code = "illegal_transition"


class OrderNotPayable(DomainError):
    """Nothing is to be paid of an order: it is over, or paid already."""

    status = 409
    code = "order_not_payable"


class PaymentInProgress(DomainError):
    """Another payment of the order, or another prompt on the phone, is open."""

    status = 409
    code = "payment_in_progress"


class TooManyPayments(DomainError):
    """An order was tried to be paid too often."""

    status = 409
    code = "too_many_payments"


class RequestInProgress(DomainError):
    """The same request is just being answered."""

    status = 409
    code = "request_in_progress"


class NothingToRefund(DomainError):
    """More is to be given back than came."""

    status = 409
    code = "refund_exceeds_payment"


class PaymentNotOpen(DomainError):
    """What is to be recorded of a payment has been decided already."""

    status = 409
    code = "payment_not_open"


class EmailNotVerified(DomainError):
    """The caller has not shown that their e-mail address is theirs, or has none."""

    status = 409
    code = "email_not_verified"

    def __init__(self) -> None:
        super().__init__("Open the link in the e-mail that you got from us first: it shows that the address is yours.")


class OverCustomerLimit(DomainError):
    """More of a variant is wanted than one customer may buy, over all their orders."""

    status = 409
    code = "over_customer_limit"


class AlreadyDone(DomainError):
    """What is asked for once was asked for before, such as by a form that was sent twice."""

    status = 409
    code = "already_done"


class StillOpen(DomainError):
    """What became of something has to be found out before it can be put away."""

    status = 409
    code = "still_open"


class UnfinishedBusiness(DomainError):
    """Somebody cannot be erased yet: orders, payments or money of theirs are still open."""

    status = 409
    code = "unfinished_business"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Orders or payments are still open. What is left to do is named below.", errors=errors)
