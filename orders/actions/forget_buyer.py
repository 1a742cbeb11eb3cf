"""Take a person out of what they bought."""

from __future__ import annotations

from accounts.actions.forget_entries import forget_entries
from electroports.history import entries_about
from electroports.jobs import enqueue
from electroports.personal import Person, erase_rows
from orders.models import Order, Payment, Refund
from orders.personal import HOLDINGS, orders_of, payments_of, refunds_of


def forget_buyer(*, person: Person) -> None:
    """Delete carts, messages and stored answers of a person, and make anonymous what the books need.

    Of an order there stay number, dates, lines, amounts, promotions, how it was delivered, payments and ledger with the
    providers' receipts, as section 23 of the Tax Procedures Act 2015 asks. Contact, address, notes, phones, payers,
    free texts, what providers sent and the digests by which a guest is known again go; slips are deleted by a job that
    follows. To be called in a transaction that has the orders locked. Doing it again changes nothing.
    """
    documents = list(payments_of(person).exclude(document="").order_by("pk").values_list("pk", flat=True))
    for model, rows in ((Order, orders_of(person)), (Payment, payments_of(person)), (Refund, refunds_of(person))):
        keys = list(rows.order_by().values_list("pk", flat=True))
        entries_about(model, keys).update(change_message="")
        forget_entries(model=model, keys=keys)
    erase_rows(HOLDINGS, person)
    if documents:
        enqueue("orders.tasks.delete_documents", documents)
