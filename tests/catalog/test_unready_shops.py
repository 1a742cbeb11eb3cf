"""Commands in a shop that is not ready for them say, in one line, what to do first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.catalog.catalogue_files import everything, run

pytestmark = pytest.mark.django_db
MIGRATE = "The database is not up to date. First run: manage.py migrate"


@pytest.mark.parametrize("command", [["seed_catalog", "--no-input"], ["import_catalog", "-"], ["score_search"]])
def test_before_the_migrations(command: list[str]) -> None:
    MigrationRecorder(connection).record_unapplied("catalog", "0015_names_are_one_line")
    before = everything()

    assert run(*command) == ("", "", MIGRATE)
    assert everything() == before


def test_search_is_not_scored_before_the_seed() -> None:
    assert run("score_search") == (
        "",
        "",
        "The shop does not have the products of the data files. First run: manage.py seed_catalog",
    )
