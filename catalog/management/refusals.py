"""How commands print a refused catalogue file."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.management.base import CommandError, OutputWrapper

from catalog.errors import InvalidCatalogueFile


def print_refusal(stderr: OutputWrapper, error: InvalidCatalogueFile) -> CommandError:
    """Print every bad cell with its line, column and reason; return the error to end the command with."""
    for each in error.errors:
        stderr.write(f"{each.field} {each.message}")
    count = f" {len(error.errors)} problem{'s' if len(error.errors) > 1 else ''}." if error.errors else ""
    return CommandError(f"{error.message}{count}")


def importer(name: str | None) -> AbstractUser | None:
    """Return the member of staff of that user name; raises CommandError if there is none."""
    if name is None:
        return None
    user: AbstractUser | None = get_user_model()._default_manager.filter(username=name, is_staff=True).first()
    if user is None:
        raise CommandError(f"No member of staff is called {name}.")
    return user
