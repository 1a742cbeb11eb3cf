"""The operators' page about M-Pesa says what the code does."""

from __future__ import annotations

import re

import pytest

from electroports.environment import BASE_DIR, ENV
from orders.gateways.mpesa.client import Answer, NotTaken
from orders.gateways.mpesa.codes import RESULTS

PAGE = (BASE_DIR / "docs" / "mpesa.md").read_text()


def test_every_code_is_explained_with_its_reason() -> None:
    rows = re.findall(r"^\| ([\w]+) \| `(\w+)` \|", PAGE, re.MULTILINE)

    assert dict(rows) == {code: reason.value for code, reason in RESULTS.items()}


def test_every_error_at_the_start_has_the_reason_that_is_told() -> None:
    rows = re.findall(r"^\| (\d{3}\.\d{3}\.[\d, .]+)(?:, “([^”]+)”)? \| `(\w+)` \|", PAGE, re.MULTILINE)

    told = {}
    for codes, words, reason in rows:
        for code in codes.split(", "):
            told[code, words] = reason
    assert len(told) == 10
    for (code, words), reason in told.items():
        if code.startswith("400.008"):
            continue  # of the token's own address: test_mpesa_tokens.py
        answer = Answer(int(code[:3]), {"errorCode": code, "errorMessage": f"Error: {words.title()} here"})
        with pytest.raises(NotTaken) as raised:
            answer.accepted()
        assert raised.value.reason == reason, code


def test_every_variable_is_named() -> None:
    assert set(re.findall(r"`(MPESA_\w+)`", PAGE)) == {name for name in ENV if name.startswith("MPESA_")}
