"""How commands print a refused catalogue file."""

from __future__ import annotations

from django.core.management.base import CommandError, OutputWrapper

from catalog.errors import InvalidCatalogueFile


def print_refusal(stderr: OutputWrapper, error: InvalidCatalogueFile) -> CommandError:
    """Print every bad cell with its line, column and reason; return the error to end the command with."""
    for each in error.errors:
        stderr.write(f"{each.field} {each.message}")
    count = f" {len(error.errors)} problem{'s' if len(error.errors) > 1 else ''}." if error.errors else ""
    return CommandError(f"{error.message}{count}")
