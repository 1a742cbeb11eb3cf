"""Send what customers are to be told."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from orders.actions.send_messages import send_messages


class Command(BaseCommand):
    """What the scheduled job does, once and by hand; running it while the job runs does no harm."""

    help = "Send the e-mails and SMS about orders whose turn it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take one batch of each channel in hand."""
        self.stdout.write(f"{send_messages(at=timezone.now())} message(s) taken in hand.")
