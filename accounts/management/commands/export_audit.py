"""Write the audit trail out, for an archive or another system."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import AuditEntry

CHUNK = 1_000  # entries that are in memory at a time


def moment(text: str) -> datetime:
    """Return the moment, or the beginning of the day by the shop's clock, that was written as ISO 8601."""
    try:
        found = datetime.fromisoformat(text) if "T" in text else datetime.combine(date.fromisoformat(text), time())
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no date, such as 2026-01-31.") from error
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(BaseCommand):
    """`manage.py export_audit --since 2026-01-01`: one entry a line, oldest first."""

    help = "Print the audit trail as JSON, one entry a line, oldest first. Entries are read as they are printed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--since", type=moment, help="from this day or moment on")
        parser.add_argument("--until", type=moment, help="before this day or moment")

    def handle(self, *args: Any, since: datetime | None, until: datetime | None, **options: Any) -> None:
        """Print."""
        entries = AuditEntry.objects.order_by("pk")
        if since is not None:
            entries = entries.filter(at__gte=since)
        if until is not None:
            entries = entries.filter(at__lt=until)
        last = 0
        while page := list(entries.filter(pk__gt=last).values()[:CHUNK]):
            last = page[-1]["id"]
            for entry in page:
                self.stdout.write(json.dumps(entry, cls=DjangoJSONEncoder, ensure_ascii=False))
