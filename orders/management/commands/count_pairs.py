"""Count which products are bought together."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orders.actions.count_pairs import count_pairs, recount_pairs


class Command(BaseCommand):
    """What the scheduled job does, by hand, or all of it anew; running it while the job runs does no harm."""

    help = "Count which products are bought together: what is new in the timelines of orders, or all of it anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --anew."""
        parser.add_argument("--anew", action="store_true", help="Forget what was counted, and count all orders.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count."""
        at = timezone.now()
        read = recount_pairs(at=at) if options["anew"] else 0
        while found := count_pairs(at=at):
            read += found
        self.stdout.write(f"{read} entries of timelines counted.")
