"""The parameter `spec` of lists: conditions on specification fields, such as `ram:8..,screen_panel:OLED|AMOLED`."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog.columns import SPEC
from catalog.specs import BOOLEAN, CHOICE, SpecRule
from electroports.errors import DOES_NOT_EXIST

MAX_CONDITIONS = 20
FIGURE = r"[0-9]{1,9}(?:\.[0-9]{1,3})?"
RANGE = re.compile(rf"({FIGURE})?\.\.({FIGURE})?|({FIGURE})\Z", re.ASCII)
# One condition, as far as it can be told without the fields.
CONDITION = r"[a-z][a-z0-9_]{0,39}:[^,:;\x00-\x1F]{1,200}"

FindRule = Callable[[str], SpecRule | None]


class SpecFilter(NamedTuple):
    """What the conditions come to: words of which one must be there, and numbers within bounds."""

    any_of: tuple[tuple[str, tuple[Any, ...]], ...]
    bounds: tuple[tuple[str, float, float], ...]


def parse_spec(text: str, find: FindRule) -> SpecFilter:
    """Return the filter that comma-separated conditions `code:condition` stand for; all of them must hold.

    A number's condition is `6`, `6..7`, `6..` or `..7`, bounds included, in the field's unit; of choices it is one or
    more with bars between; else it is true or false. Raises ValidationError that names the field in question.
    """
    conditions = text.split(",")
    if len(conditions) > MAX_CONDITIONS:
        raise refused(f"Give at most {MAX_CONDITIONS} conditions.")
    any_of: dict[str, tuple[Any, ...]] = {}
    bounds: dict[str, tuple[float, float]] = {}
    for condition in conditions:
        code, colon, wanted = condition.partition(":")
        if not colon:
            raise refused("Give conditions such as ram:8.. or nfc:true, separated by commas.")
        rule = find(code)
        if rule is None:
            raise refused(f"There is no specification field {code[:40]!r}.", DOES_NOT_EXIST)
        if not rule.is_filterable:
            raise refused(f"Lists cannot be filtered by {code}.", "not_filterable")
        name = SPEC + code
        if name in any_of or name in bounds:
            raise refused(f"Give one condition on {code}.")
        if rule.type in (CHOICE, BOOLEAN):
            any_of[name] = parse_words(rule, wanted)
        else:
            bounds[name] = parse_range(rule, wanted)
    return SpecFilter(
        any_of=tuple(sorted(any_of.items())),
        bounds=tuple((name, low, high) for name, (low, high) in sorted(bounds.items())),
    )


def parse_words(rule: SpecRule, text: str) -> tuple[Any, ...]:
    """Return the choices with bars between, or the truth, that `text` spells."""
    if rule.type == BOOLEAN:
        if text not in ("true", "false"):
            raise refused(f"Of {rule.code} give true or false.")
        return (text == "true",)
    words = tuple(sorted(set(text.split("|"))))
    if not set(rule.choices).issuperset(words):
        raise refused(f"Of {rule.code} give one or more of {', '.join(rule.choices)}.")
    return words


def parse_range(rule: SpecRule, text: str) -> tuple[float, float]:
    """Return the bounds that `6`, `6..7`, `6..` or `..7` spells, both included."""
    found = RANGE.fullmatch(text)
    if found is None or text == "..":
        raise refused(f"Of {rule.code} give a number or a range such as 6, 6..7, 6.. or ..7.")
    low, high, exact = found.groups()
    if exact is not None:
        return float(exact), float(exact)
    return float(low or 0), float(high) if high else inf


def refused(message: str, code: str = "invalid") -> ValidationError:
    """Return the refusal of a condition."""
    return ValidationError({"spec": [ErrorDetail(message, code=code)]})
