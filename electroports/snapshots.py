"""Rows and values as the audit trail keeps them: JSON's own types, without what is secret."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import BinaryField, Field, Model, QuerySet
from django.db.models.fields.files import FieldFile

# What a row, or one field of it, was and is. A row that is new has no before, one that is gone no after.
Changes = Mapping[str, tuple[Any, Any]]

HIDDEN = "(hidden)"
MOST_CHARACTERS = 1_000  # of one value
MOST_ITEMS = 200  # of one list
# By their names, wherever they stand. What one of them was or is nobody needs to know, only that it changed.
SECRET = re.compile(r"passw|secret|token|otp|_hash|digest|jti|recovery|credential|signature|api_?key", re.IGNORECASE)
# What an order, a payment or a review knows of a customer, and no trail of what staff did needs.
PERSONAL = frozenset({"contact", "address", "phone", "payer", "account", "recipient", "author_name", "guest_key"})


def plain(value: Any) -> Any:
    """Return a value in JSON's own types, shortened where it is long."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= MOST_CHARACTERS else f"{value[:MOST_CHARACTERS]}… ({len(value):,} characters)"
    if isinstance(value, Model):
        return f"{value} (#{value.pk})"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(value):,} bytes)"
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, list | tuple | set | frozenset | QuerySet):
        return _plain_list(value)
    return plain(str(value)) if not isinstance(value, Decimal | timedelta) else str(value)


def _plain_mapping(value: Mapping[Any, Any]) -> Any:
    if {"id", "name"} <= value.keys():  # a row that a document names
        return f"{value['name']} (#{value['id']})"
    return {str(name): HIDDEN if SECRET.search(str(name)) else plain(each) for name, each in value.items()}


def _plain_list(values: Iterable[Any]) -> list[Any]:
    found = [plain(value) for value in values]
    if isinstance(values, set | frozenset):
        found.sort(key=str)
    return found if len(found) <= MOST_ITEMS else [*found[:MOST_ITEMS], f"… ({len(found):,} in all)"]


def fields_of(row: Model) -> list[Field[Any, Any]]:
    """Return the fields of a row's own tables, without those that hold bytes."""
    return [field for field in row._meta.concrete_fields if not isinstance(field, BinaryField)]


def snapshot(row: Model, names: Collection[str] | None = None) -> dict[str, Any]:
    """Return what a row holds in these fields, or in all, as it is in memory; relations by their keys. No query."""
    deferred = row.get_deferred_fields()
    return {
        field.name: field.value_from_object(row)
        for field in fields_of(row)
        if (names is None or field.name in names) and field.attname not in deferred
    }


def diff(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Changes:
    """Return what is other after than before, name by name; of a row that came (None before) or went, what it holds."""
    if before is None or after is None:
        whole = before or after or {}
        held = {name: value for name, value in whole.items() if value not in (None, "", [], {}, ())}
        return {name: (None, value) if before is None else (value, None) for name, value in held.items()}
    names = dict.fromkeys([*before, *after])
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def kept(changes: Changes, *, personal: Collection[str] = ()) -> dict[str, list[Any]]:
    """Return changes as they are stored: what is secret hidden, and the fields that are `personal`."""
    found: dict[str, list[Any]] = {}
    for name, (before, after) in changes.items():
        last = name.rpartition(": ")[2]
        is_hidden = SECRET.search(last) or last in personal
        found[name] = [_hidden(before) if is_hidden else plain(before), _hidden(after) if is_hidden else plain(after)]
    return found


def _hidden(value: Any) -> Any:
    return HIDDEN if value not in (None, "") else plain(value)
