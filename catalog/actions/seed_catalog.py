"""Fill the shop with the products of the data files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from catalog.actions.import_catalog import import_catalog
from catalog.actions.load_connectors import load_connectors
from catalog.actions.load_events import load_events
from catalog.actions.load_ports import load_ports
from catalog.actions.load_spec_fields import load_spec_fields
from catalog.actions.load_synonyms import load_synonyms
from catalog.actions.load_taxonomy import load_taxonomy
from catalog.errors import InvalidCatalogueFile
from catalog.files import FileRow
from catalog.files.connectors import read_connectors
from catalog.files.events import read_events
from catalog.files.ports import read_ports
from catalog.files.seed import SeedFolder
from catalog.files.specs import read_spec_fields
from catalog.files.synonyms import read_synonyms
from catalog.files.taxonomy import read_brands, read_categories, read_locations
from catalog.fingerprint import listing_fingerprint
from catalog.models import CatalogRevision, Product, ProductListing

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
    files = SeedFolder(folder)
    slugs = files.slugs
    seeded_from = CatalogRevision.objects.values_list("seeded_from", flat=True).first()
    if not reset and seeded_from == files.digest:
        return SeedReport(slugs, created=0, changed=0, was_seeded=True)
    is_first = not ProductListing.objects.exists()
    kept = set() if reset else set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    wanted = files.products_without(kept)
    ports = read_ports(
        (data for _name, data in files.all_in("ports")), files.get("port_joins"), files.get("power_budgets")
    )
    events = read_events(files["events"]) if files.get("events") else []
    _load_tables(files, overwrite=reset, at=at)
    created = changed = 0
    for name, rows in wanted.items():
        made, altered = _load(rows, name, at)
        created += made
        changed += altered
    load_ports(rows=ports, overwrite=reset, at=at)
    load_events(rows=events, at=at)
    # Where there were no listings, this code has made all that there are.
    listed_by = {"listed_by": listing_fingerprint()} if is_first else {}
    CatalogRevision.objects.update_or_create(pk=1, defaults={"seeded_from": files.digest, **listed_by})
    return SeedReport(slugs, created, changed, was_seeded=False)


def _load_tables(files: SeedFolder, *, overwrite: bool, at: datetime) -> None:
    """Load what products refer to, after all of it was read."""
    brands, categories = read_brands(files["brands"]), read_categories(files["categories"])
    locations = read_locations(files["locations"])
    connectors = read_connectors(files["connectors"], files["connector_pins"])
    spec_fields = read_spec_fields(files["spec_fields"])
    synonyms = read_synonyms(files["synonyms"])
    load_taxonomy(brands=brands, categories=categories, locations=locations, overwrite=overwrite, at=at)
    load_connectors(rows=connectors, overwrite=overwrite)
    load_spec_fields(rows=spec_fields, overwrite=overwrite, at=at)
    load_synonyms(rows=synonyms, overwrite=overwrite)


def _load(rows: Sequence[FileRow], name: str, at: datetime) -> tuple[int, int]:
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
        message = f"{name} cannot be taken; nothing of it was written, and what was before it stays."
        raise InvalidCatalogueFile(message, errors=error.errors) from error
    return report.products.created, report.products.changed
