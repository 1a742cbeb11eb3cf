"""The truth table of compatibility: real cases with sources, and what the shop says of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from catalog.errors import InvalidCatalogueFile
from catalog.files import FileRow, cells, read_rows
from catalog.files.ports import layout_of, read_ports
from catalog.files.reading import read_table
from catalog.files.taxonomy import check_once, read_as, slug
from catalog.ports import Carrying, Layout, Reason, Verdict, assess, assess_chain, judge_sharing, purposes_of
from catalog.ports.purposes import ANYTHING

DATA = Path(__file__).resolve().parent / "data"
THEN = " > "
BESIDE = " + "


class Case(NamedTuple):
    """One case: what is plugged into what, over which links, and what is true of it.

    `second` are several devices where they are charged at once, `links` then what each hangs on, or one for all.
    `carrying` is None where everything counts that the two are bought for.
    """

    group: str
    case: str
    first: str
    links: tuple[tuple[str, ...], ...]
    second: tuple[str, ...]
    carrying: Carrying | None
    verdict: Verdict
    reason: str
    source: str


class Outcome(NamedTuple):
    """What the shop says of a case."""

    case: Case
    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def is_met(self) -> bool:
        """Whether that is what the case expects."""
        return self.verdict == self.case.verdict and any(reason.code == self.case.reason for reason in self.reasons)


def judge_all(folder: Path = DATA) -> list[Outcome]:
    """Return what the shop says of every case of the files; raises InvalidCatalogueFile."""
    layouts = read_layouts(folder)
    return [judge(case, layouts) for case in read_cases((folder / "truth_table.csv").read_bytes())]


def read_cases(data: bytes) -> list[Case]:
    """Return the cases of a file; raises InvalidCatalogueFile."""
    found = read_as(
        data,
        Case,
        {
            "group": slug,
            "case": cells.text(longest=120),
            "first": slug,
            "links": _links,
            "second": _names,
            "carrying": cells.optional(lambda cell: Carrying(cells.choice(list(Carrying))(cell))),
            "verdict": lambda cell: Verdict(cells.choice(list(Verdict))(cell)),
            "reason": cells.pattern(r"[a-z]+(_[a-z]+)*", longest=40, rule="must be the code of a reason"),
            "source": cells.text(longest=200),
        },
    )
    check_once("case", [case.case for case in found])
    for case in found:
        if len(case.links) not in (1, len(case.second)):
            raise InvalidCatalogueFile(f"“{case.case}” has links for {len(case.links)} devices of {len(case.second)}.")
    return found


def read_layouts(folder: Path = DATA) -> dict[str, Layout]:
    """Return the layouts of the shop's products and of the reference devices; raises InvalidCatalogueFile."""
    reference = folder / "reference"
    rows = [row for path in sorted((folder / "products").glob("*.csv")) for row in read_rows(path.read_bytes())]
    sold = _layouts((folder / "ports").glob("*.csv"), folder, rows)
    kinds = read_table((reference / "kinds.csv").read_bytes(), ("product", "kind", "accessory_type"))
    known = _layouts([reference / "ports.csv"], reference, kinds)
    if twice := sorted(sold.keys() & known.keys()):
        raise InvalidCatalogueFile(f"A reference device has the name of a product: {', '.join(twice)}.")
    return sold | known


def judge(case: Case, layouts: Mapping[str, Layout]) -> Outcome:
    """Return what the shop says of a case; raises InvalidCatalogueFile if it names something unknown."""
    names = [case.first, *case.second, *(name for chain in case.links for name in chain)]
    if unknown := [name for name in names if name not in layouts]:
        raise InvalidCatalogueFile(f"“{case.case}” names what has no ports: {', '.join(unknown)}.")
    first, *seconds = (layouts[name] for name in (case.first, *case.second))
    chains = [[layouts[name] for name in chain] for chain in case.links]
    if len(seconds) > 1:
        devices = list(zip(chains * (len(seconds) // len(chains)), seconds, strict=True))
        verdict, reasons, _shares = judge_sharing(first, devices)
        return Outcome(case, verdict, reasons)
    if chains[0]:
        found = assess_chain(first, chains[0], seconds[0], carrying=case.carrying)
    else:
        found = assess(first, seconds[0], carrying=case.carrying)
    return Outcome(case, found.verdict, found.reasons)


def _layouts(ports: Iterable[Path], folder: Path, products: Iterable[FileRow]) -> dict[str, Layout]:
    rows = [row.cells for row in products if row.cells.get("kind")]
    purposes = {row["product"]: purposes_of(row["kind"], row["accessory_type"] or None) for row in rows}
    joins, budgets = ((folder / name).read_bytes() for name in ("port_joins.csv", "power_budgets.csv"))
    found = read_ports([path.read_bytes() for path in sorted(ports)], joins, budgets)
    return {name: layout_of(product, purposes.get(name, ANYTHING)) for name, product in found.items()}


def _names(cell: str) -> tuple[str, ...]:
    return tuple(slug(name) for name in cells.required(cell).split(BESIDE))


def _links(cell: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(slug(name) for name in chain.split(THEN) if name) for chain in cell.split(BESIDE))
