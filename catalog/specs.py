"""Typed specifications: what a field may hold, how a value is written, shown and compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SpecValue = bool | int | float | str | list[int] | list[float] | list[str]
SpecValues = Mapping[str, SpecValue]

NUMBER, TEXT, CHOICE, BOOLEAN = "number", "text", "choice", "boolean"
HIGHER, LOWER = "higher", "lower"
SEPARATOR = ";"  # between the values of a field that has several
MAX_TEXT = 200
MAX_VALUES = 20
MAX_DECIMALS = 3
FIGURE = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(\.[0-9]{1,6})?(?:\s*([^\s0-9.,;][^;]*))?", re.ASCII)
NO_CHOICE = re.compile(r"[,;:|]|\.\.")  # what separates choices in files and in query strings

# Unit → what it measures, and how many of the base unit (g, mm, GB …) it is. So "1.29 kg" can be given in grams.
UNITS: Mapping[str, tuple[str, Decimal]] = {
    "mg": ("mass", Decimal("0.001")),
    "g": ("mass", Decimal(1)),
    "kg": ("mass", Decimal(1000)),
    "mm": ("length", Decimal(1)),
    "cm": ("length", Decimal(10)),
    "in": ("length", Decimal("25.4")),
    "m": ("length", Decimal(1000)),
    "MB": ("data", Decimal("0.001")),
    "GB": ("data", Decimal(1)),
    "TB": ("data", Decimal(1000)),
    "Mbit/s": ("rate", Decimal("0.001")),
    "Gbit/s": ("rate", Decimal(1)),
    "MB/s": ("speed", Decimal(1)),
    "GB/s": ("speed", Decimal(1000)),
    "mAh": ("charge", Decimal(1)),
    "Ah": ("charge", Decimal(1000)),
    "W": ("power", Decimal(1)),
    "kW": ("power", Decimal(1000)),
    "Hz": ("frequency", Decimal(1)),
    "kHz": ("frequency", Decimal(1000)),
    "min": ("time", Decimal(1)),
    "h": ("time", Decimal(60)),
}


class SpecRefused(ValueError):
    """A value that its field does not take; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SpecRule:
    """A specification field, as values are read, shown, filtered and compared by it."""

    code: str
    name: str
    group: str
    type: str
    unit: str = ""
    decimals: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[str, ...] = ()
    is_multiple: bool = False
    is_filterable: bool = False
    better: str = "none"
    trait: str = ""

    def parse(self, text: str) -> SpecValue:
        """Return the value that a text stands for, in the field's unit; raises SpecRefused."""
        if not self.is_multiple:
            return self._parse_one(text.strip())
        parts = [part.strip() for part in text.split(SEPARATOR)]
        if len(parts) > MAX_VALUES:
            raise SpecRefused("too_long", f"has {len(parts)} values; at most {MAX_VALUES}.")
        values: list[Any] = [self._parse_one(part) for part in parts]
        if len(set(values)) < len(values):
            raise SpecRefused("duplicate", "names a value twice.")
        if self.type == CHOICE:
            values.sort(key=self.choices.index)
        return sorted(values) if self.type == NUMBER else values

    def of_trait(self, traits: Mapping[str, Any]) -> SpecValue | None:
        """Return the value that the fields of the product's kind (`traits`, as documents show them) hold, if any."""
        held = traits.get(self.trait)
        if held is None or isinstance(held, bool):
            return held
        if self.type != NUMBER:
            return str(held)
        figure = plain_number(Decimal(str(held)))
        return [figure] if self.is_multiple else figure

    def display(self, value: SpecValue) -> str:
        """Return the value as people read it, with its unit: `6.1 in`, `128 / 256 GB`, `Yes`."""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, list):
            parts = [shown_number(each) if isinstance(each, int | float) else each for each in value]
            text = (" / " if self.type == NUMBER else ", ").join(parts)
        else:
            text = value if isinstance(value, str) else shown_number(value)
        return f"{text} {self.unit}" if self.unit else text

    def rank(self, value: SpecValue) -> float | None:
        """Return a number that is higher for a better value; None where no direction says which is better.

        Of several values the best counts. Among choices, those that stand later in the list are higher.
        """
        if self.better not in (HIGHER, LOWER):
            return None
        sign = 1 if self.better == HIGHER else -1
        values = value if isinstance(value, list) else [value]
        if self.type == CHOICE:
            figures = [float(self.choices.index(str(each))) for each in values if each in self.choices]
        else:
            figures = [float(each) for each in values if not isinstance(each, str)]
        return max(sign * figure for figure in figures) if figures else None

    def _parse_one(self, text: str) -> bool | int | float | str:
        if not text:
            raise SpecRefused("required", "is empty.")
        if self.type == NUMBER:
            return self._parse_number(text)
        if self.type == BOOLEAN:
            if text.lower() not in ("true", "false"):
                raise SpecRefused("invalid", f"is “{text[:40]}”; must be true or false.")
            return text.lower() == "true"
        if self.type == CHOICE:
            if text not in self.choices:
                raise SpecRefused("unknown", f"is “{text[:40]}”; must be one of {', '.join(self.choices)}.")
            return text
        if len(text) > MAX_TEXT:
            raise SpecRefused("too_long", f"has {len(text)} characters; at most {MAX_TEXT}.")
        return text

    def _parse_number(self, text: str) -> int | float:
        found = FIGURE.fullmatch(text)
        if found is None:
            raise SpecRefused("invalid", f"is “{text[:40]}”; must be a number of 0 or more{self._in_unit()}.")
        whole, places, unit = found.groups()
        figure = Decimal(whole.replace(",", "") + (places or ""))
        if unit is not None and unit.strip() != self.unit:
            figure = self._converted(figure, unit.strip())
        if figure != round(figure, self.decimals):
            raise SpecRefused("invalid", f"is {figure.normalize():f}; at most {self.decimals} decimal places.")
        if self.minimum is not None and figure < self.minimum:
            raise SpecRefused("out_of_range", f"is {figure.normalize():f}; at least {self.minimum.normalize():f}.")
        if self.maximum is not None and figure > self.maximum:
            raise SpecRefused("out_of_range", f"is {figure.normalize():f}; at most {self.maximum.normalize():f}.")
        return plain_number(figure)

    def _converted(self, figure: Decimal, unit: str) -> Decimal:
        if unit in UNITS and self.unit in UNITS and UNITS[unit][0] == UNITS[self.unit][0]:
            return round(figure * UNITS[unit][1] / UNITS[self.unit][1], self.decimals)
        raise SpecRefused("invalid", f"is in “{unit[:20]}”; must be a number{self._in_unit()}.")

    def _in_unit(self) -> str:
        return f" in {self.unit}" if self.unit else ""


SpecRules = Mapping[str, SpecRule]


def plain_number(figure: Decimal) -> int | float:
    """Return a figure as JSON writes it: without a decimal point where there is nothing behind it."""
    return int(figure) if figure == int(figure) else float(figure)


def shown_number(figure: float) -> str:
    """Return a figure as people write it: 5,000 or 6.1."""
    return f"{figure:,}"


def spec_text(value: SpecValue) -> str:
    """Return the text that `SpecRule.parse` reads as this value."""
    if isinstance(value, list):
        return f"{SEPARATOR} ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def typed_values(rules: SpecRules, stored: SpecValues, traits: Mapping[str, Any]) -> dict[str, SpecValue]:
    """Return the values of a product in the order of the fields: its own, and those that its kind's fields hold."""
    found: dict[str, SpecValue] = {}
    for code, rule in rules.items():
        value = rule.of_trait(traits) if rule.trait else stored.get(code)
        if value is not None:
            found[code] = value
    return found


def spec_documents(rules: SpecRules, values: SpecValues) -> list[dict[str, Any]]:
    """Return values as a product's page shows them."""
    return [
        {
            "code": code,
            "name": rules[code].name,
            "group": rules[code].group,
            "type": rules[code].type,
            "value": value,
            "unit": rules[code].unit,
            "display": rules[code].display(value),
        }
        for code, value in values.items()
    ]


def filterable_values(rules: SpecRules, values: SpecValues) -> dict[str, SpecValue]:
    """Return those values by which lists can be filtered."""
    return {code: value for code, value in values.items() if rules[code].is_filterable}


def refused_choices(choices: Sequence[str]) -> str | None:
    """Return what is wrong with a list of choices, if anything."""
    if any(NO_CHOICE.search(choice) or choice != choice.strip() or not choice for choice in choices):
        return "A choice holds no comma, semicolon, colon, bar or two full stops in a row."
    if any(len(choice) > 60 for choice in choices):
        return "A choice has at most 60 characters."
    return "A choice stands twice." if len(set(choices)) < len(choices) else None
