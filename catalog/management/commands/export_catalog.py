"""Write the catalogue to a file."""

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.files import write_products
from catalog.models import Category
from catalog.stored import product_rows
from electroports.texts import how_many


class Command(BaseCommand):
    """`manage.py export_catalog FILE`: what `import_catalog` takes back without changing anything."""

    help = "Write all products, published or not, to a CSV file; inactive variants are left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", help="the CSV file to write; - for standard output")
        parser.add_argument("--category", metavar="SLUG", help="only the products of this category and those below")

    def handle(self, *args: Any, file: str, category: str | None, **options: Any) -> None:
        """Export, and say how many products that were."""
        category_ids = None
        if category is not None:
            found = Category.objects.filter(slug=category).first()
            if found is None:
                raise CommandError(f"There is no category {category}.")
            category_ids = Category.objects.subtree_ids(found.pk)
        pieces = write_products(product_rows(category_ids=category_ids))
        if file == "-":
            pour_out(pieces)
            return
        try:
            written = write_whole(Path(file), pieces)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{how_many(written - 1, 'product')} written to {file}.")


def pour_out(pieces: Iterable[str]) -> None:
    """Write to standard output. If its reader has had enough, end without a word, as a program that SIGPIPE ends."""
    try:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is buffered would fail again at the exit. Source: Python's documentation of `signal`, note on SIGPIPE.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)


def write_whole(path: Path, pieces: Iterable[str]) -> int:
    """Write a file piece by piece, and put it in its place when it is whole; return how many pieces there were."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    count = 0
    try:
        with beside.open("w", encoding="utf-8", newline="") as target:
            for piece in pieces:
                target.write(piece)
                count += 1
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count
