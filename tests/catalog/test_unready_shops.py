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
    newest = max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "catalog")
    MigrationRecorder(connection).record_unapplied("catalog", newest)
    before = everything()

    assert run(*command) == ("", "", MIGRATE)
    assert everything() == before


def test_search_is_not_scored_before_the_seed() -> None:
    assert run("score_search") == (
        "",
        "",
        "The shop does not have the products of the data files. First run: manage.py seed_catalog",
    )
