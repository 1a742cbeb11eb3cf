"""Write the ports of all products to files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.files.writing import write_ports
from catalog.management.readiness import require_tables
from catalog.stored_ports import all_ports
from electroports.texts import how_many


class Command(BaseCommand):
    """`manage.py export_ports FOLDER`: what `import_ports` takes back without changing anything."""

    help = "Write the ports of all products, how they are joined and the power that they share, to three CSV files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", type=Path, help="where ports.csv, port_joins.csv and power_budgets.csv go")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Export, and say of how many products."""
        require_tables()
        products = list(all_ports())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for table, text in write_ports(products).items():
                (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Ports of {how_many(len(products), 'product')} written to {folder}.")
