"""Load the ports of products from the data files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from catalog.actions.refresh_listings import refresh_listings
from catalog.errors import InvalidCatalogueFile
from catalog.files.ports import ProductPorts
from catalog.models import Connector, Port, PortJoin, PowerBudget, Product


def load_ports(*, rows: Mapping[str, ProductPorts], overwrite: bool) -> int:
    """Give products their ports; return how many products got any.

    Products that have ports keep them as staff left them; with `overwrite` they get what the files say again. Products
    that the shop does not have are passed over. Raises InvalidCatalogueFile for a connector that there is not.
    """
    with transaction.atomic():
        products = Product.objects.select_for_update(no_key=True).filter(slug__in=rows).order_by("pk")
        ids = dict(products.values_list("slug", "pk"))
        if not overwrite:
            kept = set(Port.objects.filter(product_id__in=ids.values()).values_list("product_id", flat=True))
            ids = {slug: pk for slug, pk in ids.items() if pk not in kept}
        wanted = {pk: rows[slug] for slug, pk in ids.items()}
        if not wanted:
            return 0
        _replace(wanted)
        refresh_listings(product_ids=wanted)
    return len(wanted)


def _replace(wanted: Mapping[int, ProductPorts]) -> None:
    connectors = dict(Connector.objects.values_list("code", "pk"))
    unknown = {row.connector for found in wanted.values() for row in found.ports} - connectors.keys()
    if unknown:
        raise InvalidCatalogueFile(f"There are ports of connectors that there are not: {', '.join(sorted(unknown))}.")
    Port.objects.filter(product_id__in=wanted).delete()
    PowerBudget.objects.filter(product_id__in=wanted).delete()
    ports = Port.objects.bulk_create(
        Port(
            product_id=product_id,
            position=place,
            name=row.port,
            connector_id=connectors[row.connector],
            gender=row.gender,
            quantity=row.quantity,
            carries=row.carries,
        )
        for product_id, found in wanted.items()
        for place, row in enumerate(found.ports, 1)
    )
    PortJoin.objects.bulk_create(_joins(wanted, ports))
    PowerBudget.objects.bulk_create(
        PowerBudget(product_id=product_id, watts=found.budget.watts, splits=found.budget.splits)
        for product_id, found in wanted.items()
        if found.budget is not None
    )


def _joins(wanted: Mapping[int, ProductPorts], ports: Sequence[Port]) -> list[PortJoin]:
    keys = {(port.product_id, port.name): port.pk for port in ports}
    return [
        PortJoin(
            product_id=product_id,
            position=place,
            one_id=keys[product_id, row.one],
            other_id=keys[product_id, row.other],
            carries=row.carries,
        )
        for product_id, found in wanted.items()
        for place, row in enumerate(found.joins, 1)
    ]
