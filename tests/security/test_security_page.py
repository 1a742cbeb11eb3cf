"""What docs/security.md says is there, and where the shop goes out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))
# Libraries that open connections to others, and the modules that use them. A new one goes to an address of a setting,
# has a time limit, and is told of in docs/security.md.
GOING_OUT = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "stripe", "urllib.request"}
MODULES = {
    "accounts/provider_keys.py",  # the keys of Google and Apple
    "electroports/discretion.py",  # goes nowhere: it reads what a mail server refused
    "catalog/actions/send_notices.py",  # by mail
    "electroports/outbox.py",  # by mail
    "electroports/sms.py",
    "orders/gateways/cards/client.py",
    "orders/gateways/mpesa/client.py",
    "orders/gateways/simulator.py",
    "orders/management/commands/prepare_demo.py",  # looks for a free port
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_the_page_names_every_risk_and_chapter() -> None:
    assert re.findall(r"^\| API(\d+) ", PAGE, flags=re.MULTILINE) == [str(n) for n in range(1, 11)]
    assert [int(n) for n in re.findall(r"^\| V(\d+) ", PAGE, flags=re.MULTILINE)] == list(range(1, 18))
    assert len(NAMED) > 40


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_what_the_page_names_is_there(file: str, test: str) -> None:
    text = (ROOT / file).read_text()

    assert "def test_" in text
    assert not test or re.search(rf"^def {test}\(", text, flags=re.MULTILINE)


def test_only_these_modules_go_out() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("accounts", "catalog", "electroports", "orders")
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts and {name.lower() for name in imported(path)} & GOING_OUT
    }

    assert found == MODULES
