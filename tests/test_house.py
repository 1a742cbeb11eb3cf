"""What holds for the project as a whole."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from electroports.settings import ENV

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_env_example_names_every_variable_and_no_other() -> None:
    named = re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)

    assert sorted(named) == sorted(ENV)


def test_readme_names_every_variable() -> None:
    table = set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", (ROOT / "README.md").read_text(), flags=re.MULTILINE))

    assert table == set(ENV)


def test_every_requirement_is_pinned_and_hashed() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.findall(r"^([a-z0-9][^\s]*).*?\\\n((?:\s+--hash=.*\n?)+)", (ROOT / name).read_text(), flags=re.MULTILINE)
        assert blocks
        assert all("==" in requirement for requirement, _hashes in blocks)


def test_settings_read_the_environment_only_through_the_declared_table() -> None:
    text = (ROOT / "electroports" / "settings.py").read_text()

    assert "os.environ" not in text
    assert set(re.findall(r'env\("([A-Z0-9_]+)"\)', text)) <= set(ENV)
