"""Give back the stock of orders that were not paid in time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from orders.actions.expire_orders import expire_orders


class Command(BaseCommand):
    """What the scheduled job does, once and by hand; running it while the job runs does no harm."""

    help = "Expire unpaid orders whose hold on stock is over, and give the stock back."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once."""
        self.stdout.write(f"{expire_orders(at=timezone.now())} order(s) expired.")
