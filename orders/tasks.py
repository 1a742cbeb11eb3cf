"""Jobs of orders, run by the worker on a schedule; each may run twice, and at the same time, without harm."""

from datetime import timedelta

from django.utils import timezone

from electroports.jobs import enqueue
from electroports.outbox import BATCH
from orders.actions import check_payments as check
from orders.actions import check_refunds as refunds
from orders.actions import count_pairs as count
from orders.actions import delete_documents as documents
from orders.actions import expire_orders as expire
from orders.actions import forget_guests as guests
from orders.actions import forget_keys as forget
from orders.actions import forget_order_messages as old_outbox
from orders.actions import forget_provider_messages as old_messages
from orders.actions import load_holidays as holidays
from orders.actions import process_message as message
from orders.actions import process_messages as messages
from orders.actions import reconcile_payments as reconcile
from orders.actions import send_messages as outbox
from orders.actions import send_refund as refund
from orders.actions import sweep_carts as sweep
from orders.actions import wind_up_order as wind_up
from orders.gateways.registry import enabled_providers


def expire_orders() -> int:
    """Give back the stock of orders that were not paid in time; return how many there were."""
    return expire.expire_orders(at=timezone.now())


def load_holidays() -> int:
    """Write the public holidays of a year that has none yet, this one or the next; return how many there were."""
    return holidays.load_holidays(at=timezone.now())


def forget_idempotency_keys() -> int:
    """Delete stored answers that are too old to be replayed; return how many there were."""
    return forget.forget_keys(at=timezone.now())


def sweep_carts() -> int:
    """Delete carts of guests who do not come back; return how many there were."""
    return sweep.sweep_carts(at=timezone.now())


def count_pairs() -> int:
    """Tell the catalogue what was bought together since; return how many entries of timelines were read.

    Of many, a next job reads the rest.
    """
    read = count.count_pairs(at=timezone.now())
    if read == count.BATCH:
        enqueue("orders.tasks.count_pairs")
    return read


def process_message(message_id: int) -> bool:
    """Act upon what a provider sent."""
    return message.process_message(message_id=message_id, at=timezone.now())


def process_messages() -> int:
    """Act upon what providers sent and nobody has acted upon yet; return how many messages."""
    return messages.process_messages(at=timezone.now())


def forget_messages() -> int:
    """Delete what providers sent long ago; return how many messages."""
    return old_messages.forget_provider_messages(at=timezone.now())


def forget_guests() -> int:
    """Take guests out of orders that are older than the shop needs them for; return how many orders."""
    return guests.forget_guests(at=timezone.now())


def check_payments() -> int:
    """Ask providers what became of payments; return of how many."""
    return check.check_payments(at=timezone.now())


def send_refund(refund_id: int) -> bool:
    """Ask the provider to give a refund back."""
    return refund.send_refund(refund_id=refund_id, at=timezone.now())


def check_refunds() -> int:
    """Send refunds that were not, and ask what became of those that were; return how many."""
    return refunds.check_refunds(at=timezone.now())


def wind_up_order(order_id: int) -> None:
    """Call open payments of an order that is over off, and have what was paid given back."""
    wind_up.wind_up_order(order_id=order_id, at=timezone.now())


def reconcile_payments() -> int:
    """Have the ledger compared with the books of each provider, in a job of its own; return how many there are."""
    providers = enabled_providers()
    for provider in providers:
        enqueue("orders.tasks.reconcile_provider", provider)
    return len(providers)


def reconcile_provider(provider: str) -> int:
    """Compare the ledger of the last two days with the books of a provider; return how many differences there are."""
    at = timezone.now()
    found = reconcile.reconcile_payments(
        provider=provider, since=at - timedelta(days=2), until=at, at=at, seconds=reconcile.ASK_SECONDS
    )
    return found.differences if found is not None else 0


def send_messages() -> int:
    """Send what customers are to be told, and have a next job send the rest; return how many these were."""
    sent = outbox.send_messages(at=timezone.now())
    if sent >= BATCH:
        enqueue("orders.tasks.send_messages")
    return sent


def sweep_messages() -> int:
    """Send what waits, and forget what was sent long ago; return how many were sent or tried."""
    old_outbox.forget_order_messages(at=timezone.now())
    return send_messages()


def delete_documents(payment_ids: list[int]) -> int:
    """Delete proofs of the payments of somebody who was erased; return how many there were."""
    return documents.delete_documents(payment_ids=payment_ids)
