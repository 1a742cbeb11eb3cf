"""The base of every refusal that the shop's own rules make."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import ClassVar, NamedTuple

# The code of a field that names a row which is not there, or not for this caller.
DOES_NOT_EXIST = "does_not_exist"


class FieldError(NamedTuple):
    """One thing that is wrong with one field of a request."""

    field: str | None
    code: str
    message: str


class DomainError(Exception):
    """A request that is well-formed but breaks a rule of the shop.

    Subclasses name the fact (`InsufficientStock`) and fix `status` (the HTTP status) and `code` (stable, for machines).
    `retry_after` is how long to wait where waiting helps.
    One handler renders them all as problem documents. Actions raise them; one catches another's only to say it
    otherwise, to count it or take back what it had done before, or, in a sweep, to go on with the next.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "conflict"

    def __init__(
        self, message: str, *, errors: Sequence[FieldError] = (), retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.errors = list(errors)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """The headers of whatever tells of this: `Retry-After`, in whole seconds, where waiting helps (RFC 9110)."""
        if self.retry_after is None:
            return {}
        return {"Retry-After": str(max(1, ceil(self.retry_after.total_seconds())))}


class InvalidInput(DomainError):
    """A request whose fields are wrong in a way that only the shop's data can tell."""

    status = 400
    code = "invalid"


class NoSuchRow(DomainError):
    """What is asked for is not there, or not for this caller; the answer is the same for both."""

    status = 404
    code = "not_found"

    def __init__(self) -> None:
        super().__init__("Not found.")
