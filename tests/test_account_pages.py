"""The pages on accounts for frontend developers: all that they print is run against a served shop."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from electroports.jobs import background
from tests.accounts.otp import code_at, give_second_factor
from tests.fakes.sms import KeepingBackend
from tests.pages import run_page
from tests.test_readme import AS_PRINTED

# Each page with what its calls come to, in their order.
PAGES = {
    "sessions.md": [
        *("201 POST", "200 POST", "200 GET", "204 DELETE", "401 GET"),
        *("204 DELETE", "204 DELETE", "401 GET"),
    ],
    "signing-in.md": [
        *("201 POST", "200 POST", "200 GET", "200 POST", "200 POST"),
        *("204 POST", "200 GET", "204 POST", "401 GET"),
    ],
    "phone-codes.md": ["204 POST", "201 POST", "400 POST", "201 POST", "204 POST", "200 POST"],
    "sign-in-elsewhere.md": ["409 POST", "400 POST", "201 POST", "200 GET", "409 POST", "404 DELETE"],
    "email-and-password.md": [
        *("201 POST", "204 POST", "200 GET", "204 POST"),
        *("204 POST", "204 POST", "200 POST"),
        *("204 POST", "200 GET", "200 POST", "200 POST", "204 POST"),
    ],
    "privacy.md": ["201 POST", "200 GET", "200 POST", "200 GET", "204 DELETE", "401 GET"],
    "lock-out.md": ["201 POST", *["401 POST"] * 5, "429 POST", "200 POST"],
    "addresses.md": ["201 POST", "201 POST", "201 POST", "200 PATCH", "200 GET", "204 DELETE", "200 GET"],
}


@pytest.fixture
def shop(live_server: Any, settings: Any) -> Iterator[str]:
    """A shop as `make serve` has it; jobs run after the answers, and messages are kept to be read."""
    settings.DEBUG, settings.JOBS_INLINE = True, True
    settings.PUBLIC_URL = live_server.url
    settings.SMS_BACKEND = "tests.fakes.sms.KeepingBackend"
    KeepingBackend.sent.clear()
    yield live_server.url
    background.submit(lambda: None).result(timeout=30)  # what was begun ends before the tables are emptied


@AS_PRINTED
@pytest.mark.parametrize("page", PAGES)
def test_calls_work_as_printed(page: str, shop: str, tmp_path: Path) -> None:
    made, _printed = run_page(page, shop, tmp_path)

    assert made == PAGES[page]


@AS_PRINTED
def test_calls_of_staff_work_as_printed(shop: str, tmp_path: Path, settings: Any) -> None:
    call_command("create_demo_staff", stdout=StringIO())
    give_second_factor(User.objects.get())
    settings.STAFF_SECOND_FACTOR = True

    made, printed = run_page("staff.md", shop, tmp_path, ways={"from the app": lambda _: code_at()})

    assert made == ["401 POST", "200 POST", "200 GET", "401 POST"]
    assert printed == ["second_factor_required\nadmin\nsecond_factor_wrong"]
