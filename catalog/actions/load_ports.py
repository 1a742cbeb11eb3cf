"""Load the ports of products from the data files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from catalog.actions.lock_product import lock_products
from catalog.actions.refresh_listings import refresh_listings
from catalog.actions.write_ports import write_ports
from catalog.errors import InvalidCatalogueFile
from catalog.files.ports import ProductPorts
from catalog.models import Connector, Port, Product
from catalog.port_rules import port_faults
from catalog.stored_ports import stored_ports


def load_ports(*, rows: Mapping[str, ProductPorts], overwrite: bool, at: datetime, dry_run: bool = False) -> list[str]:
    """Give products their ports; return the slugs of those that got others than they had.

    Products that have ports keep them as staff left them; with `overwrite` they get what the files say again. Products
    that the shop does not have are passed over. With `dry_run` nothing is written.

    Raises InvalidCatalogueFile for ports that break the rules, as of a connector that there is not.
    """
    with transaction.atomic():
        ids = dict(Product.objects.filter(slug__in=rows).order_by().values_list("slug", "pk"))
        there = lock_products(ids.values())
        ids = {slug: pk for slug, pk in ids.items() if pk in there}
        if not overwrite:
            kept = set(Port.objects.filter(product_id__in=ids.values()).values_list("product_id", flat=True))
            ids = {slug: pk for slug, pk in ids.items() if pk not in kept}
        _check(rows[slug] for slug in ids)
        there_now = stored_ports({pk: slug for slug, pk in ids.items()})
        wanted = {pk: rows[slug] for slug, pk in ids.items() if rows[slug] != there_now.get(pk)}
        if wanted and not dry_run:
            write_ports(wanted=wanted)
            refresh_listings(product_ids=wanted, at=at)
    return [slug for slug, pk in ids.items() if pk in wanted]


def _check(wanted: Iterable[ProductPorts]) -> None:
    wireless = dict(Connector.objects.values_list("code", "is_wireless"))
    for found in wanted:
        for fault in port_faults(found, wireless):
            if fault.field == "connector":
                code = found.ports[fault.place or 0].connector
                raise InvalidCatalogueFile(f"There are ports of connectors that there are not: {code}.")
            where = f"{fault.part} {'' if fault.place is None else fault.place + 1} {fault.field}".replace("  ", " ")
            raise InvalidCatalogueFile(f"{found.ports[0].product}, {where}: {fault.message}")
