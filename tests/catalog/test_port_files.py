"""The ports of products in files: written as they are, taken back, and refused as a whole."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.files.ports import BudgetRow, JoinRow, PortRow, ProductPorts, read_ports
from catalog.files.writing import write_ports
from catalog.models import CatalogRevision, Port, PortJoin, PowerBudget
from catalog.port_rules import port_faults
from catalog.ports import PROTOCOLS, Direction, Gender, JoinLane, Lane
from tests import factories
from tests.catalog import wiring

pytestmark = pytest.mark.django_db
TABLES = ("ports", "port_joins", "power_budgets")


def run(command: str, folder: Path, **options: Any) -> str:
    out = StringIO()
    call_command(command, str(folder), stdout=out, stderr=out, **options)
    return out.getvalue()


def stored() -> list[Any]:
    return [
        list(Port.objects.order_by("pk").values()),
        list(PortJoin.objects.order_by("pk").values()),
        list(PowerBudget.objects.order_by("pk").values()),
        CatalogRevision.objects.get().number,
    ]


def edit(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a laptop, a charger that shares its power, a cable, an adapter, and something without ports."""
    wiring.make_laptop()
    wiring.make_charger()
    wiring.make_cable()
    wiring.make_jack_adapter()
    factories.make_product()
    assert run("export_ports", tmp_path / "new") == f"Ports of 4 products written to {tmp_path / 'new'}.\n"
    return tmp_path / "new"


def test_what_was_written_is_taken_back_and_changes_nothing(folder: Path) -> None:
    before = stored()

    assert run("import_ports", folder) == "Ports of products: 0 changed, 4 unchanged.\n"
    assert stored() == before


def test_only_the_products_that_differ_are_changed(folder: Path) -> None:
    laptop = list(Port.objects.filter(product__slug="laptop").values_list("pk", flat=True))
    edit(folder, "ports", "usb-pd out 65", "usb-pd out 60")
    edit(folder, "power_budgets", "2: 45 + 20", "2: 30 + 30")

    assert run("import_ports", folder, verbosity=2) == "changed: charger\nPorts of products: 1 changed, 3 unchanged.\n"
    assert Port.objects.get(product__slug="charger", name="USB-C 1").carries[0] == ["usb-pd", "out", 60]
    assert PowerBudget.objects.get().splits == {"2": [30, 30]}
    assert list(Port.objects.filter(product__slug="laptop").values_list("pk", flat=True)) == laptop


def test_without_the_file_of_joins_nothing_is_joined_and_others_keep_what_they_have(folder: Path) -> None:
    text = (folder / "ports.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    cable = [line for line in text if line.startswith(("product,", "cable,"))]
    (folder / "ports.csv").write_text("".join(cable), encoding="utf-8")
    for table in TABLES[1:]:
        (folder / f"{table}.csv").unlink()

    assert run("import_ports", folder) == "Ports of products: 1 changed, 0 unchanged.\n"
    assert set(PortJoin.objects.values_list("product__slug", flat=True)) == {"jack-adapter"}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(folder: Path) -> None:
    edit(folder, "ports", "usb-pd out 65", "usb-pd out 60")
    before = stored()

    answer = run("import_ports", folder, dry_run=True)

    assert answer == "Ports of products: 1 changed, 3 unchanged.\nDry run: nothing was written.\n"
    assert stored() == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("cable,End A", "cabel,End A", "There are no such products: cabel."),
        ("cable,End A,usb-c", "cable,End A,usb-x", "There are ports of connectors that there are not: usb-x."),
        ("usb-pd out 65", "usb-dp out 65", "1 problem."),
        ("Headset,jack-3-5-trrs,receptacle,1", "Headset,jack-3-5-trrs,socket,1", "1 problem."),
        ("product,port", "product,name", "The columns are not those of this file."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(folder: Path, old: str, new: str, message: str) -> None:
    edit(folder, "ports", "usb-5v out 15", "usb-5v out 12")
    edit(folder, "ports", old, new)
    if new.startswith("cabel"):
        edit(folder, "port_joins", "cable,End A", "cabel,End A")
        edit(folder, "ports", "cable,End B", "cabel,End B")
    before = stored()

    with pytest.raises(CommandError) as refusal:
        run("import_ports", folder)

    assert message in str(refusal.value)
    assert stored() == before


@pytest.mark.parametrize(("ports", "is_refused"), [(3, False), (4, True)])
def test_what_a_product_carries_in_all_is_bounded(ports: int, is_refused: bool) -> None:
    codes = sorted(PROTOCOLS)[:38]
    rows = [
        PortRow("it", f"It {number}", "usb-c", "plug", 1, tuple(Lane(code, Direction.OUT, 1.0) for code in codes))
        for number in range(ports)
    ]

    faults = port_faults(ProductPorts(rows, [], None), {"usb-c": False})

    assert [fault.code for fault in faults if "in all" in fault.message] == ["max_length"] * is_refused


def test_a_folder_without_ports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"ports\.csv cannot be read"):
        run("import_ports", tmp_path)


# Whatever the ports are.

names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
limits = st.none() | st.integers(1, 999_999).map(lambda number: number / 1000)
protocols, directions = st.sampled_from(sorted(PROTOCOLS)), st.sampled_from(Direction)
port_lanes = st.lists(st.builds(Lane, protocols, directions, limits), max_size=3).map(tuple)
join_lanes = st.lists(
    st.builds(lambda code, way, limit: JoinLane(code, code, way, limit), protocols, directions, limits), max_size=3
).map(tuple)


@st.composite
def products(draw: st.DrawFn) -> ProductPorts:
    own = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    gender = st.sampled_from([gender.value for gender in Gender])
    ports = [PortRow("it", name, "usb-c", draw(gender), draw(st.integers(1, 100)), draw(port_lanes)) for name in own]
    joins = [JoinRow("it", own[0], other, draw(join_lanes)) for other in own[1:]]
    budget = draw(st.none() | st.decimals(1, 999, places=1).map(lambda watts: BudgetRow("it", watts, {2: (1.5, 2.0)})))
    return ProductPorts(ports, joins, budget)


@given(products())
@settings(max_examples=50, deadline=None)
def test_what_is_read_is_what_was_written(product: ProductPorts) -> None:
    files = {table: text.encode() for table, text in write_ports([product]).items()}

    assert read_ports([files["ports"]], files["port_joins"], files["power_budgets"]) == {"it": product}
