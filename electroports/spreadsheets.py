"""Texts in files that people open in spreadsheets."""

from __future__ import annotations

import re

# A spreadsheet runs a cell that begins so as a formula (OWASP, "CSV injection"); an apostrophe in front makes it text.
FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guard(text: str) -> str:
    """Return the text as it is written: with an apostrophe in front where a spreadsheet would run it."""
    return "'" + text if FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """Return the text that `guard` was given."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
