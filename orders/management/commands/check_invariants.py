"""Check that stock, orders and money add up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orders.invariants import check_invariants


class Command(BaseCommand):
    """Prints every invariant with its figures. Reads only; safe to run while the shop is open."""

    help = "Check the invariants of stock, orders and money; the exit code is 1 if any is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check them all."""
        broken = 0
        for finding in check_invariants(at=timezone.now()):
            broken += bool(finding.violations)
            word = self.style.ERROR("BROKEN") if finding.violations else self.style.SUCCESS("ok    ")
            invariant = finding.invariant
            figures = f"{finding.checked:,} checked, {finding.violations:,} broken"
            self.stdout.write(f"{word} {invariant.number}. {invariant.rule}: {figures}")
            for example in finding.examples:
                self.stdout.write(f"         {example}")
        if broken:
            raise CommandError(f"{broken} invariant(s) broken.")
