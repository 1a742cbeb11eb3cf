"""Bring products in from a catalogue file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.actions.import_catalog import ImportReport, import_catalog
from catalog.errors import InvalidCatalogueFile
from catalog.files import read_rows
from catalog.management.progress import Progress
from catalog.management.readiness import require_tables
from catalog.management.refusals import importer, print_refusal
from electroports.history import record_event


class Command(BaseCommand):
    """`manage.py import_catalog FILE`: all or nothing, and every bad row is named."""

    help = "Create and change products from a CSV file: all of it, or, if any row is bad, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", help="the CSV file; - for standard input")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--user", help="the member of staff who imports; the audit trail names them")
        parser.add_argument(
            "--create-missing", action="store_true", help="create brands and categories that are not there yet"
        )

    def handle(self, *args: Any, file: str, dry_run: bool, create_missing: bool, **options: Any) -> None:
        """Import, and print what that came to."""
        require_tables()
        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        user = importer(options.get("user"))
        progress = Progress(self.stderr, "products", is_quiet=not options["verbosity"])
        try:
            report = import_catalog(
                rows=read_rows(data),
                dry_run=dry_run,
                create_missing=create_missing,
                acting_user=user,
                at=timezone.now(),
                progress=progress.show,
            )
        except InvalidCatalogueFile as error:
            raise print_refusal(self.stderr, error) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Nothing was written.") from None
        if not dry_run and user is None:
            record_event(acting_user=None, action="ran", message=f"import_catalog {Path(file).name}")
        self._print(report, dry_run=dry_run, details=options["verbosity"] > 1)

    def _print(self, report: ImportReport, *, dry_run: bool, details: bool) -> None:
        for what, names in (("brands", report.brands), ("categories", report.categories)):
            if names:
                self.stdout.write(f"New {what}: {', '.join(names)}")
        if details:
            for word, slugs in (("created", report.created), ("changed", report.changed)):
                for slug in slugs:
                    self.stdout.write(f"{word}: {slug}")
        for what, counts in (("Products", report.products), ("Variants", report.variants)):
            dropped = f", {report.deactivated} deactivated" if what == "Variants" else ""
            self.stdout.write(
                f"{what}: {counts.created} created, {counts.changed} changed, {counts.unchanged} unchanged{dropped}."
            )
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
