"""Score search against its golden set."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from catalog.golden import AIM, judge, read_golden
from catalog.management.readiness import require_seed


class Command(BaseCommand):
    """`manage.py score_search`: how many queries of the golden set are answered as they have to be."""

    help = (
        "Ask the golden set of queries (catalog/data/golden_search.csv) of a shop with the seeded catalogue; list "
        "those that are not met, and print the score. Fails below 95 %."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--all", action="store_true", help="list every query, with what it finds first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print."""
        require_seed()
        verdicts = judge(read_golden())
        met = sum(verdict.is_met for verdict in verdicts)
        for verdict in verdicts:
            if options["all"] or not verdict.is_met:
                mark = "met   " if verdict.is_met else "NOT   "
                wanted = ", ".join(verdict.missing) or ("nothing" if not verdict.golden.products else "")
                self.stdout.write(f"{mark}{verdict.golden.query!r} within {verdict.golden.within}: {wanted}")
                self.stdout.write(f"      found first: {', '.join(verdict.first[:3]) or 'nothing'}")
        share = met / len(verdicts)
        self.stdout.write(f"{met} of {len(verdicts)} met: {share:.1%} on {connection.vendor} (aim {AIM:.0%})")
        if share < AIM:
            raise CommandError("Search is below its aim.")
