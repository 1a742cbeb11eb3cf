"""Products with ports, as the data files would describe them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from catalog.actions.load_ports import load_ports
from catalog.files.ports import BudgetRow, JoinRow, PortRow, ProductPorts, join_lanes, lanes, splits
from catalog.models import Accessory, Connector, Product, SoundDevice, StockLevel
from tests import factories
from tests.factories import refresh_now

CONNECTORS = {
    "usb-c": "usb",
    "usb-a": "usb",
    "hdmi-a": "display",
    "lightning": "apple",
    "jack-3-5-trs": "audio",
    "jack-3-5-trrs": "audio",
    "bluetooth": "wireless",
}


def make_connectors() -> None:
    """The connectors that these products have."""
    for code, family in CONNECTORS.items():
        Connector.objects.get_or_create(
            code=code,
            defaults={"name": code.upper(), "family": family, "is_wireless": code == "bluetooth"},
        )


def give_ports(
    product: Product,
    *ports: tuple[str, str, str, str],
    joins: tuple[tuple[str, str, str], ...] = (),
    power: str | None = None,
    shared: str = "",
) -> Any:
    """Give a product ports (name, connector, half, what it carries), joins (from, to, what) and a power budget."""
    make_connectors()
    rows = ProductPorts(
        [PortRow(product.slug, name, code, gender, 1, lanes(carries)) for name, code, gender, carries in ports],
        [JoinRow(product.slug, one, other, join_lanes(carries)) for one, other, carries in joins],
        None if power is None else BudgetRow(product.slug, power, splits(shared)),  # type: ignore[arg-type]
    )
    load_ports(rows={product.slug: rows}, overwrite=True, at=timezone.now())
    return product


def make_laptop(slug: str = "laptop", **fields: Any) -> Product:
    """Charged with 65 W over USB-C, with a picture and a headset jack."""
    return give_ports(
        factories.make_product(slug=slug, name=slug.title(), **fields),
        ("USB-C", "usb-c", "receptacle", "usb-pd in 65 | usb-5v out 15 | usb out 10 | dp out 17.28 | usb-audio out"),
        ("Headset", "jack-3-5-trrs", "receptacle", "analog out | analog-mic in"),
    )


def make_phone(slug: str = "phone", **fields: Any) -> Product:
    """Charged with 20 W over USB-C, without a jack."""
    return give_ports(
        factories.make_product(slug=slug, name=slug.title(), **fields),
        ("USB-C", "usb-c", "receptacle", "usb-pd in 20 | usb-5v in 10 | usb both 0.48 | usb-audio out"),
        ("Bluetooth", "bluetooth", "neither", "bluetooth-audio out | bluetooth-mic in"),
    )


def make_charger(slug: str = "charger", watts: int = 65, **fields: Any) -> Product:
    """A socket that gives so many watts."""
    fields = {"model": Accessory, "accessory_type": "charger", **fields}
    return give_ports(
        factories.make_product(slug=slug, name=slug.title(), **fields),
        ("USB-C 1", "usb-c", "receptacle", f"usb-pd out {watts} | usb-5v out 15"),
        ("USB-C 2", "usb-c", "receptacle", "usb-pd out 20 | usb-5v out 15"),
        power=str(watts),
        shared=f"2: {watts - 20} + 20",
    )


def make_cable(slug: str = "cable", watts: int = 100, **fields: Any) -> Product:
    """USB-C at both ends, for charging and slow data."""
    fields = {"model": Accessory, "accessory_type": "cable", **fields}
    return give_ports(
        factories.make_product(slug=slug, name=slug.title(), **fields),
        ("End A", "usb-c", "plug", ""),
        ("End B", "usb-c", "plug", ""),
        joins=(("End A", "End B", f"usb-pd both {watts} | usb-5v both 15 | usb both 0.48"),),
    )


def make_headphones(slug: str = "headphones", **fields: Any) -> Product:
    """With a jack plug and no microphone."""
    fields = {"model": SoundDevice, "form_factor": "over_ear", **fields}
    return give_ports(
        factories.make_product(slug=slug, name=slug.title(), **fields),
        ("Plug", "jack-3-5-trs", "plug", "analog in"),
    )


def make_jack_adapter(slug: str = "jack-adapter", **fields: Any) -> Product:
    """USB-C to 3.5 mm, with a converter in it."""
    fields = {"model": Accessory, "accessory_type": "adapter", **fields}
    return give_ports(
        factories.make_product(slug=slug, name=slug.title(), **fields),
        ("USB-C", "usb-c", "plug", ""),
        ("Jack", "jack-3-5-trrs", "receptacle", ""),
        joins=(("USB-C", "Jack", "usb-audio > analog out"),),
    )


def problem(response: Any, *errors: tuple[str, str]) -> None:
    assert response.status_code == 400, response.content
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == list(errors)


def sell_out(product: Product) -> None:
    StockLevel.objects.filter(variant__product=product).update(on_hand=0)
    refresh_now([product.pk])
