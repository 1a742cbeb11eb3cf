"""Make a developer's machine ready to show the shop, in one process because starting one takes a second."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """`make serve` runs this before the server. Each step leaves alone what is there."""

    help = "Migrate, seed the catalogue, make the demo staff account and the schedules (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to announce."""
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the steps."""
        if not settings.DEBUG:
            raise CommandError("This makes a demonstration account: it runs with DEBUG=true only.")
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("seed_catalog", stdout=self.stdout, stderr=self.stderr)
        call_command("sync_schedules", stdout=self.stdout)
        call_command("create_demo_staff", stdout=self.stdout)
        self.stdout.write(self.style.SUCCESS(f"\nElectroPorts & Pins is on {options['address']}\n"))
