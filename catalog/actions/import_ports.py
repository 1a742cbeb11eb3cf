"""Bring the ports of products in from files: all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from catalog.actions.load_ports import load_ports
from catalog.bulk import chunks
from catalog.errors import InvalidCatalogueFile
from catalog.files.ports import ProductPorts
from catalog.models import Product


def import_ports(*, rows: Mapping[str, ProductPorts], at: datetime, dry_run: bool) -> list[str]:
    """Replace the ports of products, given by slug; return the slugs of those that had others.

    With `dry_run` nothing is written. Raises InvalidCatalogueFile for slugs that no product has, and for ports that
    break the rules.
    """
    with transaction.atomic():
        known: set[str] = set()
        for slugs in chunks(rows):
            known.update(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        if unknown := sorted(rows.keys() - known):
            raise InvalidCatalogueFile(f"There are no such products: {', '.join(unknown)}.")
        return load_ports(rows=rows, overwrite=True, at=at, dry_run=dry_run)
