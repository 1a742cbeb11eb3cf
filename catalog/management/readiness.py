"""What has to be done before a command can work."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.models import CatalogRevision


def require_tables() -> None:
    """Raise CommandError unless the database has the tables that this code needs."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date. First run: manage.py migrate")


def require_seed() -> None:
    """Raise CommandError unless the shop was seeded."""
    require_tables()
    if not CatalogRevision.objects.exclude(seeded_from="").exists():
        raise CommandError("The shop does not have the products of the data files. First run: manage.py seed_catalog")
