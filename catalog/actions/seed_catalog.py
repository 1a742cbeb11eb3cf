"""Fill the shop with the products of the data files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from catalog.actions.import_catalog import import_catalog
from catalog.actions.load_connectors import load_connectors
from catalog.actions.load_ports import load_ports
from catalog.actions.load_spec_fields import load_spec_fields
from catalog.actions.load_synonyms import load_synonyms
from catalog.actions.load_taxonomy import load_taxonomy
from catalog.errors import InvalidCatalogueFile
from catalog.files import FileRow, parse_products, read_rows
from catalog.files.connectors import read_connectors
from catalog.files.ports import read_ports
from catalog.files.specs import read_spec_fields
from catalog.files.synonyms import read_synonyms
from catalog.files.taxonomy import read_brands, read_categories, read_locations
from catalog.fingerprint import listing_fingerprint
from catalog.models import CatalogRevision, Product, ProductListing

TABLES = ("brands", "categories", "locations", "connectors", "connector_pins", "spec_fields", "synonyms")
DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What a seeding did: `slugs` are all products of the data files, made now or before."""

    slugs: list[str]
    created: int
    changed: int
    was_seeded: bool


def seed_catalog(*, reset: bool, at: datetime, folder: Path = DATA) -> SeedReport:
    """Make the products of the data files that the shop does not have.

    Products that are there are left as staff have them, and a shop that was seeded from the same files is left
    altogether. `reset` makes them what the files say again; what is not in the files stays.

    Each file is a transaction of its own: while one holds the levels, products and, at its end, the revision, orders
    and staff wait for it alone. If a later one fails or is interrupted, the files before it stay, and the next call
    goes on. Raises InvalidCatalogueFile, with the name of the file; nothing is written if a file cannot be read.
    """
    paths = [folder / f"{name}.csv" for name in TABLES]
    paths += sorted((folder / "products").glob("*.csv"))
    port_paths = sorted((folder / "ports").glob("*.csv"))
    joins, budgets = folder / "port_joins.csv", folder / "power_budgets.csv"
    paths += [*port_paths, *(path for path in (joins, budgets) if path.exists())]
    contents = {path: path.read_bytes() for path in paths}
    digest = blake2b(digest_size=32)
    for path, data in contents.items():
        digest.update(b"%s %d\n" % (path.name.encode(), len(data)) + data)
    tables = {path: read_rows(data) for path, data in contents.items() if path.parent.name == "products"}
    slugs = list(dict.fromkeys(row.cells["product"] for rows in tables.values() for row in rows if row.cells))
    seeded_from = CatalogRevision.objects.values_list("seeded_from", flat=True).first()
    if not reset and seeded_from == digest.hexdigest():
        return SeedReport(slugs, created=0, changed=0, was_seeded=True)
    is_first = not ProductListing.objects.exists()
    kept = set() if reset else set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    wanted = {path: [row for row in rows if row.cells.get("product") not in kept] for path, rows in tables.items()}
    for path, rows in wanted.items():
        _refuse_unreadable(rows, path)
    connectors = read_connectors(contents[paths[3]], contents[paths[4]])
    spec_fields = read_spec_fields(contents[paths[5]])
    synonyms = read_synonyms(contents[folder / "synonyms.csv"])
    ports = read_ports((contents[path] for path in port_paths), contents.get(joins), contents.get(budgets))
    load_taxonomy(
        brands=read_brands(contents[paths[0]]),
        categories=read_categories(contents[paths[1]]),
        locations=read_locations(contents[paths[2]]),
        overwrite=reset,
    )
    load_connectors(rows=connectors, overwrite=reset)
    load_spec_fields(rows=spec_fields, overwrite=reset)
    load_synonyms(rows=synonyms, overwrite=reset)
    created = changed = 0
    for path, rows in wanted.items():
        made, altered = _load(rows, path, at)
        created += made
        changed += altered
    load_ports(rows=ports, overwrite=reset)
    # Where there were no listings, this code has made all that there are.
    listed_by = {"listed_by": listing_fingerprint()} if is_first else {}
    CatalogRevision.objects.update_or_create(pk=1, defaults={"seeded_from": digest.hexdigest(), **listed_by})
    return SeedReport(slugs, created, changed, was_seeded=False)


def _refuse_unreadable(rows: Sequence[FileRow], path: Path) -> None:
    _products, errors = parse_products(rows)
    if errors:
        raise InvalidCatalogueFile(f"{path.name} cannot be taken; nothing was written.", errors=errors)


def _load(rows: Sequence[FileRow], path: Path, at: datetime) -> tuple[int, int]:
    try:
        report = import_catalog(
            rows=rows,
            dry_run=False,
            create_missing=False,
            acting_user=None,
            at=at,
            clamp_stock=True,  # a reset takes nothing from under an order
            reference="opening stock",
        )
    except InvalidCatalogueFile as error:
        message = f"{path.name} cannot be taken; nothing of it was written, and what was before it stays."
        raise InvalidCatalogueFile(message, errors=error.errors) from error
    return report.products.created, report.products.changed
