"""Delete carts of guests who do not come back."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from orders.actions.sweep_carts import sweep_carts


class Command(BaseCommand):
    """What the scheduled job does, once and by hand; running it while the job runs does no harm."""

    help = "Delete the carts of guests that were not changed for CART_GUEST_DAYS, and empty ones after a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once."""
        self.stdout.write(f"{sweep_carts(at=timezone.now())} cart(s) deleted.")
