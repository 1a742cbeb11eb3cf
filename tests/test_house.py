"""What holds for the project as a whole."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from electroports import __version__
from electroports.errors import DomainError
from electroports.settings import ENV

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("electroports", "accounts", "catalog", "orders")
MODULES = sorted(
    path.relative_to(ROOT)
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts and path.read_text().strip()
)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_project_says_one_version_everywhere(api: APIClient) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## .*?(\d+\.\d+\.\d+)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)

    assert newest is not None
    assert api.get("/api/schema").json()["info"]["version"] == __version__ == project["version"] == newest[1]


def test_env_example_names_every_variable_and_no_other() -> None:
    named = re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)

    assert sorted(named) == sorted(ENV)


def test_readme_names_every_variable() -> None:
    table = set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", (ROOT / "README.md").read_text(), flags=re.MULTILINE))

    assert table == set(ENV)


def test_every_requirement_is_pinned_and_hashed() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.findall(
            r"^([a-z0-9][^\s]*).*?\\\n((?:\s+--hash=.*\n?)+)", (ROOT / name).read_text(), flags=re.MULTILINE
        )
        assert blocks
        assert all("==" in requirement for requirement, _hashes in blocks)


def test_settings_read_the_environment_only_through_the_declared_table() -> None:
    text = (ROOT / "electroports" / "settings.py").read_text()

    assert "os.environ" not in text
    assert set(re.findall(r'env\("([A-Z0-9_]+)"\)', text)) <= set(ENV)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_modules_are_short_and_open_with_a_sentence(module: Path) -> None:
    text = (ROOT / module).read_text()
    tree = ast.parse(text)

    assert ast.get_docstring(tree)
    assert len(text.splitlines()) <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < 50, node.name


# Several actions on one thing, or functions that hand things on to an action.
NAMED_OTHERWISE = {"complete_rows", "forget_files", "keep_wishlist", "lock_product", "moderate_review", "plan_specs"}


def test_an_action_stands_in_a_file_of_its_name_and_takes_keywords_only() -> None:
    actions = [module for module in MODULES if module.parts[1] == "actions" and module.stem != "__init__"]
    odd = set()
    for module in actions:
        functions = [node for node in ast.parse((ROOT / module).read_text()).body if isinstance(node, ast.FunctionDef)]
        if not any(node.name == module.stem and not node.args.args for node in functions):
            odd.add(module.stem)

    assert len(actions) > 100
    assert odd == NAMED_OTHERWISE


def test_test_files_are_short_too() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "tests").rglob("*.py")}

    assert {path.relative_to(ROOT) for path, length in lengths.items() if length > 400} == set()


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "services", "service", "signals", "common", "misc"}

    assert [module for module in MODULES if drawers & {part.removesuffix(".py") for part in module.parts}] == []


def test_products_are_locked_in_one_order_by_one_function() -> None:
    spelt = re.compile(r"\bProduct\.objects\.[^\n]*select_for_update")

    found = [module.as_posix() for module in MODULES if spelt.search((ROOT / module).read_text())]
    assert found == ["catalog/actions/lock_product.py"]


def test_rows_are_told_the_time() -> None:
    told_by_nobody = {
        field
        for app in ("accounts", "catalog", "orders")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields
        if field.default is timezone.now or getattr(field, "auto_now_add", False)
    }

    # Users are made by Django too, and products by the forms of the back office.
    assert {str(field) for field in told_by_nobody} == {"accounts.User.date_joined", "catalog.Product.created_at"}


def refusals(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for refusal in base.__subclasses__():
        if refusal.__module__.split(".")[0] in PACKAGES:
            yield refusal
        yield from refusals(refusal)


def test_refusals_are_no_failures_and_have_codes_for_machines() -> None:
    found = set(refusals())

    assert len(found) > 5
    for refusal in found:
        assert 400 <= refusal.status < 500 or refusal.status == 503, refusal  # which a provider's failing is
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", refusal.code), refusal
        assert refusal.__doc__, refusal


def test_the_top_level_has_what_people_look_for() -> None:
    files = [
        "README.md",
        "LICENSE",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Makefile",
        "Procfile",
        "render.yaml",
        "manage.py",
    ]

    assert [name for name in [*files, ".env.example", "docs/openapi.yaml"] if not (ROOT / name).is_file()] == []
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert {".env", "*.sqlite3", "/media/"} <= set((ROOT / ".gitignore").read_text().splitlines())
