"""What the shop says about ports agrees with the truth table, case by case."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from itertools import pairwise, product
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.errors import InvalidCatalogueFile
from catalog.files.connectors import read_connectors
from catalog.ports import Assessment, Gender, Verdict, assess
from catalog.ports.reasons import SENTENCES
from catalog.ports.vocabulary import ENTERS, FACES
from catalog.truth import DATA, Case, Outcome, judge, judge_all, read_cases, read_layouts
from electroports.spreadsheets import guard

CASES = read_cases((DATA / "truth_table.csv").read_bytes())
LAYOUTS = read_layouts()
OF_A_SHOP = {"out_of_stock", "no_chain"}  # which say what is sold, not what fits


@pytest.mark.parametrize("case", CASES, ids=[case.case for case in CASES])
def test_case(case: Case) -> None:
    outcome = judge(case, LAYOUTS)

    assert (outcome.verdict, case.reason) == (case.verdict, case.reason if outcome.is_met else outcome.reasons)
    if len(case.second) == 1:
        assert told(judge(turned(case), LAYOUTS)) == told(outcome)


def turned(case: Case) -> Case:
    """Return the same case, told from its other end."""
    links = tuple(reversed(case.links[0]))
    return case._replace(first=case.second[0], links=(links,), second=(case.first,))


def told(found: Outcome | Assessment) -> tuple[Verdict, set[str]]:
    return found.verdict, {reason.code for reason in found.reasons}


def test_any_two_products_suit_each_other_alike_from_both_sides() -> None:
    names = sorted(LAYOUTS)
    chance = random.Random(16)
    for one, other in (chance.sample(names, 2) for _ in range(600)):
        assert told(assess(LAYOUTS[one], LAYOUTS[other])) == told(assess(LAYOUTS[other], LAYOUTS[one])), (one, other)


def test_there_are_enough_cases_of_every_kind() -> None:
    verdicts = Counter(case.verdict for case in CASES)

    assert len(CASES) >= 450
    assert min(verdicts.values()) >= 40
    assert verdicts[Verdict.WORKS] >= 100


def test_no_case_stands_twice() -> None:
    what = Counter((case.first, case.links, case.second, case.carrying) for case in CASES)

    assert [case for case, count in what.items() if count > 1] == []


def test_every_reason_has_a_case() -> None:
    assert {case.reason for case in CASES} == set(SENTENCES) - OF_A_SHOP


def test_everything_that_enters_another_kind_has_a_case() -> None:
    met: set[tuple[str, str] | frozenset[str]] = set()
    for case in CASES:
        chain = [LAYOUTS[name] for name in (case.first, *case.links[0], case.second[0])]
        for one, other in pairwise(chain):
            for pair in product(one.ports, other.ports):
                plug, socket = sorted(pair, key=lambda port: port.gender)
                if (plug.gender, socket.gender) == (Gender.PLUG, Gender.RECEPTACLE):
                    met.add((plug.connector, socket.connector))
                elif plug.gender == socket.gender == Gender.NEITHER:
                    met.add(frozenset({plug.connector, socket.connector}))

    assert set(ENTERS) | set(FACES) <= met


def test_every_connector_of_a_reference_device_is_known() -> None:
    known = {
        row.code
        for row, _pins in read_connectors(
            (DATA / "connectors.csv").read_bytes(), (DATA / "connector_pins.csv").read_bytes()
        )
    }

    assert {port.connector for layout in LAYOUTS.values() for port in layout.ports} <= known


def test_every_reference_device_has_a_case() -> None:
    rows = (DATA / "reference" / "ports.csv").read_text().splitlines()[1:]
    named = {name for case in CASES for name in (case.first, *case.second, *(n for chain in case.links for n in chain))}

    assert {row.split(",")[0] for row in rows} - named == set()


def test_the_score_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("score_ports")

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].split() == ["all", str(len(CASES)), "of", f"{len(CASES)},", "100.0", "%"]
    assert {line.split()[0] for line in lines[:-1]} == {case.group for case in CASES}


def test_a_case_that_is_not_met_is_printed_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = CASES[0]._replace(verdict=Verdict.NO)
    monkeypatch.setattr("catalog.management.commands.score_ports.judge_all", lambda: [judge(wrong, LAYOUTS)])

    with pytest.raises(CommandError, match="1 of 1 cases are not met"):
        call_command("score_ports")

    assert f"expected no ({wrong.reason}), by {wrong.source}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("links", "second", "message"),
    [
        ("no-such-cable", "apple-iphone-15", "names what has no ports: no-such-cable"),
        ("", "no-such-phone", "names what has no ports: no-such-phone"),
        ("a + b", "apple-iphone-15", "has links for 2 devices of 1"),
    ],
)
def test_a_case_that_cannot_be_judged_is_refused(tmp_path: Path, links: str, second: str, message: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "truth_table.csv").write_text(
        f"group,case,first,links,second,carrying,verdict,reason,source\na,b,charger-usb-c-20w,{links},{second},,no,x,y\n"
    )

    with pytest.raises(InvalidCatalogueFile, match=message):
        judge_all(folder)


def test_a_reference_device_may_not_have_the_name_of_a_product(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    with (folder / "reference" / "ports.csv").open("a") as file:
        file.write(guard("apple-iphone-15") + ",USB-C,usb-c,receptacle,1,\n")

    with pytest.raises(InvalidCatalogueFile, match="name of a product: apple-iphone-15"):
        read_layouts(folder)
