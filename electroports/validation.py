"""Changing rows by the rules of their models, which forms follow too, and refusing as the API does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from electroports.errors import FieldError, InvalidInput


def complaints(row: Model, *, fields: Collection[str], path: str = "") -> list[FieldError]:
    """Return what is wrong with these fields of a row, and with the row as a whole; `path` stands before their names.

    Fields that do not change are not questioned: what was stored under older rules may stay.
    """
    others = {field.name for field in row._meta.fields} - set(fields)
    try:
        row.full_clean(exclude=others)
    except ValidationError as refusal:
        return [
            FieldError(
                ".".join(part for part in (path, "" if name == NON_FIELD_ERRORS else name) if part) or None,
                error.code or "invalid",
                " ".join(error.messages),
            )
            for name, errors in refusal.error_dict.items()
            for error in errors
        ]
    return []


def refuse_if(errors: Collection[FieldError]) -> None:
    """Raise InvalidInput that names these errors, if there are any."""
    if errors:
        named = ", ".join(dict.fromkeys(error.field for error in errors if error.field))
        detail = f"The request is not valid: {named}." if named else next(iter(errors)).message
        raise InvalidInput(detail, errors=list(errors))


def assign(row: Model, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set these fields of a row, relations by their keys; return those that had another value, before and after."""
    changed = {}
    for name, value in changes.items():
        attribute = str(row._meta.get_field(name).attname)  # type: ignore[union-attr]
        if (before := getattr(row, attribute)) != value:
            setattr(row, attribute, value)
            changed[name] = (before, value)
    return changed
