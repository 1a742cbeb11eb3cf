"""Load search's synonyms from the data file."""

from collections.abc import Sequence

from django.db import transaction

from catalog.files.synonyms import SynonymRow
from catalog.models import SearchSynonym
from catalog.revision import next_revision


def load_synonyms(*, rows: Sequence[SynonymRow], overwrite: bool) -> None:
    """Make the synonyms that are missing; with `overwrite`, make those that are there what the file says again.

    So what staff changed or switched off stays, and what they added always does.
    """
    with transaction.atomic():
        known = set(SearchSynonym.objects.values_list("term", flat=True))
        wanted = [row for row in rows if overwrite or row.term not in known]
        if not wanted:
            return
        SearchSynonym.objects.bulk_create(
            [SearchSynonym(**row._asdict()) for row in wanted],
            update_conflicts=True,
            unique_fields=["term"],
            update_fields=["means", "both_ways", "is_active"],
        )
        next_revision()
