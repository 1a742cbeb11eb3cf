"""The page about cards says what the code does."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from orders.gateways.cards.codes import DECLINES
from orders.gateways.cards.events import READERS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cards.md").read_text()


def test_it_names_every_event_that_does_something() -> None:
    named = re.findall(r"^\| `((?:payment_intent|refund|charge)\.[a-z_.]+)` \|", PAGE, flags=re.MULTILINE)

    assert named == [*dict.fromkeys(named)]
    assert set(named) == set(READERS)


def test_it_names_every_code_with_its_reason() -> None:
    table = PAGE.split("| reason | Stripe's codes |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", table, flags=re.MULTILINE)
    codes = defaultdict(set)
    for code, reason in DECLINES.items():
        codes[reason.value].add(code)

    assert {reason: set(re.findall(r"`([a-z_]+)`", named)) for reason, named in rows} == codes
