"""Bring the ports of products in from files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.actions.import_ports import import_ports
from catalog.errors import InvalidCatalogueFile
from catalog.files.ports import read_ports
from catalog.management.readiness import require_tables
from catalog.management.refusals import importer, print_refusal
from electroports.history import record_event


class Command(BaseCommand):
    """`manage.py import_ports FOLDER`: all or nothing."""

    help = (
        "Replace the ports of the products that ports.csv names, with port_joins.csv and power_budgets.csv where they "
        "are there: all of it, or, if anything is wrong, nothing. Other products keep theirs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", type=Path, help="where the files are")
        parser.add_argument("--user", help="the member of staff who imports; the audit trail names them")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")

    def handle(self, *args: Any, folder: Path, dry_run: bool, **options: Any) -> None:
        """Import, and print what that came to."""
        require_tables()
        try:
            ports = (folder / "ports.csv").read_bytes()
            joins, budgets = (
                path.read_bytes() if (path := folder / f"{table}.csv").exists() else None
                for table in ("port_joins", "power_budgets")
            )
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        user = importer(options.get("user"))
        try:
            rows = read_ports([ports], joins, budgets)
            changed = import_ports(rows=rows, acting_user=user, at=timezone.now(), dry_run=dry_run)
        except InvalidCatalogueFile as error:
            raise print_refusal(self.stderr, error) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Nothing was written.") from None
        if not dry_run and user is None:
            record_event(acting_user=None, action="ran", message=f"import_ports {folder.name}")
        if options["verbosity"] > 1:
            for slug in changed:
                self.stdout.write(f"changed: {slug}")
        self.stdout.write(f"Ports of products: {len(changed)} changed, {len(rows) - len(changed)} unchanged.")
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
