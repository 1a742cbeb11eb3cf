"""Score what the shop says about ports against the truth table."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import InvalidCatalogueFile
from catalog.management.refusals import print_refusal
from catalog.truth import Outcome, judge_all


class Command(BaseCommand):
    """`manage.py score_ports`: how many real cases of compatibility are met, group by group, and which are not."""

    help = "Judge every case of catalog/data/truth_table.csv, and fail if one is not met. Needs no database."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each case that is not met, then the score."""
        try:
            outcomes = judge_all()
        except InvalidCatalogueFile as error:
            raise print_refusal(self.stderr, error) from error
        failed = [outcome for outcome in outcomes if not outcome.is_met]
        for outcome in failed:
            self.stdout.write(described(outcome))
        groups = Counter(outcome.case.group for outcome in outcomes)
        met = Counter(outcome.case.group for outcome in outcomes if outcome.is_met)
        for group, count in groups.items():
            self.stdout.write(f"{group:<10} {met[group]:>4} of {count}")
        share = 100 * (len(outcomes) - len(failed)) / len(outcomes)
        self.stdout.write(f"{'all':<10} {len(outcomes) - len(failed):>4} of {len(outcomes)}, {share:.1f} %")
        if failed:
            raise CommandError(f"{len(failed)} of {len(outcomes)} cases are not met.")


def described(outcome: Outcome) -> str:
    """Return what was expected of a case and what was found, over three lines."""
    case = outcome.case
    reasons = ", ".join(reason.code for reason in outcome.reasons)
    expected = f"{case.verdict} ({case.reason})"
    return f"{case.case}\n  expected {expected}, by {case.source}\n  found    {outcome.verdict} ({reasons})"
