"""Give the shop its delivery methods, pick-up stations and public holidays."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.management.readiness import require_tables
from electroports.texts import how_many
from orders.actions.load_delivery import load_delivery

FIRST_YEAR, LAST_YEAR = 2000, 2199


class Command(BaseCommand):
    """`manage.py load_delivery`: what the files in orders/data have and the shop has not."""

    help = (
        "Load the delivery methods, pick-up stations and public holidays of orders/data. "
        "What is there, staff's changes too, stays as it is; run again, it adds what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--years", type=int, nargs="+", default=[], metavar="YEAR", help="of the holidays; this one and the next"
        )
        parser.add_argument(
            "--reset", action="store_true", help="make these methods, stations and holidays what the files say again"
        )
        parser.add_argument("--force", action="store_true", help="allow a reset outside DEBUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what there is."""
        if options["reset"] and not (settings.DEBUG or options["force"]):
            raise CommandError("A reset overwrites prices and hours. Outside DEBUG it needs --force.")
        if any(not FIRST_YEAR <= year <= LAST_YEAR for year in options["years"]):
            raise CommandError(f"Give years from {FIRST_YEAR} to {LAST_YEAR}.")
        require_tables()
        loaded = load_delivery(at=timezone.now(), years=options["years"], reset=options["reset"])
        if not any(loaded):
            self.stdout.write("The shop has its delivery already; --reset restores what the files say.")
            return
        self.stdout.write(
            f"Delivery: {how_many(loaded.methods, 'method')}, {how_many(loaded.stations, 'pick-up station')} and "
            f"{how_many(loaded.holidays, 'public holiday')} loaded."
        )
