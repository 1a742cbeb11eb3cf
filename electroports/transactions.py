"""Transactions that begin again when others got in their way, and one that reads as of one moment."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

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


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Have all that is read in the block be as of one moment, whatever others write meanwhile; for reading alone.

    On PostgreSQL each statement would else see what was committed before it. On SQLite a transaction that may write
    (electroports/databases.py) would hold up all writers; one that is deferred reads what there was at its first query,
    and holds up nobody. Inside another transaction nothing is changed: what is read is as it is there.
    """
    database: Any = transaction.get_connection()
    if database.in_atomic_block:
        yield
        return
    with ExitStack() as stack:
        if database.vendor == "sqlite":
            database.ensure_connection()
            stack.callback(setattr, database, "transaction_mode", database.transaction_mode)
            database.transaction_mode = "DEFERRED"
        stack.enter_context(transaction.atomic())
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
