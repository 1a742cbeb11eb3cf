"""The transaction in which money is entered: it is kept, whatever becomes of its order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from catalog.errors import StockMoved
from electroports.transactions import Deadlock, in_transaction

Result = TypeVar("Result")


def enter_money(*, work: Callable[..., Result]) -> Result:
    """Return what `work(may_revive=True)` returns, done in a transaction of its own.

    The units of an order that ran out go to whoever is quicker. Where that was somebody else each time, what was done
    is rolled back and done as `work(may_revive=False)`: the money is in the ledger, and owed.
    """
    try:
        return in_transaction(partial(work, may_revive=True), again_after=(StockMoved,))
    except (StockMoved, Deadlock):
        return in_transaction(partial(work, may_revive=False))
