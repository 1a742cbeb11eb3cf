"""The ports of products as they are stored, in the form of the data files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from catalog.bulk import chunks
from catalog.files.ports import BudgetRow, JoinRow, PortRow, ProductPorts
from catalog.layouts import PortRows, load_layouts
from catalog.models import Port, Product
from catalog.ports import Layout


def stored_ports(slugs: Mapping[int, str]) -> dict[int, ProductPorts]:
    """Return what the data files would say of the ports of these products, given by id with their slugs.

    Those without ports are left out. Three queries for each chunk of them.
    """
    found: dict[int, ProductPorts] = {}
    for ids in chunks(sorted(slugs)):
        rows = load_layouts(ids)
        found |= {pk: _product_ports(pk, slugs[pk], rows) for pk in ids if rows.ports.get(pk)}
    return found


def all_ports() -> Iterator[ProductPorts]:
    """Yield the ports of every product that has any, in the order of their ids."""
    with_ports = Product.objects.filter(pk__in=Port.objects.values("product_id")).order_by("pk")
    slugs = dict(with_ports.values_list("pk", "slug"))
    for ids in chunks(list(slugs)):
        yield from stored_ports({pk: slugs[pk] for pk in ids}).values()


def _product_ports(product_id: int, slug: str, rows: PortRows) -> ProductPorts:
    layout: Layout = rows.layout(product_id, frozenset())
    names: Sequence[str] = [port.name for port in layout.ports]
    budget = rows.budgets.get(product_id)
    return ProductPorts(
        [PortRow(slug, port.name, port.connector, port.gender, port.quantity, port.lanes) for port in layout.ports],
        [JoinRow(slug, names[join.one], names[join.other], join.lanes) for join in layout.joins],
        BudgetRow(slug, budget.watts, layout.budget.splits) if budget and layout.budget else None,
    )
