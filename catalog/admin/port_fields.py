"""Form fields in which staff say what ports carry: the words of the data files, one thing a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from catalog.files.cells import BAR, CellRefused
from catalog.files.ports import (
    join_lanes,
    join_lanes_text,
    lanes,
    lanes_text,
    splits,
    splits_text,
)
from catalog.ports import Direction, JoinLane, Lane


def stored_lanes(rows: Iterable[Sequence[Any]]) -> tuple[Lane, ...]:
    """Return what a port carries, from its column."""
    return tuple(Lane(protocol, Direction(way), limit) for protocol, way, limit in rows)


def stored_join_lanes(rows: Iterable[Sequence[Any]]) -> tuple[JoinLane, ...]:
    """Return what passes on a way, from its column."""
    return tuple(JoinLane(here, there, Direction(way), limit) for here, there, way, limit in rows)


def stored_splits(rows: dict[str, Sequence[float]]) -> dict[int, tuple[float, ...]]:
    """Return how power is shared, from its column."""
    return {int(devices): tuple(each) for devices, each in rows.items()}


class WordsField(forms.Field):
    """What the data files write in one cell, with line breaks in place of bars."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": rows, "cols": 34}), required=False, **kwargs)

    def read(self, text: str) -> Any:
        """Return what the text stands for; raises CellRefused."""
        raise NotImplementedError

    def write(self, stored: Any) -> str:
        """Return the text that stands for what is stored, with bars."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        """Return what is stored as lines; what was typed stays as it was typed."""
        return value if value is None or isinstance(value, str) else self.write(value).replace(BAR, "\n")

    def to_python(self, value: Any) -> Any:
        """Return what the lines stand for; raises ValidationError that says what is allowed."""
        try:
            return self.read(str(value or ""))
        except CellRefused as refused:
            message = refused.message[0].upper() + refused.message[1:]
            raise ValidationError(message, code=refused.code) from refused

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether other words were typed than those that were shown."""
        shown = str(self.prepare_value(initial) or "")
        return shown.split() != str(data or "").replace("|", " ").split()


class LanesField(WordsField):
    """What a port carries."""

    def read(self, text: str) -> tuple[Lane, ...]:
        """Return the lanes."""
        return lanes(text)

    def write(self, stored: Any) -> str:
        """Return the words for them."""
        return lanes_text(stored_lanes(stored))


class JoinLanesField(WordsField):
    """What passes on a way between two ports."""

    def read(self, text: str) -> tuple[JoinLane, ...]:
        """Return the lanes."""
        return join_lanes(text)

    def write(self, stored: Any) -> str:
        """Return the words for them."""
        return join_lanes_text(stored_join_lanes(stored))


class SplitsField(WordsField):
    """How power is shared."""

    def read(self, text: str) -> dict[int, tuple[float, ...]]:
        """Return what each of so many devices gets."""
        return splits(text)

    def write(self, stored: Any) -> str:
        """Return the words for it."""
        return splits_text(stored_splits(stored))
