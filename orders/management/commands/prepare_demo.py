"""Make a developer's machine ready to show the shop, in one process because starting one takes a second."""

import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.actions.make_demo_coupon import make_demo_coupon


class Command(BaseCommand):
    """`make serve` runs this before the server. Each step leaves alone what is there."""

    help = "Migrate, seed the catalogue, load delivery, make a coupon, demo staff and schedules (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to announce."""
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the steps."""
        if not settings.DEBUG:
            raise CommandError("This makes a demonstration account: it runs with DEBUG=true only.")
        refuse_taken(options["address"])
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("seed_catalog", stdout=self.stdout, stderr=self.stderr)
        call_command("load_delivery", stdout=self.stdout)
        self.stdout.write(f"Coupon to try: {make_demo_coupon().code}")
        call_command("sync_schedules", stdout=self.stdout)
        call_command("create_demo_staff", stdout=self.stdout)
        self.stdout.write(
            "Mail and text messages are printed here, with their links and codes, unless variables say otherwise."
        )
        self.stdout.write(self.style.SUCCESS(f"\nElectroPorts & Pins is on {options['address']}\n"))


def refuse_taken(address: str) -> None:
    """Raise CommandError if somebody serves at `address` already: the server would share the port with them."""
    place = urlsplit(address)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.hostname, place.port))
        except OSError as error:
            raise CommandError(f"{address} is taken: {error.strerror}. Another port: make serve PORT=9000") from error
