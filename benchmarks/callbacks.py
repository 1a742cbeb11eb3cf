"""How many callbacks a second one worker acts upon, each confirmed by asking a Daraja on this machine.

Runs as a process of its own (`python -m benchmarks.callbacks`), with the settings of the shop under test.
"""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "electroports.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from orders.actions.begin_payment import PaymentWish, begin_payment  # noqa: E402
from orders.actions.place_order import Purchase, place_order  # noqa: E402
from orders.actions.process_message import process_message  # noqa: E402
from orders.actions.receive_message import receive_message  # noqa: E402
from orders.basket import WantedItem  # noqa: E402
from orders.gateways.facts import MessageKind  # noqa: E402
from orders.models import Order, ProviderMessage  # noqa: E402
from tests.fakes.daraja import FakeDaraja  # noqa: E402


def pending_order(variant_id: int, number: int) -> Order:
    """Place an order of one unit."""
    purchase = Purchase(
        wanted=[WantedItem(None, variant_id, 1)],
        contact={"name": "", "email": f"payer{number}@example.com", "phone": f"+2547{number:08}"},
        address=None,
        note="",
        acting_user=None,
    )
    return place_order(purchase=purchase, at=timezone.now()).order


def main() -> None:
    """Begin payments, have their callbacks stored, and print how many a second are acted upon."""
    parser = ArgumentParser()
    parser.add_argument("--variant", type=int, required=True)
    parser.add_argument("--payments", type=int, default=200)
    options = parser.parse_args()

    def store(url: str, message: bytes) -> tuple[int, bytes]:
        reference = url.rsplit("/", 2)[1]
        receive_message(
            provider="mpesa", kind=MessageKind.PAYMENT, reference=reference, body=message, at=timezone.now()
        )
        return 200, b"{}"

    with FakeDaraja(deliver=store) as daraja:
        settings.MPESA_BASE_URL = daraja.base_url
        for number in range(options.payments):
            order = pending_order(options.variant, number)
            begin_payment(order=order, wish=PaymentWish("mpesa"), acting_user=None, at=timezone.now())
        others = set(ProviderMessage.objects.values_list("pk", flat=True))  # of those who measured before
        daraja.act()
        messages = [pk for pk in ProviderMessage.objects.values_list("pk", flat=True) if pk not in others]
        started = time.perf_counter()
        for pk in messages:
            process_message(message_id=pk, at=timezone.now())
        taken = time.perf_counter() - started
    paid = Order.objects.filter(payment_status="paid").count()
    if not paid == len(messages) == options.payments:
        raise RuntimeError(f"{paid} of {options.payments} paid")
    print(len(messages) / taken)


if __name__ == "__main__":
    main()
