"""Compare the ledger with the books of the payment providers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from orders.actions.reconcile_payments import reconcile_payments
from orders.gateways.facts import Movement, NotReadable
from orders.gateways.mpesa.statement import read_statement, statement_movements
from orders.gateways.registry import enabled_providers
from orders.models import Reconciliation


class Command(BaseCommand):
    """Asks about open payments first. Reads only otherwise; may be run again, and at any time."""

    help = (
        "Compare the ledger with the books of the payment providers, print every difference, and end with status 1 if "
        "there is any. M-Pesa lists nothing by itself: give the statement that its portal exports."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the provider, the days and a statement."""
        parser.add_argument("--provider", help="One provider; without it, all that customers may choose.")
        parser.add_argument("--since", help="The first day, YYYY-MM-DD. Yesterday if left out.")
        parser.add_argument("--until", help="The last day, YYYY-MM-DD. Today if left out.")
        parser.add_argument("--statement", type=Path, help="A statement of the M-Pesa portal, as CSV.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare them all."""
        at = timezone.now()
        today = timezone.localdate(at)
        since = midnight(day(options["since"], today - timedelta(days=1)))
        until = min(midnight(day(options["until"], today) + timedelta(days=1)), at)
        if since >= until:
            raise CommandError("--since is after --until, or in the future.")
        statement = options["statement"]
        if statement and options["provider"] not in (None, "mpesa"):
            raise CommandError("A statement is M-Pesa's.")
        providers = ["mpesa"] if statement else [options["provider"]] if options["provider"] else enabled_providers()
        differences = 0
        for provider in providers:
            movements = read_movements(statement, since, until) if statement else None
            try:
                found = reconcile_payments(provider=provider, since=since, until=until, at=at, movements=movements)
            except KeyError as error:
                raise CommandError(f"There is no provider {provider}.") from error
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from error
            differences += self.tell(provider, found)
        if differences:
            raise CommandError(f"{differences} difference(s).")

    def tell(self, provider: str, found: Reconciliation | None) -> int:
        """Print what was found; return how many differences there are."""
        if found is None:
            self.stdout.write(f"{provider}: lists nothing by itself; open payments were asked about.")
            return 0
        self.stdout.write(
            f"{provider}: {found.movements} in its books, {found.entries} in the ledger, {found.differences} differ."
        )
        for finding in found.findings:
            self.stdout.write(f"  {finding}")
        return found.differences


def day(text: str | None, otherwise: date) -> date:
    """Return the day that was given; raises CommandError for what is none."""
    if text is None:
        return otherwise
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text} is no day: write YYYY-MM-DD.")
    return found


def midnight(on: date) -> datetime:
    """Return when a day of the shop begins."""
    return datetime.combine(on, time(), tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def read_movements(path: Path, since: datetime, until: datetime) -> list[Movement]:
    """Return what a statement says of the stretch; raises CommandError that names the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(statement_movements(read_statement(lines), since=since, until=until))
    except (OSError, UnicodeDecodeError, NotReadable) as error:
        raise CommandError(f"{path}: {error}") from error
