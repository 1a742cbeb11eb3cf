"""Fill the shop with products."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.actions.draw_pictures import draw_pictures
from catalog.actions.load_demo_reviews import load_demo_reviews
from catalog.actions.scale_catalog import scale_catalog
from catalog.actions.seed_catalog import seed_catalog
from catalog.errors import InvalidCatalogueFile, NothingToModel
from catalog.management.progress import Progress
from catalog.management.readiness import require_tables
from catalog.management.refusals import print_refusal
from catalog.models import Product
from catalog.synthetic import SLUG


def positive(text: str) -> int:
    """Return a number of products from the command line."""
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise ArgumentTypeError("must be at least 1")
    return number


class Command(BaseCommand):
    """`manage.py seed_catalog`: real products from the data files, and synthetic ones by the million."""

    help = (
        "Create the products of catalog/data with their pictures. A shop that has them is left as it is; "
        "run again after an interruption, it goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--reset", action="store_true", help="make these products what the files say again, stock and prices too"
        )
        parser.add_argument(
            "--no-input", action="store_true", help="do not ask before a reset or, outside DEBUG, scaling"
        )
        parser.add_argument("--force", action="store_true", help="allow a reset outside DEBUG")
        parser.add_argument("--no-pictures", action="store_true", help="draw no pictures")
        parser.add_argument(
            "--demo-reviews",
            action=BooleanOptionalAction,
            help="load invented reviews, for a demonstration (by default with DEBUG alone)",
        )
        parser.add_argument("--scale", type=positive, metavar="N", help="also add N synthetic products")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, draw, scale, and say what there is."""
        if options["reset"] and not (settings.DEBUG or options["force"]):
            raise CommandError("A reset overwrites prices and stock. Outside DEBUG it needs --force.")
        require_tables()
        if not options["no_input"]:
            self._confirm(reset=options["reset"], scale=options["scale"])
        self.verbosity = options["verbosity"]
        try:
            report = seed_catalog(reset=options["reset"], at=timezone.now())
            if report.was_seeded:
                self._say("The shop has the products of the data files already; --reset restores them.")
            else:
                self._say(f"Products: {report.created} created, {report.changed} changed.")
            if not options["no_pictures"]:
                self._draw(report.slugs)
            if settings.DEBUG if options["demo_reviews"] is None else options["demo_reviews"]:
                self._review()
            if options["scale"]:
                self._scale(options["scale"])
        except InvalidCatalogueFile as error:
            raise print_refusal(self.stderr, error) from error
        except NothingToModel as error:
            raise CommandError(error.message) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted. What is done stays; run the command again to go on.") from None

    def _say(self, text: str) -> None:
        if self.verbosity:
            self.stdout.write(text)

    def _confirm(self, *, reset: bool, scale: int | None) -> None:
        """Ask before what a shop that sells would not want by accident; raises CommandError without a yes."""
        consequences = ["This overwrites what staff changed of the seeded products."] if reset else []
        if scale and not settings.DEBUG:
            consequences.append(f"This puts {scale:,} synthetic products into the shop window.")
        if not consequences:
            return
        if not sys.stdin.isatty():
            raise CommandError("There is nobody to ask, so nothing was changed. With --no-input nobody is asked.")
        if input(f"{' '.join(consequences)} Type yes to go on: ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")

    def _draw(self, slugs: list[str]) -> None:
        progress = Progress(self.stderr, "pictures", is_quiet=not self.verbosity)
        if drawn := draw_pictures(slugs=slugs, progress=progress.show, clock=timezone.now):
            self._say(f"Pictures: {drawn} drawn.")

    def _review(self) -> None:
        if written := load_demo_reviews(at=timezone.now()):
            self._say(f"Reviews: {written} written, for demonstration.")

    def _scale(self, count: int) -> None:
        progress = Progress(self.stderr, "products", is_quiet=not self.verbosity)
        scale_catalog(count=count, at=timezone.now(), progress=lambda done: progress.show(done, count))
        total = Product.objects.filter(slug__startswith=SLUG).count()
        self._say(f"Synthetic products: {count} added, {total} in all.")
