"""What stands in one cell: from text to a value, and from a value to the text that gives it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import orjson

from catalog.files.rows import Pairs
from electroports.texts import unseen_in

BAR = " | "
MAX_INTEGER = 2**31 - 1
MAX_ITEMS = 100
MAX_ITEM_LENGTH = 500
NAME_LENGTH = 120  # of a variant
Value = TypeVar("Value")


class CellRefused(ValueError):
    """A cell that holds no value of its column; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def required(cell: str) -> str:
    """Return the text of a cell that may not be blank."""
    if not cell.strip():
        raise CellRefused("required", "is empty.")
    return cell


def text(*, longest: int, blank: bool = False) -> Callable[[str], str]:
    """Return the parser of a text of at most `longest` characters, taken to the letter."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise CellRefused("too_long", f"has {len(cell)} characters; at most {longest}.")
        return cell if blank else required(cell)

    return parse


def line(*, longest: int) -> Callable[[str], str]:
    """Return the parser of a name: a text of at most `longest` characters, on one line, without what nobody sees."""
    parse_text = text(longest=longest)

    def parse(cell: str) -> str:
        _refuse_unseen(cell)
        return parse_text(cell)

    return parse


def pattern(expression: str, *, longest: int, rule: str) -> Callable[[str], str]:
    """Return the parser of a word that matches a regular expression; `rule` says in words what that asks for."""
    compiled = re.compile(expression, re.ASCII)
    whole = text(longest=longest)

    def parse(cell: str) -> str:
        if not compiled.fullmatch(whole(cell)):
            raise CellRefused("invalid", f"is {shown(cell)}; {rule}.")
        return cell

    return parse


def choice(values: Iterable[str]) -> Callable[[str], str]:
    """Return the parser of one word out of a list."""
    known = tuple(values)

    def parse(cell: str) -> str:
        if required(cell) not in known:
            raise CellRefused("unknown", f"is {shown(cell)}; must be one of {', '.join(known)}.")
        return cell

    return parse


def boolean(cell: str) -> bool:
    """Return whether the cell says `true` rather than `false`; spreadsheets write them in capitals."""
    return choice(("true", "false"))(cell.lower()) == "true"


def integer(*, highest: int = MAX_INTEGER, what: str = "a whole number") -> Callable[[str], int]:
    """Return the parser of a whole number from 0 to `highest`."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"\d{1,10}", required(cell), re.ASCII):
            raise CellRefused("invalid", f"is {shown(cell)}; must be {what}, 0 or more, in digits.")
        if int(cell) > highest:
            raise CellRefused("out_of_range", f"is {cell}; at most {highest}.")
        return int(cell)

    return parse


def decimal(*, digits: int, places: int) -> Callable[[str], Decimal]:
    """Return the parser of a decimal of 0 or more, with at most so many digits and decimal places."""
    whole = digits - places
    compiled = re.compile(rf"\d{{1,{whole}}}(\.\d{{1,{places}}})?", re.ASCII)

    def parse(cell: str) -> Decimal:
        if not compiled.fullmatch(required(cell)):
            raise CellRefused(
                "invalid",
                f"is {shown(cell)}; must be a number of 0 or more with at most {whole} digits before "
                f"and {places} after the decimal point.",
            )
        return Decimal(cell)

    return parse


def price(cell: str) -> Decimal:
    """Return an amount in KES above 0."""
    amount = decimal(digits=12, places=2)(cell)
    if amount <= 0:
        raise CellRefused("out_of_range", "must be above 0.")
    return amount


def day(cell: str) -> date:
    """Return a date written as 2024-01-31."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", required(cell), re.ASCII):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            pass
    raise CellRefused("invalid", f"is {shown(cell)}; must be a date such as 2024-01-31.")


def optional(parse: Callable[[str], Value]) -> Callable[[str], Value | None]:
    """Return the parser that gives None for an empty cell."""
    return lambda cell: parse(cell) if cell else None


def items(cell: str) -> list[str]:
    """Return the list that `item | item` or a JSON array of texts stands for."""
    found = _json_array(cell) if cell.startswith("[") else [part.strip() for part in cell.split(BAR) if cell]
    for item in found:
        _check_item(item)
    if len(found) > MAX_ITEMS:
        raise CellRefused("too_long", f"has {len(found)} items; at most {MAX_ITEMS}.")
    return found


def pairs(cell: str) -> Pairs:
    """Return the pairs that `Name: value | Name: value` or a JSON array of pairs stands for."""
    if cell.startswith("["):
        found = _json_array(cell)
    else:
        found = [[side.strip() for side in part.split(": ", 1)] for part in cell.split(BAR) if cell]
    for pair in found:
        if not isinstance(pair, list) or len(pair) != 2:
            held = ": ".join(map(str, pair)) if isinstance(pair, list) else pair
            raise CellRefused("invalid", f"has {shown(held)}; must read `Name: value | Name: value`.")
        for side in pair:
            _check_item(side)
    if len(found) > MAX_ITEMS:
        raise CellRefused("too_long", f"has {len(found)} pairs; at most {MAX_ITEMS}.")
    return found


def named_pairs(cell: str) -> Pairs:
    """Return the pairs of a cell in which each name stands once, in whatever case."""
    found = pairs(cell)
    seen: set[str] = set()
    for name, _value in found:
        folded = name.strip().casefold()
        if folded in seen:
            raise CellRefused("duplicate", f"names {shown(name)} twice.")
        seen.add(folded)
    return found


def named_texts(cell: str) -> dict[str, str]:
    """Return the texts by name that `name: text | name: text` stands for, each name once."""
    return dict(named_pairs(cell))


def options(cell: str) -> Pairs:
    """Return the pairs of a variant's options: each name once, and all values together short enough for a name."""
    found = named_pairs(cell)
    length = len(" / ".join(value for _name, value in found))
    if length > NAME_LENGTH:
        raise CellRefused("too_long", f"has {length} characters in its values; at most {NAME_LENGTH}.")
    return found


def connectivity(values: Iterable[str]) -> Callable[[str], list[str]]:
    """Return the parser of one or more of these words, separated by bars."""
    one = choice(values)

    def parse(cell: str) -> list[str]:
        found = [one(item) for item in items(required(cell))]
        if len(set(found)) < len(found):
            raise CellRefused("duplicate", "names a connection twice.")
        return found

    return parse


def stock(cell: str) -> dict[str, int]:
    """Return the units on hand by location code that `NBO: 12 | MSA: 4` stands for."""
    units: dict[str, int] = {}
    for code, figure in pairs(cell):
        if code in units:
            raise CellRefused("duplicate", f"names {shown(code)} twice.")
        units[code] = integer(what="units as `NBO: 12`")(figure)
    return units


def items_cell(value: Any) -> str:
    """Return the cell that `items` reads as this value: with bars where that is exact, else as JSON."""
    return _shortest(value, items, lambda: BAR.join(value))


def pairs_cell(value: Any) -> str:
    """Return the cell that `pairs` reads as this value: with bars where that is exact, else as JSON."""
    return _shortest(value, pairs, lambda: BAR.join(f"{name}: {held}" for name, held in value))


def shown(value: object) -> str:
    """Return a value as a message quotes it: printable, and not longer than a line."""
    quoted = ascii(value) if not str(value).isprintable() else f"“{value}”"
    return quoted if len(quoted) <= 60 else quoted[:57] + "…"


def _shortest(value: Any, parse: Callable[[str], Any], plain: Callable[[], str]) -> str:
    try:
        cell = plain()
        if parse(cell) == value:
            return cell
    except (CellRefused, TypeError, ValueError):
        pass
    return orjson.dumps(value).decode()


def _json_array(cell: str) -> list[Any]:
    try:
        found = orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise CellRefused("invalid", f"begins as a JSON array but is none: {error}.") from error
    return found if isinstance(found, list) else [found]


def _refuse_unseen(text: str) -> None:
    if (character := unseen_in(text)) is not None:
        raise CellRefused("invalid", f"holds the character {character}; a text of one line has none such.")


def _check_item(item: Any) -> None:
    if not isinstance(item, str) or not item:
        raise CellRefused("invalid", f"has {shown(item)} where a text must stand.")
    _refuse_unseen(item)
    if len(item) > MAX_ITEM_LENGTH:
        raise CellRefused("too_long", f"has a text of {len(item)} characters; at most {MAX_ITEM_LENGTH}.")
