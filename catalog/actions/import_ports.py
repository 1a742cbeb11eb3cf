"""Bring the ports of products in from files: all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.load_ports import load_ports
from catalog.bulk import chunks
from catalog.errors import InvalidCatalogueFile
from catalog.files.ports import ProductPorts
from catalog.layouts import load_layouts
from catalog.models import Product
from catalog.port_documents import staff_ports_document
from electroports.history import CHANGE, record_changes
from electroports.snapshots import diff


def import_ports(
    *, rows: Mapping[str, ProductPorts], acting_user: AbstractUser | None = None, at: datetime, dry_run: bool
) -> list[str]:
    """Replace the ports of products, given by slug; return the slugs of those that had others.

    With `dry_run` nothing is written. Raises InvalidCatalogueFile for slugs that no product has, and for ports that
    break the rules.
    """
    with transaction.atomic():
        known: dict[str, Product] = {}
        for slugs in chunks(rows):
            known.update((product.slug, product) for product in Product.objects.filter(slug__in=slugs))
        if unknown := sorted(rows.keys() - known.keys()):
            raise InvalidCatalogueFile(f"There are no such products: {', '.join(unknown)}.")
        before = _documents(known.values())
        changed = load_ports(rows=rows, overwrite=True, at=at, dry_run=dry_run)
        if not dry_run:
            products = [known[slug] for slug in changed]
            after = _documents(products)
            pairs = {product.pk: diff(before[product.pk], after[product.pk]) for product in products}
            told = "Imported ports."
            record_changes(acting_user=acting_user, rows=products, flag=CHANGE, message=told, changes=pairs)
        return changed


def _documents(products: Collection[Product]) -> dict[int, dict[str, Any]]:
    """Return the ports of products as staff read them."""
    layouts = load_layouts([product.pk for product in products])
    return {product.pk: staff_ports_document(layouts.layout(product.pk, frozenset())) for product in products}
