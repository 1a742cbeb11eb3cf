"""The states of a payment, as the page for staff draws them."""

from __future__ import annotations

import re

from electroports.settings import BASE_DIR
from orders.models import Payment


def test_diagram_is_the_table_of_transitions() -> None:
    page = (BASE_DIR / "docs" / "payments.md").read_text()
    drawn = set(re.findall(r"^ +(\S+) --> (\S+)$", page, re.MULTILINE))

    table = {(str(before), str(after)) for before, afters in Payment.TRANSITIONS.items() for after in afters}
    ends = {(str(before), "[*]") for before, afters in Payment.TRANSITIONS.items() if not afters}
    assert drawn == table | ends | {("[*]", "starting")}
