"""What the shop holds of people: each app's table of it, and what the tables are good for: copies, and erasure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, QuerySet

Rows = QuerySet[Any]
SHORTEST_NAME = 3  # a shorter one is in any text
ISO = DjangoJSONEncoder()


class Person(NamedTuple):
    """Somebody whom the shop knows by an account, or as a guest by an e-mail address alone.

    The address is one that has been shown to be theirs, in lower case: else somebody could ask for, or erase, what a
    stranger ordered by giving the stranger's address as their own. So is the phone, as E.164.
    """

    user_id: int | None
    email: str
    orders: tuple[int, ...] = ()  # of guests of whom nothing else is asked; an account's are its own in any case
    phone: str = ""


class Fate(StrEnum):
    """What erasing a person does to the rows about them."""

    DELETED = "deleted"
    SCRUBBED = "scrubbed"  # the law, or somebody else, needs the row: it stays without the person
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Holding:
    """What one model holds of people. A test compares the fields with the model: none is in no list."""

    model: str  # its label
    rows: Callable[[Person], Rows]
    fate: Fate
    exported: Sequence[str] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)  # not in an export → why
    scrubbed: Mapping[str, Any] = field(default_factory=dict)  # what an erasure writes over it
    kept: Mapping[str, str] = field(default_factory=dict)  # a text or a relation that stays → why

    @property
    def model_class(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)


@dataclass(frozen=True, slots=True)
class Impersonal:
    """A model that holds nothing of customers, with its texts, so that a new one is thought about."""

    model: str
    texts: str = ""
    because: str = ""


def export_rows(holdings: Iterable[Holding], person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about a person, by model, with the fields that are exported, in JSON's own types."""
    found: dict[str, list[dict[str, Any]]] = {}
    for holding in holdings:
        if holding.exported:
            rows = holding.rows(person).order_by("pk").values(*holding.exported)
            found[holding.model_class._meta.model_name or ""] = [
                {name: _plain(value) for name, value in row.items()} for row in rows.iterator()
            ]
    return found


def count_rows(holdings: Iterable[Holding], person: Person) -> dict[str, int]:
    """Return how many rows about a person there are of each model that is exported; none is read."""
    return {
        holding.model_class._meta.model_name or "": holding.rows(person).count()
        for holding in holdings
        if holding.exported
    }


def erase_rows(holdings: Sequence[Holding], person: Person) -> None:
    """Write over, or delete, the rows about a person: in the order of the table, so that what leads to a row goes last.

    Also rows of models that are append-only, which nothing else may change. Doing it again changes nothing.
    """
    for holding in holdings:
        rows = any_change(holding.rows(person))
        if holding.fate == Fate.SCRUBBED:
            rows.order_by().update(**holding.scrubbed)
        elif holding.fate == Fate.DELETED:
            rows.order_by().delete()


def any_change(rows: Rows) -> Rows:
    """Return the same rows as a plain QuerySet, which lets even records be changed."""
    return QuerySet(rows.model, query=rows.query.chain(), using=rows.db)


def names_of(user: AbstractUser) -> list[str]:
    """Return the words by which a text would name somebody: addresses, numbers and names, as they may be written."""
    phone = str(getattr(user, "phone", "")).removeprefix("+254").removeprefix("+")
    names = {user.username, user.email, user.get_full_name(), user.first_name, user.last_name, phone}
    return sorted(name for name in names if len(name) >= SHORTEST_NAME)


def mentions(text: str, names: Iterable[str]) -> bool:
    """Tell whether a text has one of these words, in any case and however a number in it is spaced."""
    plain, close = text.casefold(), re.sub(r"[\s().-]", "", text)
    return any(
        name in close if name.isdigit() else re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", plain)
        for name in names
    )


def expressive_fields(model: type[Model]) -> list[str]:
    """Return the fields of a model that could hold something of a person: users, and texts without choices."""
    return [row.name for row in model._meta.concrete_fields if _is_expressive(row)]


def _is_expressive(row: Field[Any, Any]) -> bool:
    if row.is_relation:
        return bool(row.related_model and issubclass(row.related_model, AbstractUser))
    return row.get_internal_type() in EXPRESSIVE and not row.choices


EXPRESSIVE = frozenset(
    chain(
        ("CharField", "TextField", "EmailField", "SlugField", "URLField", "JSONField", "BinaryField"),
        ("GenericIPAddressField", "FileField", "ImageField", "UUIDField", "PickledObjectField"),
    )
)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, bytes | memoryview):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            return b64encode(bytes(value)).decode()
    return ISO.default(value)
