"""What `make serve` does before the server starts."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from electroports.settings import BASE_DIR
from orders.actions.make_demo_coupon import make_demo_coupon
from orders.models import Promotion


@pytest.mark.django_db
def test_an_address_where_somebody_serves_already_is_refused_before_anything_is_made(settings: Any) -> None:
    settings.DEBUG = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"127.0.0.1:{port} is taken"):
            call_command("prepare_demo", address=f"http://127.0.0.1:{port}")

    assert not Product.objects.exists()


@pytest.mark.django_db
def test_the_coupon_to_try_is_made_once_and_stays_as_staff_left_it() -> None:
    made = make_demo_coupon()
    made.is_active = False
    made.save()

    again = make_demo_coupon()

    assert (again.pk, again.is_active) == (made.pk, False)
    assert [promotion.code for promotion in Promotion.objects.all()] == ["KARIBU"]


def programs(folder: Path, **variables: str) -> list[str]:
    """What `make serve` would run in this folder, once everything is installed: the worker and the server."""
    shutil.copy(BASE_DIR / "Makefile", folder)
    environment = {"PATH": os.environ["PATH"], **variables}
    commands = ["make", "--dry-run", "--assume-old=.venv/.runtime", "serve"]
    done = subprocess.run(commands, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if re.search("qcluster|granian", line)]


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_links_in_mail_lead_to_the_address_that_is_served(tmp_path: Path) -> None:
    for variables, address in (
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8100", "HOST": "0.0.0.0"}, "http://0.0.0.0:8100"),
        ({"PORT": "8100", "PUBLIC_URL": "https://shop.example"}, "https://shop.example"),
    ):
        found = [re.findall(r"PUBLIC_URL=(\S+)", line) for line in programs(tmp_path, **variables)]
        assert found == [[address], [address]]

    (tmp_path / ".env").write_text("PUBLIC_URL=https://own.example\n")
    assert ["PUBLIC_URL" in line for line in programs(tmp_path)] == [False, False]
