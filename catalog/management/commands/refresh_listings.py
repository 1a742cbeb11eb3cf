"""Rewrite the shop window."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from catalog.actions.refresh_all_listings import refresh_all_listings
from catalog.management.progress import Progress
from catalog.models import Product
from electroports.texts import how_many


class Command(BaseCommand):
    """`manage.py refresh_listings`: part of every release, and idle unless something calls for it."""

    help = "Rewrite all listings if the code or a setting that they depend on (VAT, currency, low stock) has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--all", action="store_true", help="rewrite them in any case")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refresh, and say how much there was to do."""
        progress = Progress(self.stderr, "products", is_quiet=not options["verbosity"])
        total = Product.objects.count()
        done = refresh_all_listings(
            always=options["all"],
            progress=lambda done: progress.show(done, max(done, total)),
            clock=timezone.now,
        )
        self.stdout.write("The listings are up to date." if done is None else f"{how_many(done, 'product')} refreshed.")
