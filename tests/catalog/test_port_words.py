"""The words in which ports are described, as the documentation prints them, and there and back again."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.actions.seed_catalog import DATA
from catalog.files.ports import join_lanes, join_lanes_text, lanes, lanes_text, read_ports, splits, splits_text
from catalog.files.seed import SeedFolder
from catalog.ports import PROTOCOLS
from electroports.settings import BASE_DIR
from tests.test_readme import blocks, section, table_rows

PORTS = BASE_DIR / "docs" / "ports.md"


def test_every_protocol_is_documented() -> None:
    rows = [(row[0].strip("`"), row[1], row[2]) for row in table_rows(section(PORTS, "Protocols"))]

    assert rows == [(row.code, row.name, row.carrying.value) for row in PROTOCOLS.values()]


@pytest.mark.parametrize(
    ("language", "read", "write"),
    [("ports", lanes, lanes_text), ("ways", join_lanes, join_lanes_text), ("splits", splits, splits_text)],
)
def test_what_is_printed_can_be_read_and_is_written_the_same(language: str, read: Any, write: Any) -> None:
    (printed,) = blocks(PORTS, language)

    assert write(read(printed)) == " | ".join(printed.strip().splitlines())


def test_what_the_seed_says_is_written_the_same() -> None:
    files = SeedFolder(DATA)
    found = read_ports(
        (data for _name, data in files.all_in("ports")), files.get("port_joins"), files.get("power_budgets")
    )
    assert len(found) > 400

    for rows in found.values():
        for port in rows.ports:
            assert lanes(lanes_text(port.carries)) == port.carries
        for join in rows.joins:
            assert join_lanes(join_lanes_text(join.carries)) == join.carries
        if rows.budget:
            assert splits(splits_text(rows.budget.splits)) == rows.budget.splits
