"""Write the ports of products in place of those that they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.files.ports import ProductPorts
from catalog.models import Connector, Port, PortJoin, PowerBudget


def write_ports(*, wanted: Mapping[int, ProductPorts]) -> None:
    """Give each product these ports, ways and shared power, by its key; what they had goes.

    Call it in a transaction that has locked the products, with ports that `catalog.port_rules` has nothing against, and
    refresh their listings after it.
    """
    codes = {row.connector for found in wanted.values() for row in found.ports}
    connectors = dict(Connector.objects.filter(code__in=codes).values_list("code", "pk"))
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
