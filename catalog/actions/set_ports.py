"""Replace the ports of a product, the ways between them, and the power that they share."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser

from catalog.actions.lock_product import lock_product
from catalog.actions.refresh_listings import refresh_listings
from catalog.actions.write_ports import write_ports
from catalog.files.ports import ProductPorts
from catalog.layouts import load_layouts
from catalog.models import Connector, Product
from catalog.port_documents import staff_ports_document
from catalog.port_rules import Fault, port_faults
from electroports.errors import FieldError
from electroports.history import CHANGE, record_change
from electroports.preconditions import Precondition
from electroports.snapshots import diff
from electroports.transactions import in_transaction
from electroports.validation import refuse_if


def set_ports(
    *, product_id: int, ports: ProductPorts, expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    """Give a product just these ports, and return them as staff read them.

    Raises NoSuchRow, PreconditionFailed if they are not the `expected` ones any more, and InvalidInput that names the
    field; then nothing is written.
    """
    return in_transaction(partial(_set, product_id, ports, expected, acting_user, at))


def read_ports_document(product_id: int) -> dict[str, Any]:
    """Return the ports of a product as staff read and send them, by three queries."""
    return staff_ports_document(load_layouts([product_id]).layout(product_id, frozenset()))


def faults_of(ports: ProductPorts) -> list[Fault]:
    """Return what is wrong with the ports of a product, by one query."""
    return port_faults(ports, dict(Connector.objects.values_list("code", "is_wireless")))


def _set(
    product_id: int, ports: ProductPorts, expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    lock_product(product_id)
    before = read_ports_document(product_id)
    expected.check(before)
    refuse_if([FieldError(_path(fault, ports), fault.code, fault.message) for fault in faults_of(ports)])
    write_ports(wanted={product_id: ports})
    after = read_ports_document(product_id)
    if after != before:
        product = Product.objects.get(pk=product_id)
        changes = diff(before, after)
        record_change(acting_user=acting_user, row=product, flag=CHANGE, message="Changed ports.", changes=changes)
        refresh_listings(product_ids=[product_id], at=at)
    return after


def _path(fault: Fault, ports: ProductPorts) -> str:
    """Return the place of a fault in what staff send, where a way stands at the port from which it leads."""
    path: list[Any] = [fault.part, fault.place, fault.field]
    if fault.part == "joins" and fault.place is not None:
        one = ports.joins[fault.place].one
        at_port = [place for place, row in enumerate(ports.joins) if row.one == one]
        port = [row.port for row in ports.ports].index(one)
        path = ["ports", port, "joined_to", at_port.index(fault.place), fault.field.replace("other", "port")]
    elif fault.part == "joins":
        path = ["ports"]
    elif fault.part == "power_budget":
        path = [fault.part, fault.field]
    return ".".join(str(part) for part in path if part not in (None, ""))
