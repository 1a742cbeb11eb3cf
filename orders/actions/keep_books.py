"""Write what the ledger means onto the order's row."""

from __future__ import annotations

from orders.models import Order
from orders.money import books_of


def keep_books(*, order: Order) -> None:
    """Write the sums, the payment status and what is owed back of a locked order whose sums were just changed."""
    books = books_of(order)
    order.payment_status, order.owed = books.status, books.owed
    order.save(update_fields=["paid", "repaid", "written_off", "payment_status", "owed"])
