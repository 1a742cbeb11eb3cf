"""What people read agrees with what is there: README, CONTRIBUTING, .env.example and docs/."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands
from django.utils import timezone
from PIL import Image

from catalog.actions.import_catalog import import_catalog
from catalog.actions.seed_catalog import DATA, seed_catalog
from catalog.files import COLUMNS, read_rows
from catalog.models import Product, StockLevel, StockMovement
from catalog.models.product import RESERVED_SLUGS
from electroports.settings import BASE_DIR, ENV
from orders.invariants import INVARIANTS
from orders.life import EDGES, Actor
from orders.models import Order
from tests import factories

README = BASE_DIR / "README.md"
DOCUMENTS = sorted([*BASE_DIR.glob("*.md"), *(BASE_DIR / "docs").rglob("*.md")])
ADDRESS = "http://127.0.0.1:8000"
NEXT = "----- next block -----"
NOT_HERE = {"utils", "helpers", "services", "signals"}  # names that CONTRIBUTING forbids
# Says on standard error what each call came to, and is otherwise the real curl.
CURL = """#!/bin/sh
exec {curl} -w '%{{stderr}}%{{http_code}} %{{method}} %{{url_effective}}\\n' "$@"
"""


def blocks(document: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL)


def section(document: Path, heading: str) -> str:
    """Return the text below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", document.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def table_rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in a text, without their headers."""
    rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip().replace(r"\|", "|") for cell in row] for row in rows]
    return [row for position, row in enumerate(cells[2:], start=2) if not set("".join(row)) <= set("-")]


def products_named(commands: str) -> set[str]:
    """Return the addresses of products in calls."""
    return set(re.findall(r"(?:/api/products/|from=|to=)([a-z0-9-]+)", commands)) - RESERVED_SLUGS


def seed_what_is_named(commands: str, folder: Path) -> None:
    """Seed the shop with the products of the data files that the commands name, and only these."""
    slugs = products_named(commands)
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("products", "reference"), dirs_exist_ok=True)
    (folder / "products").mkdir()
    for path in (DATA / "products").glob("*.csv"):
        rows = [row for row in csv.DictReader(io.StringIO(path.read_text())) if row["product"] in slugs]
        with (folder / "products" / path.name).open("w", newline="") as target:
            writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    assert set(seed_catalog(reset=False, at=timezone.now(), folder=folder).slugs) == slugs


def run_as_printed(calls: list[str], shop: str, folder: Path) -> tuple[list[str], list[str]]:
    """Run blocks of bash in an empty folder, one after the other; return what each call came to and each block said."""
    assert f"SHOP={ADDRESS}\n" in calls[0]
    stand_in = folder / "curl"
    stand_in.write_text(CURL.format(curl=shutil.which("curl")))
    stand_in.chmod(0o755)
    quick = Path(sys.executable).parent  # its python3 is no shim
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"echo '{NEXT}'\n".join(calls).replace(ADDRESS, shop)],
        env={**os.environ, "PATH": f"{folder}:{quick}:{os.environ['PATH']}"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = [line.split(shop)[0].strip() for line in done.stderr.splitlines() if shop in line]
    return made, [text.strip() for text in done.stdout.split(NEXT)]


AS_PRINTED = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="curl and bash are not installed"
)


@AS_PRINTED
def test_first_calls_work_as_printed(live_server: Any, tmp_path: Path) -> None:
    calls = blocks(README, "bash")
    (tmp_path / "data").mkdir()
    seed_what_is_named("".join(calls), tmp_path / "data")

    made, printed = run_as_printed(calls, live_server.url, tmp_path)

    listed, read, registered, _logged_in, placed, again, mine, cancelled, guest, refused, *looked_up = printed[1:]
    corrected, fitting, connected, pins = looked_up
    assert made == [
        *("200 GET", "200 GET", "201 POST", "200 POST"),
        *("200 GET", "201 POST", "201 POST", "200 GET", "200 GET", "200 POST"),
        *("200 GET", "201 POST", "200 GET", "409 POST"),
        *("200 GET", "200 GET", "200 GET", "200 GET", "200 POST", "200 GET"),
    ]
    assert [row["slug"] for row in json.loads(listed)["results"]] == ["soundcore-space-one"]
    assert json.loads(read)["slug"] == "soundcore-space-one"
    assert json.loads(registered)["user"]["phone"] == "+254712345678"
    order = json.loads(placed)
    assert re.fullmatch(r"EP-[2-9A-HJ-NP-Z]{6}", order["number"])
    assert (order["status"], order["items"][0]["quantity"]) == ("pending", 2)
    assert again == order["number"]
    assert json.loads(mine.rpartition("\n")[0])["number"] == order["number"]
    assert mine.rpartition("\n")[2] == "1"
    assert cancelled == "cancelled"
    assert json.loads(guest.rpartition("\n")[0])["total"] == guest.rpartition("\n")[2]
    assert json.loads(refused)["code"] == "insufficient_stock"
    assert corrected == "soundcore space one"
    assert {row["slug"]: row["verdict"] for row in json.loads(fitting)["results"]} == {
        "apple-iphone-13": "works",
        "apple-20w-usb-c-power-adapter": "works",
        "anker-735-charger-ganprime-65w": "works",
    }
    charges, _newline, basket = connected.partition("\n")
    assert charges == "Charges at 20 W."
    assert [row["slug"] for row in json.loads(basket)["missing"][0]["mend"]["products"]] == [
        "apple-usb-c-to-lightning-cable"
    ]
    assert len(json.loads(pins)["pins"]) == 24
    assert sorted(Order.objects.values_list("status", "user__username")) == [
        ("cancelled", "wanjiku"),
        ("pending", None),
    ]
    assert sum(StockLevel.objects.values_list("allocated", flat=True)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curl", "data"]


@AS_PRINTED
def test_calls_of_staff_work_as_printed(live_server: Any, tmp_path: Path, settings: Any) -> None:
    calls = blocks(BASE_DIR / "docs" / "staff-api.md", "bash")
    (tmp_path / "data").mkdir()
    seed_what_is_named("".join(calls), tmp_path / "data")
    settings.STAFF_SECOND_FACTOR = False  # as on a developer's machine
    settings.DEBUG = True
    call_command("create_demo_staff", stdout=io.StringIO())
    settings.DEBUG = settings.STAFF_SECOND_FACTOR = False
    Image.new("RGB", (60, 40)).save(tmp_path / "front.jpg")

    made, printed = run_as_printed(calls, live_server.url, tmp_path)

    _token, slug, months, price, prices, stock, port, report, picture = printed
    assert made == [
        *("200 POST", "200 GET", "200 GET", "200 PATCH", "200 PATCH", "200 POST"),
        *("200 GET", "201 POST", "200 GET"),
        *("200 GET", "200 PUT", "200 POST", "201 POST"),
    ]
    assert (slug, months, price, prices) == ("soundcore-space-one", "24", "9999.00", "1")
    moved, _brace, listed = stock.partition("\n}\n")
    (level,) = json.loads(moved + "}")["levels"]
    assert level in json.loads(listed)["results"]
    assert [(row["index"], row["code"]) for row in json.loads(report)["errors"]] == [(1, "required")]
    assert "'limit': 10.0" in port
    assert list(Product.objects.get().ports.values_list("name", flat=True)) == ["USB-C", "3.5 mm jack", "Bluetooth"]
    assert json.loads(picture)["alt"] == "Soundcore Space One, front"
    assert Product.objects.get().warranty_months == 24
    assert StockMovement.objects.get(reference="Note 4711").on_hand_change == 25
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curl", "data", "front.jpg"]


def test_readme_says_how_many_products_the_seed_has() -> None:
    files = (DATA / "products").glob("*.csv")
    products = {row["product"] for path in files for row in csv.DictReader(io.StringIO(path.read_text()))}

    assert f"with {len(products)} real products" in README.read_text()
    assert f"({len(products)} real products)" in (BASE_DIR / "CHANGELOG.md").read_text()


def test_configuration_table_has_the_types_and_defaults_of_the_settings() -> None:
    rows = table_rows(section(README, "Configuration"))

    assert {row[0].strip("`"): (row[1], row[2].strip("`")) for row in rows} == {
        name: (kind.__name__.lower(), spoken_default(default)) for name, (kind, default) in ENV.items()
    }
    assert all(row[3] for row in rows)


def spoken_default(default: Any) -> str:
    """Return a default as the table writes it: this folder is an ellipsis, a list has commas."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return ",".join(default)
    return str(default).replace(str(BASE_DIR), "…")


def test_env_example_holds_values_of_the_right_types() -> None:
    lines = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$", (BASE_DIR / ".env.example").read_text(), re.MULTILINE)

    for name, text in lines:
        kind = ENV[name][0]
        if kind is bool:
            assert text in ("true", "false"), name
        elif kind in (int, Decimal):
            assert kind(text) >= 0, name
        else:
            assert text, name


def test_production_variables_are_those_that_the_deployment_checks_run_with() -> None:
    documented, used = (
        dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))
        for text in (blocks(README, "ini")[0], (BASE_DIR / "tests" / "production.env").read_text())
    )

    assert documented.pop("SECRET_KEY") != used.pop("SECRET_KEY")  # that one is public
    assert documented == used


def test_project_layout_shows_what_is_there() -> None:
    (layout,) = blocks(README, "text")
    folder = BASE_DIR
    for line in layout.splitlines():
        name = line.split()[0]
        path = folder / name if line.startswith(" ") else BASE_DIR / name
        folder = path if not line.startswith(" ") else folder
        assert path.is_dir() if name.endswith("/") else path.is_file(), name


def test_commands_and_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
    commands = set(get_commands())
    table = {row[0].strip("`").split()[0] for row in table_rows(section(README, "Commands for operators"))}

    assert table <= commands
    for document in DOCUMENTS:
        text = document.read_text()
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets, document
        assert set(re.findall(r"manage\.py ([a-z0-9_]+)", text)) <= commands, document


def test_operators_table_names_every_command_of_the_shop() -> None:
    table = {row[0].strip("`").split()[0] for row in table_rows(section(README, "Commands for operators"))}
    ours = {name for name, app in get_commands().items() if app in ("accounts", "catalog", "orders")}

    assert ours - table == {"create_demo_staff", "prepare_demo"}  # `make serve` runs these


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a document."""
    prose = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_files_that_are_named_exist(document: Path) -> None:
    folders = "accounts|benchmarks|catalog|docs|electroports|orders|templates|tests"
    named = re.findall(rf"`((?:{folders})/[^`: ]*)", document.read_text())

    assert [name for name in named if not (BASE_DIR / name).exists()] == []


def test_readme_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)", section(README, "Project layout")))

    assert linked == {f"docs/{page.name}" for page in (BASE_DIR / "docs").glob("*.md")}


def test_readme_says_what_is_not_there_yet_as_the_changelog_does() -> None:
    (missing,) = re.findall(r"^(Returns\b.*) are not there yet\.", README.read_text(), re.MULTILINE)

    named = section(BASE_DIR / "CHANGELOG.md", "Not there yet").partition(".")[0].strip("- \n")
    assert re.split(r", | and ", named) == re.split(r", | and ", missing)


def test_the_origin_of_a_frontend_is_one_that_settings_take() -> None:
    (origin,) = re.findall(r"CORS_ALLOWED_ORIGINS=(\S+) make serve", section(README, "First calls"))
    environment = {**os.environ, "DEBUG": "true", "CORS_ALLOWED_ORIGINS": origin}

    checked = [sys.executable, "manage.py", "check"]
    done = subprocess.run(checked, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_state_diagram_is_the_table_of_transitions() -> None:
    diagram = next(text for text in blocks(BASE_DIR / "docs" / "orders.md", "mermaid") if "stateDiagram" in text)
    steps = set(re.findall(r"^ +(\S+) --> (\S+)$", diagram, re.MULTILINE))

    legal = {(str(before), str(after)) for before, afters in Order.TRANSITIONS.items() for after in afters}
    last = {(str(status), "[*]") for status, afters in Order.TRANSITIONS.items() if not afters}
    assert steps == legal | last | {("[*]", str(Order._meta.get_field("status").default))}


def test_table_of_steps_is_the_table_of_edges() -> None:
    documented = table_rows(section(BASE_DIR / "docs" / "orders.md", "States"))

    assert [tuple(row[:3]) for row in documented] == [
        (
            f"`{edge.before}` → `{edge.after}`",
            ", ".join(actor for actor in Actor if actor in edge.takers),
            edge.guard.rule if edge.guard else "",
        )
        for edge in EDGES
    ]


@pytest.mark.parametrize(
    ("document", "heading"), [("orders.md", "Invariants"), ("operations.md", "When check_invariants reports")]
)
def test_every_invariant_is_documented(document: str, heading: str) -> None:
    documented = [row[0] for row in table_rows(section(BASE_DIR / "docs" / document, heading))]

    assert documented == [invariant.rule for invariant in INVARIANTS]


def test_columns_of_catalogue_files_are_documented() -> None:
    columns = [row[0].strip("`") for row in table_rows(section(BASE_DIR / "docs" / "catalogue-files.md", "Columns"))]

    assert columns == list(COLUMNS)


@pytest.mark.django_db
def test_example_of_a_catalogue_file_can_be_imported() -> None:
    (example,) = blocks(BASE_DIR / "docs" / "catalogue-files.md", "csv")
    factories.make_location("NBO")
    factories.make_location("MSA")
    factories.make_spec_field("usb_c_ports")
    factories.make_spec_field("weight", unit="g")

    report = import_catalog(
        rows=read_rows(example.encode()), dry_run=False, create_missing=True, acting_user=None, at=timezone.now()
    )

    assert report.created == ["anker-511-charger"]
    assert report.variants.created == 2


def test_contributing_names_what_there_is() -> None:
    text = " ".join(re.sub(r"```.*?```", "", (BASE_DIR / "CONTRIBUTING.md").read_text(), flags=re.DOTALL).split())
    folders = [BASE_DIR, *(BASE_DIR / app for app in ("electroports", "accounts", "catalog", "orders"))]
    sources = "".join(path.read_text() for folder in folders[1:] for path in folder.rglob("*.py"))
    targets = re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE)

    def is_named(name: str, source: str) -> bool:
        word = re.match(r"[\w.]*", name)[0].rpartition(".")[2]  # `visible_to` of `Order.objects.visible_to(user)`
        return re.search(rf"\b{word}\b", source) is not None

    def is_there(name: str) -> bool:
        if name.startswith("make "):
            return name.removeprefix("make ") in targets
        if command := re.search(r"manage\.py (\w+)", name):
            return command[1] in get_commands()
        is_path = "/" in name or Path(name).suffix in (".py", ".md", ".yaml", ".example")
        return any((folder / name).exists() for folder in folders) or (not is_path and is_named(name, sources))

    assert {name for name in re.findall(r"`([^`]+)`", text) if name not in NOT_HERE and not is_there(name)} == set()
    places = re.findall(r"((?:`[\w.]+`(?:,? and |,? or |, )?)+) in `([\w/]+\.\w+)`", text)
    assert len(places) > 10
    for listed, path in places:
        source = (BASE_DIR / path).read_text()
        assert [name for name in re.findall(r"`([^`]+)`", listed) if not is_named(name, source)] == [], path


def test_contributing_gives_the_layers_that_are_enforced() -> None:
    contracts = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract.get("containers")]
    _urls, _faces, *below = layers

    assert " → ".join(["faces", *below]) in " ".join((BASE_DIR / "CONTRIBUTING.md").read_text().split())
