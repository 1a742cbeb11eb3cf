"""Write the schedules of recurring jobs to the job queue."""

from typing import Any

from django.core.management.base import BaseCommand

from electroports.jobs import write_schedules


class Command(BaseCommand):
    """Runs in the release phase; running it again changes nothing."""

    help = "Write the schedules of recurring jobs (the SCHEDULES setting) to the job queue."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them."""
        self.stdout.write(f"{write_schedules()} schedule(s) in place.")
