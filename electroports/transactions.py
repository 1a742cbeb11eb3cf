"""Transactions that begin again when others got in their way."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction

from electroports.history import settled

Result = TypeVar("Result")

ATTEMPTS = 4
DEADLOCK = "40P01"  # PostgreSQL, appendix A


class Deadlock(OperationalError):
    """PostgreSQL ended the transaction, since it and others waited for one another."""


def in_transaction(work: Callable[[], Result], *, again_after: tuple[type[Exception], ...] = ()) -> Result:
    """Return what `work` returns, done in a transaction of its own; not to be called inside another one.

    If a deadlock ends it, or `work` raises one of `again_after`, everything is rolled back and begun again, four times
    at most; then that last error (Deadlock, or one of `again_after`) goes to the caller.
    """
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic(), settled():
                return work()
        except again_after as error:
            last: Exception = error
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != DEADLOCK:
                raise
            last = Deadlock(*error.args)
            last.__cause__ = error.__cause__
    raise last
